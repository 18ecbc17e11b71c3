// The web process: pages and files over HTTP.
// SPDX-License-Identifier: Apache-2.0
import { createApp } from "./app.js";
import { readConfig } from "./config.js";
import { houseFromEnv, openHouse, readAppKey } from "./house.js";
import { loadPlaces } from "./modules/facilities/index.js";
import { drain, portOfParent, serve } from "./platform/http/serve.js";
import { endInOrder } from "./platform/process.js";

const port = portOfParent();
const config = readConfig(process.env);
const settings = houseFromEnv(process.env);
const house = openHouse(settings, await readAppKey(settings));
// Places come with the version, in every profile.
await loadPlaces(house.deps.db);
const app = await createApp(house.deps, {
  profile: config.profile,
  origin: config.origin,
  dataDir: config.dataDir,
  publishedDir: settings.publishedDir,
  trustedProxies: config.trustedProxies,
  searchLimit: config.searchLimit,
  captcha: config.captcha,
  logger: { level: "warn" },
});
const end = endInOrder(async () => {
  await app.close();
  await house.close();
});
process.on("message", (message) => void (message === "drain" && drain(app).then(end)));
await serve(app, config.host, await port);
process.send?.("ready");
