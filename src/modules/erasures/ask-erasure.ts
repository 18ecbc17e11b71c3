// Asking for a person of one's own account to be erased, and taking the request back while it waits.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome, refused } from "../../platform/errors.js";
import { uuidv7 } from "../../platform/random.js";
import { findAccountHolder } from "../accounts/index.js";
import { hasAppointmentAhead, listBeneficiaries } from "../beneficiaries/index.js";
import type { Actor, Deps } from "../disclosure/index.js";
import { insertErasure, markUndone, selectWaiting } from "./store.js";
import type { Erasure } from "./types.js";

export type ErasureCode = "NOT_SIGNED_IN" | "NOT_FOUND" | "ERASURE_ASKED" | "ERASURE_HAS_APPOINTMENT";
type Citizen = Extract<Actor, { kind: "citizen" }>;

/** True when the person belongs to the signed-in account. */
async function holds(deps: Deps, actor: Citizen, beneficiaryId: string): Promise<Outcome<undefined, ErasureCode>> {
  const holder = await findAccountHolder(deps, actor);
  if (!holder) return refused("NOT_SIGNED_IN");
  const own = await listBeneficiaries(deps, holder.accountId);
  return own.some((one) => one.beneficiaryId === beneficiaryId) ? done(undefined) : refused("NOT_FOUND");
}

export async function askErasure(
  deps: Deps,
  actor: Citizen,
  beneficiaryId: string,
): Promise<Outcome<Erasure, ErasureCode>> {
  const held = await holds(deps, actor, beneficiaryId);
  if (!held.ok) return held;
  if (await hasAppointmentAhead(deps, beneficiaryId)) return refused("ERASURE_HAS_APPOINTMENT");
  const isNew = await insertErasure(deps.db, {
    erasureId: uuidv7(),
    beneficiaryId,
    cause: "asked",
    askedAt: deps.clock(),
  });
  if (!isNew) return refused("ERASURE_ASKED");
  const erasure = await selectWaiting(deps.db, beneficiaryId);
  return erasure ? done(erasure) : refused("NOT_FOUND");
}

export async function undoErasure(
  deps: Deps,
  actor: Citizen,
  beneficiaryId: string,
): Promise<Outcome<undefined, ErasureCode>> {
  const held = await holds(deps, actor, beneficiaryId);
  if (!held.ok) return held;
  return (await markUndone(deps.db, beneficiaryId, deps.clock())) ? done(undefined) : refused("NOT_FOUND");
}
