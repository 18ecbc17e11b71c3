// The web process: pages and files over HTTP.
// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from "node:timers/promises";
import { createApp } from "./app.js";
import { readConfig } from "./config.js";
import { houseFromEnv, openHouse, readAppKey } from "./house.js";
import { loadPlaces } from "./modules/facilities/index.js";
import { trafficIn } from "./platform/http/observe.js";
import { drain, portOfParent, serve } from "./platform/http/serve.js";
import { logTo } from "./platform/log.js";
import { answerMetrics, poolMetrics, processMetrics } from "./platform/metrics/process-metrics.js";
import { endInOrder } from "./platform/process.js";
import { tracerTo } from "./platform/traces.js";

const port = portOfParent();
const config = readConfig(process.env);
const settings = houseFromEnv(process.env);
const house = openHouse(settings, await readAppKey(settings));
const metrics = processMetrics();
poolMetrics(metrics, { app: house.deps.db });
const { traces, drainSeconds } = config;
const tracer = traces && tracerTo({ ...traces, service: "sakshi-web" });
let isServing = true;
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
  log: logTo((line) => void process.stdout.write(line)),
  traffic: trafficIn(metrics),
  ...(tracer && { tracer }),
  isServing: () => isServing,
});
const end = endInOrder(async () => {
  // Balancers are told first, and have time to hear it.
  isServing = false;
  await sleep(drainSeconds * 1000);
  await app.close();
  await tracer?.close();
  await house.close();
}, drainSeconds);
answerMetrics(metrics);
process.on("message", (message) => void (message === "drain" && drain(app).then(end)));
await serve(app, config.host, await port);
process.send?.("ready");
