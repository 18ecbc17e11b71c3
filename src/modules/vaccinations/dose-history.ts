// The dose history of an account's own people, with the next due dose of each.
// SPDX-License-Identifier: Apache-2.0
import { dateInIndia } from "../../platform/clock.js";
import { done, type Outcome } from "../../platform/errors.js";
import type { Actor, Deps, GateError } from "../disclosure/index.js";
import { currentProgramme, nextDue } from "../vaccines/index.js";
import { historyOf, inOrder } from "./rules.js";
import type { DoseHistory } from "./types.js";

export async function doseHistory(
  deps: Deps,
  actor: Extract<Actor, { kind: "citizen" }>,
  beneficiaryIds: readonly string[],
): Promise<Outcome<DoseHistory[], GateError>> {
  if (beneficiaryIds.length === 0) return done([]);
  const opened = await deps.gate.disclose({
    actor,
    purpose: "own-view",
    explanation: { kind: "own-sign-in" },
    subjects: beneficiaryIds,
    fields: ["name", "birthYear", "doses"],
  });
  if (!opened.ok) return opened;
  const today = dateInIndia(deps.clock());
  return done(
    beneficiaryIds.flatMap((beneficiaryId) => {
      const person = opened.value.get(beneficiaryId);
      if (!person) return [];
      const { name, birthYear, doses } = person;
      const due = nextDue(currentProgramme(), { birthYear }, historyOf(doses), today);
      return [{ beneficiaryId, name, birthYear, doses: inOrder(doses), nextDue: due }];
    }),
  );
}
