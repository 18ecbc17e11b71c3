// How many adverse events were reported lately in the jurisdiction of a member of staff. Counts, no people.
// SPDX-License-Identifier: Apache-2.0
import { addDays, dateInIndia, instantInIndia } from "../../platform/clock.js";
import { done, type Outcome, refused } from "../../platform/errors.js";
import type { Deps } from "../disclosure/index.js";
import { findSignInOfActor, type StaffActor } from "../staff/index.js";
import * as store from "./store.js";
import type { AefiCounts } from "./types.js";

export async function listAefi(
  deps: Pick<Deps, "db" | "clock">,
  actor: StaffActor,
  days = 30,
): Promise<Outcome<AefiCounts, "NOT_SIGNED_IN" | "NOT_ALLOWED">> {
  const signIn = await findSignInOfActor(deps, actor);
  if (!signIn) return refused("NOT_SIGNED_IN");
  if (signIn.staff.role === "privacy-officer") return refused("NOT_ALLOWED");
  const since = addDays(dateInIndia(deps.clock()), 1 - days);
  const rows = await store.count(deps.db, signIn.staff, instantInIndia(since));
  const of = (severity: string) => rows.find((row) => row.severity === severity)?.reports ?? 0;
  return done({ since, minor: of("minor"), severe: of("severe"), serious: of("serious") });
}
