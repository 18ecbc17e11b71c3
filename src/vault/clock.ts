// The vault's clock. In tests it can be set: a file holds an instant in milliseconds, read at each call.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { type Clock, systemClock } from "../platform/clock.js";

export function vaultClock(instantFile: string | undefined): Clock {
  if (instantFile === undefined) return systemClock;
  return () => {
    const text = readFileSync(instantFile, "utf8");
    return text === "" ? new Date() : new Date(Number(text));
  };
}
