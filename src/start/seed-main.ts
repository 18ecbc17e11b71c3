// Puts the demo country in, if the database has no places yet, and ends.
// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import { readConfig } from "../config.js";
import { houseFromEnv, openHouse } from "../house.js";

const config = readConfig(process.env);
const house = openHouse(houseFromEnv(process.env));
process.on("disconnect", () => process.exit(1));
const states = await house.deps.db.rows("SELECT FROM registry.states LIMIT 1");
if (states.length === 0) {
  process.stdout.write("Putting in the demo country ...\n");
  const { seedDemo } = await import(join(import.meta.dirname, "..", "demo", "seed.js"));
  await seedDemo(house.deps, config);
}
await house.close();
process.exit(0);
