// Puts the demo country in and ends.
// SPDX-License-Identifier: Apache-2.0
import { seedDemo } from "../demo/seed.js";
import { houseFromEnv, openHouse } from "../house.js";

process.on("disconnect", () => process.exit(1));
const house = openHouse(houseFromEnv(process.env));
await seedDemo(house.deps);
await house.close();
process.exit(0);
