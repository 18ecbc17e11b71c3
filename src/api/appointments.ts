// Booking over Co-WIN's API: schedule, reschedule, cancel, slip. Clients name a slot by its text and people by their
// reference ids; who may come where is the business of the appointments module.
// SPDX-License-Identifier: Apache-2.0
import { bookAppointment, cancelAppointment, downloadSlip, moveAppointment } from "../modules/appointments/index.js";
import { listBeneficiaries } from "../modules/beneficiaries/index.js";
import { checkCaptcha } from "../modules/captchas/index.js";
import { findSession } from "../modules/sessions/index.js";
import type { Refused } from "../platform/errors.js";
import { type ApiDoor, bodyOf, requestKeyOf, sendPdf } from "./door.js";
import type { JsonBody } from "./json-body.js";
import { textOf, textsOf } from "./read-input.js";
import { sendRefused, sendWireError } from "./refusals.js";
import { sameSlot, slotName } from "./wire-names.js";

const mostPeople = 4;

export function appointmentRoutes(door: ApiDoor): void {
  const { deps, options } = door;

  /** The slot meant by a body; undefined when there is no such session or slot. */
  async function findSlot(body: JsonBody): Promise<{ sessionId: string; slotNumber: number } | undefined> {
    const session = await findSession(deps, textOf(body, "session_id").toLowerCase());
    const slot = session?.slots.find((one) => sameSlot(slotName(one), textOf(body, "slot")));
    return session && slot && { sessionId: session.sessionId, slotNumber: slot.slotNumber };
  }

  /** Ids of the account's own people; undefined when one of the reference ids is not among them. */
  async function findPeople(accountId: string, referenceIds: readonly string[]): Promise<string[] | undefined> {
    const own = new Map(
      (await listBeneficiaries(deps, accountId)).map((one) => [String(one.referenceId), one.beneficiaryId]),
    );
    const ids = referenceIds.map((referenceId) => own.get(referenceId));
    return ids.every((id) => id !== undefined) ? ids : undefined;
  }

  /** Where bookings need a captcha, what was read of it must be right. (A refusal, not a reply: to await a reply is to wait until it is sent.) */
  async function findUnread(signInId: string, body: JsonBody): Promise<Refused | undefined> {
    if (!options.captcha) return undefined;
    const checked = await checkCaptcha(deps, signInId, textOf(body, "captcha"));
    return checked.ok ? undefined : checked;
  }

  door.postWithBearer("/v2/appointment/schedule", async (request, reply, { accountId, actor }) => {
    const body = bodyOf(request);
    if (["dose", "session_id", "slot"].some((name) => textOf(body, name) === ""))
      return sendWireError(reply, "parameterMissing");
    const referenceIds = textsOf(body, "beneficiaries");
    if (!referenceIds || referenceIds.length < 1 || referenceIds.length > mostPeople)
      return sendWireError(reply, "beneficiariesRequired");
    const unread = await findUnread(actor.signInId, body);
    if (unread) return sendRefused(reply, unread);
    const slot = await findSlot(body);
    if (!slot) return sendWireError(reply, "slotInvalid");
    const beneficiaryIds = await findPeople(accountId, referenceIds);
    if (!beneficiaryIds) return sendWireError(reply, "noBeneficiary");
    const outcome = await bookAppointment(deps, actor, {
      ...slot,
      beneficiaryIds,
      doseNumber: Number(textOf(body, "dose")),
      requestKey: requestKeyOf(request),
    });
    if (!outcome.ok) return sendRefused(reply, outcome);
    const { appointmentId } = outcome.value;
    return reply.send({ appointment_confirmation_no: appointmentId, appointment_id: appointmentId });
  });

  door.postWithBearer("/v2/appointment/reschedule", async (request, reply, { actor }) => {
    const body = bodyOf(request);
    const appointmentId = textOf(body, "appointment_id").toLowerCase();
    if (appointmentId === "" || ["session_id", "slot"].some((name) => textOf(body, name) === ""))
      return sendWireError(reply, "parameterMissing");
    const unread = await findUnread(actor.signInId, body);
    if (unread) return sendRefused(reply, unread);
    const slot = await findSlot(body);
    if (!slot) return sendWireError(reply, "slotInvalid");
    const outcome = await moveAppointment(deps, actor, { ...slot, appointmentId, requestKey: requestKeyOf(request) });
    return outcome.ok ? reply.status(204).send() : sendRefused(reply, outcome);
  });

  door.postWithBearer("/v2/appointment/cancel", async (request, reply, { accountId, actor }) => {
    const body = bodyOf(request);
    const appointmentId = textOf(body, "appointment_id").toLowerCase();
    const referenceIds = textsOf(body, "beneficiariesToCancel");
    if (appointmentId === "" || !referenceIds || referenceIds.length === 0)
      return sendWireError(reply, "parameterMissing");
    const beneficiaryIds = await findPeople(accountId, referenceIds);
    if (!beneficiaryIds) return sendWireError(reply, "noBeneficiary");
    const outcome = await cancelAppointment(deps, actor, { appointmentId, beneficiaryIds });
    return outcome.ok ? reply.status(204).send() : sendRefused(reply, outcome);
  });

  door.getWithBearer("/v2/appointment/appointmentslip/download", async (request, reply, { actor }) => {
    const appointmentId = textOf(request.query, "appointment_id").toLowerCase();
    if (appointmentId === "") return sendWireError(reply, "parameterMissing");
    const outcome = await downloadSlip(deps, actor, { appointmentId });
    return outcome.ok ? sendPdf(reply, outcome.value, "appointment-slip.pdf") : sendRefused(reply, outcome);
  });
}
