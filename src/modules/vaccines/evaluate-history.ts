// Evaluation: is each dose of a history valid under the rules in force on the day it was given? A change of rules
// later does not touch it. What was not recorded then (groups, channel, illness) is not held against the person.
// SPDX-License-Identifier: Apache-2.0
import type { CountedDose } from "./intervals.js";
import { type Decided, decide, readingsOf } from "./rules.js";
import type { EvaluatedDose, GivenDose, MayNotGive, PersonFacts, Programme } from "./types.js";

export function evaluateHistory(
  programme: Programme,
  facts: PersonFacts,
  history: readonly GivenDose[],
): EvaluatedDose[] {
  const inOrder = [...history].sort((a, b) => (a.givenOn < b.givenOn ? -1 : a.givenOn > b.givenOn ? 1 : 0));
  const readings = readingsOf(facts, "history");
  const valid: CountedDose[] = [];
  return inOrder.map((dose) => {
    const question = { ...dose, on: dose.givenOn };
    const decisions = readings.map((reading) => decide(programme, reading, valid, question));
    const yes = decisions.find((decision) => decision.may);
    if (yes) valid.push({ doseId: yes.doseId, product: dose.product, kind: yes.kind, givenOn: dose.givenOn });
    return judged(
      dose,
      yes,
      decisions.find((decision) => !decision.may),
    );
  });
}

function judged(dose: GivenDose, yes: Decided | undefined, no: MayNotGive | undefined): EvaluatedDose {
  if (!yes)
    return { dose, valid: false, certain: true, rules: no?.rule ? [no.rule] : [], ...(no ? { code: no.code } : {}) };
  const { doseId, doseNumber, kind, rules } = yes;
  return { dose, valid: true, certain: no === undefined, doseId, doseNumber, kind, rules };
}

/** The valid doses of a history, oldest first, as the rules count them. */
export function countedDoses(programme: Programme, facts: PersonFacts, history: readonly GivenDose[]): CountedDose[] {
  return evaluateHistory(programme, facts, history).flatMap((one) =>
    one.valid ? [{ doseId: one.doseId!, product: one.dose.product, kind: one.kind!, givenOn: one.dose.givenOn }] : [],
  );
}
