// Takes a person off the account: not once vaccinated, not with an appointment ahead. The record itself stays sealed.
// SPDX-License-Identifier: Apache-2.0
import { dateInIndia } from "../../platform/clock.js";
import { done, type Outcome, refused } from "../../platform/errors.js";
import { isUuid } from "../../platform/random.js";
import { findAccountHolder } from "../accounts/index.js";
import type { Actor, Deps } from "../disclosure/index.js";
import { findTies, lockActive, removeMember } from "./store.js";

export type RemoveCode = "NOT_SIGNED_IN" | "NOT_FOUND" | "BENEFICIARY_VACCINATED" | "BENEFICIARY_HAS_APPOINTMENT";

export async function removeBeneficiary(
  deps: Deps,
  actor: Extract<Actor, { kind: "citizen" }>,
  beneficiaryId: string,
): Promise<Outcome<undefined, RemoveCode>> {
  const holder = await findAccountHolder(deps, actor);
  if (!holder) return refused("NOT_SIGNED_IN");
  if (!isUuid(beneficiaryId)) return refused("NOT_FOUND");
  return deps.db.transaction(async (tx) => {
    if (!(await lockActive(tx, holder.accountId, beneficiaryId))) return refused("NOT_FOUND");
    const ties = await findTies(tx, beneficiaryId, dateInIndia(deps.clock()));
    if (ties.vaccinated) return refused("BENEFICIARY_VACCINATED");
    if (ties.appointed) return refused("BENEFICIARY_HAS_APPOINTMENT");
    await removeMember(tx, holder.accountId, beneficiaryId);
    return done(undefined);
  });
}

/** Whether the person has an appointment today or later. */
export async function hasAppointmentAhead(deps: Pick<Deps, "db" | "clock">, beneficiaryId: string): Promise<boolean> {
  return (await findTies(deps.db, beneficiaryId, dateInIndia(deps.clock()))).appointed;
}
