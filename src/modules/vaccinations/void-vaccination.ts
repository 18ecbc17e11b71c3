// Undoes a wrong click: on the same day, at the same facility. The dose is not deleted; it stays in the person's
// history as entered in error, with who did it and when.
// SPDX-License-Identifier: Apache-2.0
import { brokenConstraint } from "../../platform/db/db.js";
import { done, type Outcome, refused } from "../../platform/errors.js";
import { isUuid, uuidv7 } from "../../platform/random.js";
import type { Deps, DoseDetails, GateError } from "../disclosure/index.js";
import { findSignInOfActor, type StaffActor, worksAtSessionSite } from "../staff/index.js";
import type { VaccinationCode } from "./errors.js";
import { isUndoOpen } from "./rules.js";
import * as store from "./store.js";

export interface VoidVaccinationInput {
  readonly beneficiaryId: string;
  readonly vaccinationId: string;
}
type VoidRefusal = VaccinationCode | GateError | "NOT_SIGNED_IN" | "NOT_ALLOWED";

/** Done also when it was done already: a second click changes nothing. */
export async function voidVaccination(
  deps: Deps,
  actor: StaffActor,
  input: VoidVaccinationInput,
): Promise<Outcome<{ vaccinationId: string }, VoidRefusal>> {
  const { beneficiaryId, vaccinationId } = input;
  if (!isUuid(beneficiaryId) || !isUuid(vaccinationId)) return refused("VACCINATION_NOT_FOUND");
  const signIn = await findSignInOfActor(deps, actor);
  if (!signIn) return refused("NOT_SIGNED_IN");
  if (!worksAtSessionSite(signIn.staff.role)) return refused("NOT_ALLOWED");
  const recorded = await store.find(deps.db, beneficiaryId, vaccinationId);
  if (!recorded || recorded.facilityId !== signIn.staff.facilityId) return refused("VACCINATION_NOT_FOUND");
  if (!isUndoOpen(recorded, deps.clock(), signIn.staff.facilityId)) return refused("VACCINATION_UNDO_CLOSED");
  if (recorded.status === "entered-in-error") return done({ vaccinationId });
  const opened = await openDose(deps, actor, input);
  if (!opened.ok) return opened;
  return markInError(deps, actor, beneficiaryId, signIn.staff.staffId, opened.value);
}

async function openDose(
  deps: Deps,
  actor: StaffActor,
  { beneficiaryId, vaccinationId }: VoidVaccinationInput,
): Promise<Outcome<DoseDetails, GateError | "VACCINATION_NOT_FOUND">> {
  const opened = await deps.gate.disclose({
    actor,
    purpose: "vaccination",
    explanation: { kind: "dose-recorded", vaccinationId },
    subjects: [beneficiaryId],
    fields: ["doses"],
  });
  if (!opened.ok) return opened;
  const dose = opened.value.get(beneficiaryId)?.doses.find((one) => one.vaccinationId === vaccinationId);
  return dose ? done(dose) : refused("VACCINATION_NOT_FOUND");
}

async function markInError(
  deps: Deps,
  actor: StaffActor,
  beneficiaryId: string,
  staffId: string,
  dose: DoseDetails,
): Promise<Outcome<{ vaccinationId: string }, VoidRefusal>> {
  const { vaccinationId } = dose;
  const sealed = await deps.gate.seal({
    actor,
    purpose: "vaccination",
    explanation: { kind: "dose-recorded", vaccinationId },
    subject: beneficiaryId,
    values: { dose: { ...dose, enteredInError: true } },
  });
  if (!sealed.ok) return sealed;
  const box = sealed.value[0]!;
  const batchId = await store.findBatchId(deps.db, dose.facilityId, dose.product, dose.lotNumber);
  const jobs = jobsAfter(beneficiaryId, dose);
  const { version } = box;
  try {
    await store.voidDose(deps.db, {
      beneficiaryId,
      vaccinationId,
      batchId,
      staffId,
      now: deps.clock(),
      version,
      box: box.box,
      jobs,
    });
  } catch (error) {
    // Somebody else's correction came first and took this version of the record: nothing is undone.
    if (brokenConstraint(error) === "records_pkey") return refused("VACCINATION_CHANGED");
    throw error;
  }
  return done({ vaccinationId });
}

function jobsAfter(beneficiaryId: string, dose: DoseDetails): store.DoseJob[] {
  const { vaccinationId, doseNumber, givenOn, stateId, districtId, product } = dose;
  return [
    { kind: "revoke-certificate", payload: { beneficiaryId, vaccinationId }, key: `revoke:${vaccinationId}` },
    { kind: "count-dose", payload: { eventId: uuidv7(), givenOn, stateId, districtId, product, doseNumber, by: -1 } },
    {
      kind: "send-notice",
      payload: { beneficiaryId, template: "dose-corrected", values: { doseNumber }, cause: { vaccinationId } },
    },
  ];
}
