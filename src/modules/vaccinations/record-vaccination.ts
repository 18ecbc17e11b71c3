// Records the dose that a checked-in person has just been given. The rules say which dose it is; the page does not.
// A second click, a retry after a lost answer and a colleague at the next desk all end in one dose.
// SPDX-License-Identifier: Apache-2.0
import { dateInIndia } from "../../platform/clock.js";
import { brokenConstraint } from "../../platform/db/db.js";
import { done, type Outcome, type Refused, refused } from "../../platform/errors.js";
import { isUuid, uuidv7 } from "../../platform/random.js";
import type { Deps, DoseDetails, GateError, PersonRecord } from "../disclosure/index.js";
import { findSignInOfActor, type Staff, type StaffActor, worksAtSessionSite } from "../staff/index.js";
import { channelAt, currentProgramme, type DoseAnswer, type DoseCode, mayGive, nextDue } from "../vaccines/index.js";
import { type VaccinationCode, vaccinationErrors } from "./errors.js";
import { historyOf } from "./rules.js";
import * as store from "./store.js";
import type { RecordedDose, RecordVaccinationInput } from "./types.js";

type RecordRefusal = VaccinationCode | DoseCode | GateError | "NOT_SIGNED_IN" | "NOT_ALLOWED" | "NOT_FOUND";
type Person = Pick<PersonRecord, "birthYear" | "doses">;

export async function recordVaccination(
  deps: Deps,
  actor: StaffActor,
  input: RecordVaccinationInput,
): Promise<Outcome<RecordedDose, RecordRefusal>> {
  if (!Object.values(input).every(isUuid)) return refused("NOT_FOUND");
  const signIn = await findSignInOfActor(deps, actor);
  if (!signIn) return refused("NOT_SIGNED_IN");
  const context = await store.findContext(deps.db, input);
  if (!context) return refused("NOT_FOUND");
  if (!worksAtSessionSite(signIn.staff.role) || signIn.staff.facilityId !== context.facilityId)
    return refused("NOT_ALLOWED");
  const earlier = await store.findByRequestKey(deps.db, input.beneficiaryId, input.requestKey);
  if (!earlier && context.status === "completed") return refused("VACCINATION_ALREADY_RECORDED");
  if (!earlier && context.status !== "checked-in") return refused("VACCINATION_NOT_CHECKED_IN");
  if (context.lotNumber === null) return refused("VACCINATION_BATCH_WRONG");
  const opened = await openHistory(deps, actor, input);
  if (!opened.ok) return opened;
  if (earlier) return done(answerOf(earlier, opened.value, context.product));
  return giveDose(deps, actor, { input, context, staff: signIn.staff, person: opened.value });
}

async function openHistory(
  deps: Deps,
  actor: StaffActor,
  { appointmentId, beneficiaryId }: RecordVaccinationInput,
): Promise<Outcome<Person, GateError | "NOT_FOUND">> {
  const opened = await deps.gate.disclose({
    actor,
    purpose: "vaccination",
    explanation: { kind: "appointment-here", appointmentId },
    subjects: [beneficiaryId],
    fields: ["birthYear", "doses"],
  });
  if (!opened.ok) return opened;
  const person = opened.value.get(beneficiaryId);
  return person ? done(person) : refused("NOT_FOUND");
}

interface Giving {
  readonly input: RecordVaccinationInput;
  readonly context: store.DoseContext;
  readonly staff: Staff;
  readonly person: Person;
}

async function giveDose(deps: Deps, actor: StaffActor, giving: Giving): Promise<Outcome<RecordedDose, RecordRefusal>> {
  const { input, person, context } = giving;
  const now = deps.clock();
  const answer = askRules(giving, now);
  if (!answer.may) return overtaken(deps, giving, refused(answer.code, refusalFacts(answer)));
  const dose = doseDetails(giving, answer, now);
  const sealed = await deps.gate.seal({
    actor,
    purpose: "vaccination",
    explanation: { kind: "appointment-here", appointmentId: input.appointmentId },
    subject: input.beneficiaryId,
    values: { dose },
  });
  if (!sealed.ok) return sealed;
  try {
    const written = await store.recordDose(deps.db, {
      ...input,
      vaccinationId: dose.vaccinationId,
      doseNumber: dose.doseNumber,
      staffId: giving.staff.staffId,
      now,
      on: dose.givenOn,
      observeUntil: new Date(now.getTime() + currentProgramme().observationMinutes * 60_000),
      box: sealed.value[0]!.box,
      jobs: jobsAfter(input.beneficiaryId, dose),
    });
    return done(answerOf(written, person, context.product));
  } catch (error) {
    const code = refusalOf(error);
    if (code) return refused(code);
    throw error;
  }
}

/** Another click may have recorded the dose between the first look and the opened history: then that is the answer. */
async function overtaken(
  deps: Deps,
  { input, person, context }: Giving,
  refusal: Refused<RecordRefusal>,
): Promise<Outcome<RecordedDose, RecordRefusal>> {
  const earlier = await store.findByRequestKey(deps.db, input.beneficiaryId, input.requestKey);
  if (earlier) return done(answerOf(earlier, person, context.product));
  const after = await store.findContext(deps.db, input);
  return after?.status === "completed" ? refused("VACCINATION_ALREADY_RECORDED") : refusal;
}

function askRules({ context, person }: Giving, now: Date): DoseAnswer {
  return mayGive(currentProgramme(), { birthYear: person.birthYear }, historyOf(person.doses), {
    on: dateInIndia(now),
    product: context.product,
    bookedOn: dateInIndia(context.bookedAt),
    ...channelAt(context.feeType, context.channel),
  });
}

function refusalFacts(answer: Extract<DoseAnswer, { may: false }>): Record<string, string> {
  return {
    ...(answer.rule ? { rule: answer.rule.id } : {}),
    ...(answer.earliestOn ? { earliestOn: answer.earliestOn } : {}),
  };
}

function doseDetails(
  { input, context, staff }: Giving,
  answer: Extract<DoseAnswer, { may: true }>,
  now: Date,
): DoseDetails {
  return {
    vaccinationId: uuidv7(now.getTime()),
    doseNumber: answer.doseNumber,
    kind: answer.kind,
    product: context.product,
    lotNumber: context.lotNumber!,
    givenOn: dateInIndia(now),
    facilityId: context.facilityId,
    facilityName: context.facilityName,
    districtId: context.districtId,
    stateId: context.stateId,
    sessionId: input.sessionId,
    vaccinatorId: staff.staffId,
    vaccinatorName: staff.displayName,
    enteredInError: false,
  };
}

/** The event of the public figures has an id of its own, so that a waiting job does not tie a product to a person. */
function jobsAfter(beneficiaryId: string, dose: DoseDetails): store.DoseJob[] {
  const { vaccinationId, doseNumber, givenOn, stateId, districtId, product } = dose;
  return [
    { kind: "issue-certificate", payload: { beneficiaryId, vaccinationId }, key: `issue:${vaccinationId}` },
    { kind: "count-dose", payload: { eventId: uuidv7(), givenOn, stateId, districtId, product, doseNumber, by: 1 } },
    {
      kind: "send-notice",
      payload: { beneficiaryId, template: "dose-recorded", values: { doseNumber }, cause: { vaccinationId } },
    },
  ];
}

/** The answer is made from what is written, so that a retry hears the same. */
function answerOf(written: Omit<RecordedDose, "nextDue">, person: Person, product: string): RecordedDose {
  const { vaccinationId, doseNumber, recordedAt, observeUntil } = written;
  const givenOn = dateInIndia(recordedAt);
  const before = historyOf(person.doses.filter((dose) => dose.vaccinationId !== vaccinationId));
  const due = nextDue(currentProgramme(), { birthYear: person.birthYear }, [...before, { product, givenOn }], givenOn);
  return { vaccinationId, doseNumber, recordedAt, observeUntil, nextDue: due };
}

/** A dose number that is taken means that another session recorded the dose in the meantime. */
function refusalOf(error: unknown): VaccinationCode | undefined {
  const constraint = brokenConstraint(error);
  if (constraint === "one_valid_dose") return "VACCINATION_ALREADY_RECORDED";
  return constraint && constraint in vaccinationErrors ? (constraint as VaccinationCode) : undefined;
}
