// Every route that the running version has, asked of the router itself, in an app that listens nowhere.
// SPDX-License-Identifier: Apache-2.0
import { createApp } from "../app.js";
import type { Route } from "../platform/http/server.js";
import { dataFolder } from "../start/data-folder.js";
import type { Context } from "./command.js";

export async function routeTableOf({
  config,
  openHouse,
}: Pick<Context, "config" | "openHouse">): Promise<readonly Route[]> {
  const house = openHouse();
  const { profile, origin, dataDir } = config;
  const app = await createApp(house.deps, { profile, origin, dataDir, publishedDir: dataFolder(dataDir).published });
  try {
    await app.ready();
    return app.routeTable;
  } finally {
    await app.close();
    await house.close();
  }
}
