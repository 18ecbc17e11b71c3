// What every command of the house is handed. Built once in src/app.ts; tests build their own.
// SPDX-License-Identifier: Apache-2.0
import type { Clock } from "../../platform/clock.js";
import type { Db } from "../../platform/db/db.js";
import type { Macs } from "../../platform/macs.js";
import type { Gate } from "./gate.js";

export interface Deps {
  readonly db: Db;
  readonly gate: Gate;
  readonly clock: Clock;
  readonly macs: Macs;
  /** Where this installation is reached, without a slash at the end; certificates name their issuer by its host. */
  readonly origin: string;
}
