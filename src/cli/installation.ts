// How a command reaches the running installation: its database by role, its vault by the sockets.
// SPDX-License-Identifier: Apache-2.0
import type { Config } from "../config.js";
import { openHouse, readAppKey } from "../house.js";
import { connect } from "../platform/db/db.js";
import { OperatorError } from "../platform/operator-error.js";
import { dataFolder } from "../start/data-folder.js";
import { runningDatabase } from "../start/database.js";
import { readState } from "../start/state.js";
import type { Context } from "./command.js";

export async function installation(config: Config): Promise<Pick<Context, "connectAs" | "openHouse">> {
  const folder = dataFolder(config.dataDir);
  const vault = { socketDir: folder.sockets, keyDir: folder.keys };
  // Commands on a running installation need it; the others do without.
  const appKey = readState(config.dataDir) ? await readAppKey(vault) : undefined;
  return {
    connectAs: (role) => connect(runningDatabase(config).urlAs(role), { max: 2 }),
    openHouse() {
      const databaseUrl = runningDatabase(config).urlAs("sakshi_app");
      if (!appKey) throw new OperatorError(`Sakshi is not running on ${config.dataDir}: start it with bin/start.`);
      const { origin } = config;
      return openHouse({ databaseUrl, ...vault, publishedDir: folder.published, origin }, appKey);
    },
  };
}
