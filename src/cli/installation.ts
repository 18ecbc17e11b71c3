// How a command reaches the running installation: its database by role, its vault by the sockets.
// SPDX-License-Identifier: Apache-2.0
import type { Config } from "../config.js";
import { openHouse } from "../house.js";
import { connect } from "../platform/db/db.js";
import { dataFolder } from "../start/data-folder.js";
import { runningDatabase } from "../start/database.js";
import { keyPaths } from "../vault/keys.js";
import type { Context } from "./command.js";

export function installation(config: Config): Pick<Context, "connectAs" | "openHouse"> {
  return {
    connectAs: (role) => connect(runningDatabase(config).urlAs(role), { max: 2 }),
    openHouse() {
      const folder = dataFolder(config.dataDir);
      return openHouse({
        databaseUrl: runningDatabase(config).urlAs("sakshi_app"),
        socketDir: folder.sockets,
        appKeyFile: keyPaths(folder.keys).app,
        publishedDir: folder.published,
        origin: config.origin,
      });
    },
  };
}
