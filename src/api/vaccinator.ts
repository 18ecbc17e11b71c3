// Co-WIN's vaccinator family, for the programs of a session site. Co-WIN answered whoever had a key. Here the authority is a
// member of staff's, signed in with a passkey, and the person's presence: checked in, or a code from the phone. Without
// both a call is refused as in departures.ts.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyReply } from "fastify";
import { confirmPresenceCode, requestPresenceCode } from "../modules/accounts/index.js";
import {
  admitWalkIn,
  checkIdentity,
  findPresent,
  listPresentPeople,
  listTodaysSessions,
  openForDose,
  openIdentity,
} from "../modules/attendance/index.js";
import { refuseLookup, registerBeneficiary } from "../modules/beneficiaries/index.js";
import { findFacility } from "../modules/facilities/index.js";
import { findSession } from "../modules/sessions/index.js";
import { findStaffSignIn, type Staff, type StaffActor } from "../modules/staff/index.js";
import { recordVaccination } from "../modules/vaccinations/index.js";
import { dateInIndia } from "../platform/clock.js";
import type { Refused } from "../platform/errors.js";
import { type ApiDoor, type ApiHandler, type ApiRequest, bodyOf, requestKeyOf } from "./door.js";
import { asPartner } from "./partner.js";
import { beneficiaryFields, personIn } from "./people.js";
import { dayOf, idOf, textOf, textsOf, wireDate } from "./read-input.js";
import { sendRefused, sendWireError } from "./refusals.js";
import { productOf, sameSlot, slotName, wireVaccine } from "./wire-names.js";

type StaffHandler = (
  request: ApiRequest,
  reply: FastifyReply,
  by: { readonly staff: Staff; readonly actor: StaffActor },
) => Promise<FastifyReply>;

export function vaccinatorRoutes(door: ApiDoor): void {
  const { deps } = door;

  /** Without a member of staff behind the call there is nobody who may ask: refused, and written down. */
  const byStaff =
    (handler: StaffHandler): ApiHandler =>
    async (request, reply) => {
      const token = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? "")?.[1];
      const signIn = token === undefined ? undefined : await findStaffSignIn(deps, token);
      if (!signIn) return sendRefused(reply, await refuseLookup(deps, { address: request.ip }));
      const by = { staff: signIn.staff, actor: { kind: "staff", signInId: signIn.signInId } } as const;
      return asPartner(door, "vaccinator", () => handler(request, reply, by))(request, reply);
    };
  const get = (path: string, handler: StaffHandler) => door.get(`/v2/vaccinator/${path}`, byStaff(handler));
  const post = (path: string, handler: StaffHandler) => door.post(`/v2/vaccinator/${path}`, byStaff(handler));

  /** A person who does not stand here is a miss in the log, of whoever asked. */
  async function refuse(request: ApiRequest, reply: FastifyReply, actor: StaffActor, refusal: Refused) {
    const isMiss = refusal.code === "BENEFICIARY_PROOF_MISSING" || refusal.code === "PRESENCE_NOT_SHOWN";
    return sendRefused(reply, isMiss ? await refuseLookup(deps, { address: request.ip, actor }) : refusal);
  }

  get("sessions", async (_request, reply, { staff, actor }) => {
    const found = await listTodaysSessions(deps, actor);
    if (!found.ok) return sendRefused(reply, found);
    const facility = await findFacility(deps, staff.facilityId!);
    const sessions = found.value.map((one) => ({
      session_id: one.sessionId,
      center_id: facility?.centerId,
      date: wireDate(one.heldOn),
      vaccine: wireVaccine(one.product),
      min_age_limit: one.minAge,
      booked: one.booked,
      checked_in: one.checkedIn,
      vaccinated: one.done,
      walk_in_capacity: one.walkInLeft,
    }));
    return reply.send({ sessions });
  });

  get("beneficiaries/findByReferenceId", async (request, reply, { actor }) => {
    const referenceId = textOf(request.query, "beneficiary_reference_id");
    if (referenceId === "") return sendWireError(reply, "parameterMissing");
    const securityCode = headerOf(request, "x-security-code");
    const present = await findPresent(deps, actor, { referenceId, securityCode });
    if (!present.ok) return refuse(request, reply, actor, present);
    const opened = await openIdentity(deps, actor, idsOf(present.value));
    if (!opened.ok) return sendRefused(reply, opened);
    return reply.send(beneficiaryFields(Number(referenceId), { ...opened.value.person, mobile: null }, []));
  });

  post("presence/generateOTP", async (request, reply, { actor }) => {
    const asked = await requestPresenceCode(deps, actor, {
      mobile: textOf(bodyOf(request), "mobile"),
      address: request.ip,
    });
    return asked.ok ? reply.send({ txnId: asked.value.challengeId }) : sendRefused(reply, asked);
  });

  post("presence/confirmOTP", async (request, reply, { actor }) => {
    const body = bodyOf(request);
    const [otp, txnId] = [textOf(body, "otp").toLowerCase(), textOf(body, "txnId").toLowerCase()];
    if (otp === "") return sendWireError(reply, "otpRequired");
    if (txnId === "") return sendWireError(reply, "txnIdRequired");
    const code = { sha256: otp };
    const confirmed = await confirmPresenceCode(deps, actor, { challengeId: txnId, code, address: request.ip });
    return confirmed.ok ? reply.status(204).send() : sendRefused(reply, confirmed);
  });

  get("beneficiaries/findByMobile", async (request, reply, { actor }) => {
    const present = await listPresentPeople(deps, actor, headerOf(request, "x-presence-id") ?? "");
    if (!present.ok) return refuse(request, reply, actor, present);
    const beneficiaries = present.value.map(({ referenceId, name, birthYear }) => ({
      beneficiary_reference_id: String(referenceId),
      name,
      birth_year: String(birthYear),
    }));
    return reply.send({ beneficiaries });
  });

  post("beneficiaries/new", async (request, reply, { actor }) => {
    const input = personIn(bodyOf(request));
    if (!input) return sendWireError(reply, "parameterMissing");
    const outcome = await registerBeneficiary(deps, actor, {
      ...input,
      requestKey: requestKeyOf(request),
      presenceChallengeId: headerOf(request, "x-presence-id") ?? "",
    });
    if (!outcome.ok) return refuse(request, reply, actor, outcome);
    return reply.send({ beneficiary_reference_id: String(outcome.value.referenceId) });
  });

  post("onspots/schedule", async (request, reply, { actor }) => {
    const body = bodyOf(request);
    const [referenceId, ...others] = textsOf(body, "beneficiaries") ?? [];
    if (!referenceId) return sendWireError(reply, "nameRequired");
    if (others.length > 0) return sendWireError(reply, "beneficiariesRequired");
    const session = await findSession(deps, textOf(body, "session_id").toLowerCase());
    if (!session?.slots.some((one) => sameSlot(slotName(one), textOf(body, "slot"))))
      return sendWireError(reply, "slotInvalid");
    const challengeId = headerOf(request, "x-presence-id") ?? "";
    const present = await listPresentPeople(deps, actor, challengeId);
    if (!present.ok) return refuse(request, reply, actor, present);
    const person = present.value.find((one) => String(one.referenceId) === referenceId);
    if (!person) return sendWireError(reply, "noBeneficiary");
    const { sessionId } = session;
    const wish = { sessionId, beneficiaryId: person.beneficiaryId, challengeId, requestKey: requestKeyOf(request) };
    const admitted = await admitWalkIn(deps, actor, wish);
    if (!admitted.ok) return sendRefused(reply, admitted);
    const { appointmentId } = admitted.value;
    return reply.send({ appointment_confirmation_no: appointmentId, appointment_id: appointmentId });
  });

  post("beneficiaries/vaccinate", async (request, reply, { staff, actor }) => {
    const body = bodyOf(request);
    const required = ["beneficiary_reference_id", "center_id", "vaccine", "vaccine_batch", "dose"];
    if (required.some((name) => textOf(body, name) === "")) return sendWireError(reply, "parameterMissing");
    const present = await findPresent(deps, actor, { referenceId: textOf(body, "beneficiary_reference_id") });
    if (!present.ok) return refuse(request, reply, actor, present);
    const facility = await findFacility(deps, staff.facilityId!);
    const { session, line } = present.value;
    const isHere = facility?.centerId === idOf(textOf(body, "center_id"));
    if (!isHere || session.product !== productOf(textOf(body, "vaccine"))) return sendWireError(reply, "goneWrong");
    const ids = idsOf(present.value);
    if (line.stage === "checked-in" && textOf(body, "photo_id_checked").toUpperCase() === "Y") {
      const checked = await checkIdentity(deps, actor, { ...ids, answer: "yes" });
      if (!checked.ok) return sendRefused(reply, checked);
    } else if (line.stage !== "identified" && line.stage !== "done") return sendWireError(reply, "photoIdUnchecked");
    const opened = await openForDose(deps, actor, ids);
    if (!opened.ok) return sendRefused(reply, opened);
    const batch = opened.value.batches.find((one) => one.lotNumber === textOf(body, "vaccine_batch"));
    if (!batch) return sendWireError(reply, "goneWrong");
    const { answer } = opened.value;
    if (answer.may && !isDoseOfToday(request, answer.doseNumber)) return sendWireError(reply, "otherDose");
    const recorded = await recordVaccination(deps, actor, {
      ...ids,
      batchId: batch.batchId,
      requestKey: requestKeyOf(request),
    });
    return recorded.ok ? reply.status(204).send() : sendRefused(reply, recorded);
  });

  /** The dose that is due, given today: no other can be recorded, whatever the body says. */
  function isDoseOfToday(request: ApiRequest, doseNumber: number): boolean {
    const body = bodyOf(request);
    const today = dateInIndia(deps.clock());
    const typed = textOf(body, `dose${doseNumber}_date`);
    return Number(textOf(body, "dose")) === doseNumber && (typed === "" || dayOf(typed, today) === today);
  }
}

function headerOf(request: ApiRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" ? value.trim().slice(0, 100) : undefined;
}

function idsOf({
  session,
  line,
}: {
  session: { sessionId: string };
  line: { appointmentId: string; beneficiaryId: string };
}) {
  return { sessionId: session.sessionId, appointmentId: line.appointmentId, beneficiaryId: line.beneficiaryId };
}
