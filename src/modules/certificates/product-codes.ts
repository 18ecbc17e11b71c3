// The codes that the EU value sets lack, read once.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../platform/root.js";
import type { AdditionalCodes } from "./rules.js";

export const additionalCodes: AdditionalCodes = JSON.parse(
  readFileSync(join(projectRoot, "data/valuesets/in-additional.json"), "utf8"),
).encoding;
