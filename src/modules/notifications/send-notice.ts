// Sends one notice: asks the gate for the number, for this reason, and hands number and text to the gateway. The
// number is nowhere kept. What can never succeed is dropped, and says so; what may succeed later throws.
// SPDX-License-Identifier: Apache-2.0
import type { JobPayloads } from "../../platform/jobs/enqueue.js";
import { type Sms, SmsRefused } from "../../platform/sms/index.js";
import type { Actor, Deps, Explanation } from "../disclosure/index.js";
import { findLocale } from "./store.js";
import { isNoticeTemplate, noticeText } from "./templates.js";

export type Sent =
  | "sent"
  | "dropped: unknown template"
  | "dropped: not allowed"
  | "dropped: no phone"
  | "dropped: refused"
  | "dropped: expired";

const actor: Actor = { kind: "system", service: "messages" };

export async function sendNotice(deps: Deps, sms: Sms, payload: JobPayloads["send-notice"]): Promise<Sent> {
  const { beneficiaryId, template, values, cause } = payload;
  if (!isNoticeTemplate(template)) return "dropped: unknown template";
  const text = noticeText(await findLocale(deps.db, beneficiaryId), template, values);
  const explanation = explanationOf(cause);
  const subjects = [beneficiaryId];
  const opened = await deps.gate.disclose({ actor, purpose: "notice", explanation, subjects, fields: ["mobile"] });
  if (!opened.ok) {
    if (opened.code === "DISCLOSURE_NOT_ALLOWED") return "dropped: not allowed";
    throw new Error(opened.code);
  }
  const mobile = opened.value.get(beneficiaryId)?.mobile;
  return mobile ? deliver(sms, mobile, text) : "dropped: no phone";
}

function explanationOf(cause: JobPayloads["send-notice"]["cause"]): Explanation {
  if ("ticketId" in cause) return { kind: "ticket", ticketId: cause.ticketId };
  if ("vaccinationId" in cause) return { kind: "dose-recorded", vaccinationId: cause.vaccinationId };
  if ("reissueId" in cause) return { kind: "key-revoked", reissueId: cause.reissueId };
  if ("inquiryId" in cause) return { kind: "inquiry", inquiryId: cause.inquiryId };
  if ("noticeId" in cause) return { kind: "access-notice", noticeId: cause.noticeId };
  return { kind: "appointment-changed", appointmentId: cause.appointmentId };
}

/** A message to a number that somebody has just typed; number and text wait sealed until now. */
export async function sendTypedMessage(
  deps: Deps,
  sms: Sms,
  payload: JobPayloads["send-typed-message"],
): Promise<Sent> {
  const content = await deps.gate.openTransit(Buffer.from(payload.box, "base64"));
  return content?.text ? deliver(sms, content.mobile, content.text) : "dropped: expired";
}

async function deliver(sms: Sms, mobile: string, text: string): Promise<Sent> {
  try {
    await sms.send({ mobile, text });
    return "sent";
  } catch (error) {
    if (error instanceof SmsRefused) return "dropped: refused";
    throw error;
  }
}
