// The rule files that lie in data/dose-rules, read once each.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../platform/root.js";
import { parseProgramme } from "./parse-programme.js";
import type { Programme } from "./types.js";

const loaded = new Map<string, Programme>();

/** The programme of a rule file, by the name before ".rules.json". */
export function programmeOf(name: "in-covid19" | "in-uip"): Programme {
  let programme = loaded.get(name);
  if (!programme) {
    programme = parseProgramme(readFileSync(join(projectRoot, "data", "dose-rules", `${name}.rules.json`), "utf8"));
    loaded.set(name, programme);
  }
  return programme;
}

/** The programme whose sessions this registry holds. */
export function currentProgramme(): Programme {
  return programmeOf("in-covid19");
}
