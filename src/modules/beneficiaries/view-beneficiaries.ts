// The people of an account: their ids for whoever holds it, and what is known of them, through the gate.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome } from "../../platform/errors.js";
import type { Actor, Deps, Field, GateError, PersonRecord } from "../disclosure/index.js";
import { selectActive } from "./store.js";
import type { Beneficiary } from "./types.js";

/** Active people of an account, in the order they were registered. Discloses nothing. */
export function listBeneficiaries(deps: Pick<Deps, "db">, accountId: string): Promise<Beneficiary[]> {
  return selectActive(deps.db, accountId);
}

/** People of the signed-in account with the asked fields; each look is an entry in the person's own list. */
export async function viewBeneficiaries<F extends Field>(
  deps: Deps,
  actor: Extract<Actor, { kind: "citizen" }>,
  beneficiaryIds: readonly string[],
  fields: readonly F[],
): Promise<Outcome<ReadonlyMap<string, Pick<PersonRecord, F>>, GateError>> {
  if (beneficiaryIds.length === 0) return done(new Map());
  return deps.gate.disclose({
    actor,
    purpose: "own-view",
    explanation: { kind: "own-sign-in" },
    subjects: beneficiaryIds,
    fields,
  });
}
