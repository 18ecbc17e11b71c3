// Where the replay of June 2023 is played: an installation of its own, with the real vault, the real log and a clock that
// can be set. Nothing of it is reachable from an installation that somebody uses.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance } from "fastify";
import type { InquiryDeps } from "../../modules/inquiries/index.js";
import type { StaffActor } from "../../modules/staff/index.js";
import { type IsoDate, instantInIndia } from "../../platform/clock.js";
import type { Queryable } from "../../platform/db/db.js";
import type { Dice } from "../random.js";

export interface Stage {
  readonly deps: InquiryDeps;
  /** The database's owner: sets dates of sealed records back, as no role of the house can. */
  readonly owner: Queryable;
  /** All pages, as browsers reach them. */
  readonly app: FastifyInstance;
  readonly origin: string;
  readonly dice: Dice;
  /** Of house and vault. */
  setNow(now: Date): void;
  /** Told what happens, a line each. */
  say(line: string): void;
}

export interface SignedIn {
  readonly staffId: string;
  readonly actor: StaffActor;
  /** The value of the sign-in cookie: what a thief would take. */
  readonly token: string;
}

export const firstDay: IsoDate = "2023-01-02";
export const weeks = 23;
export const toldOn: IsoDate = "2023-06-12";

export function at(stage: Stage, day: IsoDate, time: string): Date {
  const now = instantInIndia(day, time);
  stage.setNow(now);
  return now;
}
