// Break-glass: somebody is here and can show no code. What they carry says who they are (the reference id on slip,
// certificate or card); a reason in words is sealed with the person before anything opens, and the person is told.
// SPDX-License-Identifier: Apache-2.0
import { done, invalid, type Outcome, type Problem, refused } from "../../platform/errors.js";
import { isUuid, uuidv7 } from "../../platform/random.js";
import { type Deps, type GateError, putBoxes } from "../disclosure/index.js";
import type { StaffActor } from "../staff/index.js";
import { tellOfAccess } from "./notices.js";
import { wordsLimit } from "./rules.js";
import { siteOf } from "./site.js";
import * as store from "./store.js";
import { type EmergencyReason, emergencyReasons } from "./types.js";

export interface EmergencyInput {
  /** Fourteen digits, as the person's papers show them. */
  readonly referenceId: string;
  readonly reason: string;
  readonly words: string;
  /** The caller's key: the same key asks once, for one person. */
  readonly requestKey: string;
}
type AskError =
  | GateError
  | "NOT_SIGNED_IN"
  | "NOT_ALLOWED"
  | "INPUT_INVALID"
  | "EMERGENCY_NOT_FOUND"
  | "EMERGENCY_KEY_USED";

export async function askForEmergency(
  deps: Deps,
  actor: StaffActor,
  input: EmergencyInput,
): Promise<Outcome<{ beneficiaryId: string; grantId: string }, AskError>> {
  const site = await siteOf(deps, actor);
  if (!site.ok) return site;
  const asked = readInput(input);
  if (!asked.ok) return asked;
  const beneficiaryId = await store.holderOfReference(deps.db, asked.value.referenceId);
  if (!beneficiaryId) return noSuchPerson(deps, actor);
  const grantId = input.requestKey;
  const now = deps.clock();
  const grant = { grantId, beneficiaryId, ...site.value, reason: asked.value.reason, now };
  if (!(await store.insertEmergency(deps.db, grant))) return refused("EMERGENCY_KEY_USED");
  const sealed = await deps.gate.seal({
    actor,
    purpose: "break-glass",
    explanation: { kind: "break-glass", grantId },
    subject: beneficiaryId,
    values: { emergency: { grantId, words: asked.value.words } },
  });
  if (!sealed.ok) return sealed;
  await deps.db.transaction(async (tx) => {
    if (!(await store.markOpened(tx, grantId, now))) return;
    await putBoxes(tx, sealed.value);
    await tellOfAccess(tx, { beneficiaryId, kind: "break-glass", organisation: site.value.facilityName, now });
  });
  return done({ beneficiaryId, grantId });
}

/** The recorder refuses, writes the attempt down and counts it: numbers are not for trying. */
async function noSuchPerson(deps: Deps, actor: StaffActor): Promise<Outcome<never, AskError>> {
  const explanation = { kind: "break-glass", grantId: uuidv7() } as const;
  const miss = await deps.gate.disclose({
    actor,
    purpose: "break-glass",
    explanation,
    subjects: [uuidv7()],
    fields: ["name"],
  });
  if (miss.ok) throw new Error("an emergency about nobody was explained");
  return miss.code === "DISCLOSURE_NOT_ALLOWED" ? refused("EMERGENCY_NOT_FOUND") : miss;
}

function readInput({
  referenceId,
  reason,
  words,
  requestKey,
}: EmergencyInput): Outcome<{ referenceId: string; reason: EmergencyReason; words: string }, "INPUT_INVALID"> {
  const problems: Problem[] = [];
  const digits = referenceId.replace(/[\s-]/g, "");
  if (!/^[1-9]\d{13}$/.test(digits)) problems.push({ field: "referenceId", code: "EMERGENCY_REFERENCE_WRONG" });
  const known = emergencyReasons.find((one) => one === reason);
  if (!known) problems.push({ field: "reason", code: "EMERGENCY_REASON_MISSING" });
  const said = words.trim();
  if (said.length < wordsLimit.least || said.length > wordsLimit.most)
    problems.push({ field: "words", code: "EMERGENCY_WORDS_WRONG", facts: wordsLimit });
  if (!isUuid(requestKey)) problems.push({ field: "words", code: "EMERGENCY_WORDS_WRONG", facts: wordsLimit });
  return known && problems.length === 0 ? done({ referenceId: digits, reason: known, words: said }) : invalid(problems);
}
