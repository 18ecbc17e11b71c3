// Beneficiaries over Co-WIN's API: registered, listed with doses and appointments, taken off; and their certificates.
// SPDX-License-Identifier: Apache-2.0
import { type AppointmentView, findAppointments } from "../modules/appointments/index.js";
import {
  type Beneficiary,
  followReference,
  genders,
  listBeneficiaries,
  type PersonInput,
  registerBeneficiary,
  removeBeneficiary,
  viewBeneficiaries,
} from "../modules/beneficiaries/index.js";
import { downloadCertificate } from "../modules/certificates/index.js";
import type { PersonRecord } from "../modules/disclosure/index.js";
import { inOrder, vaccinationStatus } from "../modules/vaccinations/index.js";
import { currentProgramme } from "../modules/vaccines/index.js";
import { dateInIndia } from "../platform/clock.js";
import { type ApiDoor, type BearerHandler, bodyOf, requestKeyOf, sendPdf } from "./door.js";
import type { JsonBody } from "./json-body.js";
import { textOf, wireDate } from "./read-input.js";
import { sendRefused, sendWireError } from "./refusals.js";
import { slotName, wireVaccine } from "./wire-names.js";

const shownFields = ["name", "birthYear", "gender", "mobile", "photoIdType", "photoIdLast4", "doses"] as const;
type Shown = Pick<PersonRecord, (typeof shownFields)[number]>;
const statuses = { none: "Not Vaccinated", partial: "Partially Vaccinated", complete: "Vaccinated" } as const;

export function peopleRoutes(door: ApiDoor): void {
  const { deps, options } = door;

  door.postWithBearer("/v2/registration/beneficiary/new", async (request, reply, { actor }) => {
    const input = personIn(bodyOf(request));
    if (!input) return sendWireError(reply, "parameterMissing");
    const outcome = await registerBeneficiary(deps, actor, { ...input, requestKey: requestKeyOf(request) });
    if (!outcome.ok) return sendRefused(reply, outcome);
    return reply.send({ beneficiary_reference_id: String(outcome.value.referenceId) });
  });

  door.postWithBearer("/v2/registration/beneficiary/delete", async (request, reply, { accountId, actor }) => {
    const referenceId = textOf(bodyOf(request), "beneficiary_reference_id");
    if (referenceId === "") return sendWireError(reply, "parameterMissing");
    const person = await ownPerson(door, accountId, referenceId);
    if (!person) return sendWireError(reply, "noBeneficiary");
    const outcome = await removeBeneficiary(deps, actor, person.beneficiaryId);
    return outcome.ok ? reply.status(204).send() : sendRefused(reply, outcome);
  });

  door.getWithBearer("/v2/appointment/beneficiaries", async (_request, reply, { accountId, actor }) => {
    const [people, appointments] = await Promise.all([
      listBeneficiaries(deps, accountId),
      findAppointments(deps, accountId),
    ]);
    const ids = people.map((one) => one.beneficiaryId);
    const seen = await viewBeneficiaries(deps, actor, ids, shownFields);
    if (!seen.ok) return sendRefused(reply, seen);
    const today = dateInIndia(deps.clock());
    const beneficiaries = people.map((person) => {
      const own = appointments.filter((one) => isKept(one, person.beneficiaryId, today));
      return beneficiaryFields(person.referenceId, seen.value.get(person.beneficiaryId)!, own);
    });
    return reply.send({ beneficiaries });
  });

  const certificate: BearerHandler = async (request, reply, { actor }) => {
    const referenceId = textOf(request.query, "beneficiary_reference_id");
    if (referenceId === "") return sendWireError(reply, "parameterMissing");
    // Whose it is, the gate decides; a number of somebody else, and of nobody, is a miss in the log.
    const outcome = await downloadCertificate(deps, actor, await followReference(deps, referenceId), {
      verifyAddress: `${options.origin}/en/verify`,
    });
    return outcome.ok ? sendPdf(reply, outcome.value.pdf, outcome.value.fileName) : sendRefused(reply, outcome);
  };
  door.getWithBearer("/v2/registration/certificate/public/download", certificate);
  door.getWithBearer("/v2/registration/certificate/download", certificate);
}

/** The person in a body; undefined when something is missing that Co-WIN asked for. */
export function personIn(body: JsonBody): (PersonInput & { readonly locale: string }) | undefined {
  const required = ["name", "birth_year", "photo_id_type", "photo_id_number", "consent_version"];
  if (required.some((name) => textOf(body, name) === "")) return undefined;
  return {
    name: textOf(body, "name"),
    birthYear: textOf(body, "birth_year"),
    // Co-WIN let it be left out.
    gender: genders[Number(textOf(body, "gender_id") || "3") - 1] ?? "",
    photoIdType: textOf(body, "photo_id_type"),
    // Clients send whole numbers; no more than the last four characters are kept.
    photoIdLast4: textOf(body, "photo_id_number")
      .replaceAll(/[^0-9A-Za-z]/g, "")
      .slice(-4),
    consent: "yes",
    locale: "en",
  };
}

/** The account's own person with a reference id. */
export async function ownPerson(
  { deps }: ApiDoor,
  accountId: string,
  referenceId: string,
): Promise<Beneficiary | undefined> {
  return (await listBeneficiaries(deps, accountId)).find((one) => String(one.referenceId) === referenceId);
}

/** Appointments that were kept or are still ahead. Clients count them: more than doses taken means one is ahead. */
function isKept(appointment: AppointmentView, beneficiaryId: string, today: string): boolean {
  const status = appointment.people.find((one) => one.beneficiaryId === beneficiaryId)?.status;
  if (status === "completed") return true;
  return (status === "booked" || status === "checked-in") && appointment.heldOn >= today;
}

export function beneficiaryFields(referenceId: number, person: Shown, appointments: readonly AppointmentView[]) {
  const doses = inOrder(person.doses).filter((dose) => !dose.enteredInError);
  const givenOn = (doseNumber: number) => doses.find((dose) => dose.doseNumber === doseNumber)?.givenOn;
  const dateOf = (doseNumber: number) => {
    const on = givenOn(doseNumber);
    return on === undefined ? "" : wireDate(on);
  };
  return {
    beneficiary_reference_id: String(referenceId),
    name: person.name,
    birth_year: String(person.birthYear),
    gender: person.gender,
    mobile_number: person.mobile?.slice(-4) ?? "",
    photo_id_type: person.photoIdType,
    photo_id_number: `********${person.photoIdLast4}`,
    comorbidity_ind: "",
    vaccination_status: statuses[vaccinationStatus(currentProgramme(), person.doses)],
    vaccine: doses[0] ? wireVaccine(doses[0].product) : "",
    dose1_date: dateOf(1),
    dose2_date: dateOf(2),
    appointments: [...appointments]
      .sort((a, b) => a.doseNumber - b.doseNumber || a.heldOn.localeCompare(b.heldOn))
      .map(appointmentFields),
  };
}

function appointmentFields(one: AppointmentView) {
  return {
    appointment_id: one.appointmentId,
    center_id: one.centerId,
    name: one.facilityName,
    state_name: one.stateName,
    district_name: one.districtName,
    block_name: one.blockName,
    from: one.opensAt,
    to: one.closesAt,
    dose: one.doseNumber,
    session_id: one.sessionId,
    date: wireDate(one.heldOn),
    slot: slotName(one),
  };
}
