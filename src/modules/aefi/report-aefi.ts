// The first note of an adverse event, by staff of the place where the dose was given, within 30 days of it.
// SPDX-License-Identifier: Apache-2.0
import { brokenConstraint } from "../../platform/db/db.js";
import { done, invalid, type Outcome, type Problem, refused } from "../../platform/errors.js";
import { isUuid } from "../../platform/random.js";
import { type Deps, type GateError, putBoxes } from "../disclosure/index.js";
import { findSignInOfActor, type StaffActor, worksAtSessionSite } from "../staff/index.js";
import type { AefiCode } from "./errors.js";
import * as store from "./store.js";
import { type AefiInput, noteLimit, severities } from "./types.js";

type AefiRefusal = AefiCode | GateError | "INPUT_INVALID" | "NOT_SIGNED_IN" | "NOT_ALLOWED";

export async function reportAefi(
  deps: Deps,
  actor: StaffActor,
  input: AefiInput,
): Promise<Outcome<{ reportId: string }, AefiRefusal>> {
  const { beneficiaryId, vaccinationId, requestKey } = input;
  if (![beneficiaryId, vaccinationId, requestKey].every(isUuid)) return refused("AEFI_VACCINATION_NOT_FOUND");
  const severity = severities.find((known) => known === input.severity);
  const note = input.note.trim();
  if (!severity || problemsOf(note).length > 0)
    return invalid([...(severity ? [] : [missingSeverity]), ...problemsOf(note)]);
  const signIn = await findSignInOfActor(deps, actor);
  if (!signIn) return refused("NOT_SIGNED_IN");
  if (!worksAtSessionSite(signIn.staff.role)) return refused("NOT_ALLOWED");
  const facilityId = await store.facilityOfDose(deps.db, beneficiaryId, vaccinationId);
  if (!facilityId || facilityId !== signIn.staff.facilityId) return refused("AEFI_VACCINATION_NOT_FOUND");
  const reportId = requestKey;
  if (await store.reportExists(deps.db, beneficiaryId, reportId)) return done({ reportId });
  const now = deps.clock();
  const sealed = await deps.gate.seal({
    actor,
    purpose: "aefi",
    explanation: { kind: "dose-recorded", vaccinationId },
    subject: beneficiaryId,
    values: { aefi: { reportId, vaccinationId, severity, note, reportedAt: now.toISOString() } },
  });
  if (!sealed.ok) return sealed;
  const { staffId } = signIn.staff;
  try {
    await deps.db.transaction(async (tx) => {
      await store.insert(tx, { beneficiaryId, reportId, vaccinationId, severity, staffId, now });
      await putBoxes(tx, sealed.value);
    });
  } catch (error) {
    // The other of two clicks came first.
    if (brokenConstraint(error) !== "aefi_reports_pkey") throw error;
  }
  return done({ reportId });
}

const missingSeverity: Problem = { field: "severity", code: "AEFI_SEVERITY_MISSING" };

function problemsOf(note: string): Problem[] {
  if (note.length === 0) return [{ field: "note", code: "AEFI_NOTE_MISSING" }];
  if (note.length > noteLimit) return [{ field: "note", code: "AEFI_NOTE_TOO_LONG", facts: { limit: noteLimit } }];
  return [];
}
