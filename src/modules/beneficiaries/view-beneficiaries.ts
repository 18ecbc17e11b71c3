// The people of an account: their ids for whoever holds it, and what is known of them, through the gate.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome } from "../../platform/errors.js";
import { uuidv7 } from "../../platform/random.js";
import type { Actor, Deps, Field, GateError, PersonRecord } from "../disclosure/index.js";
import { selectActive, selectByReference } from "./store.js";
import type { Beneficiary } from "./types.js";

/** Active people of an account, in the order they were registered. Discloses nothing. */
export function listBeneficiaries(deps: Pick<Deps, "db">, accountId: string): Promise<Beneficiary[]> {
  return selectActive(deps.db, accountId);
}

/**
 * The id that a caller's reference number leads to, or to nobody. A number of nobody leads to an id of nobody, so that
 * whoever goes on to the gate is refused in the same way, and the miss is written down.
 */
export async function followReference(deps: Pick<Deps, "db">, referenceId: string): Promise<string> {
  const isReference = /^\d{14}$/.test(referenceId);
  const found = await selectByReference(deps.db, isReference ? Number(referenceId) : 0);
  return found ?? uuidv7();
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
