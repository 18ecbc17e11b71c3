// Puts the demo country in and ends. What goes wrong is told to the parent in one message.
// SPDX-License-Identifier: Apache-2.0
import { seedDemo } from "../demo/seed.js";
import { houseFromEnv, openHouse, readAppKey } from "../house.js";
import { sentenceFor } from "./sentence.js";

process.on("disconnect", () => process.exit(1));
try {
  const settings = houseFromEnv(process.env);
  const house = openHouse(settings, await readAppKey(settings));
  await seedDemo(house.deps);
  await house.close();
  process.exit(0);
} catch (error) {
  process.send?.(sentenceFor(error), () => process.exit(1));
}
