// Co-WIN's errors, and which of them each of our stable codes becomes. Clients tell them apart by status and code;
// some compare the text. The one table of both: docs/api/cowin.md names the sources.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyReply } from "fastify";
import { type ErrorCode, errorRule } from "../errors.js";
import type { Refused } from "../platform/errors.js";
import { type MessageKey, translator } from "../platform/i18n/i18n.js";

interface WireError {
  readonly status: number;
  /** Absent for the errors that Co-WIN sent as bare text. */
  readonly errorCode?: string;
  readonly error: string;
}

export const wireErrors = {
  parameterMissing: { status: 400, errorCode: "USRRES0001", error: "Input parameter missing" },
  mobileRequired: { status: 400, errorCode: "USRAUT0010", error: "Mobile is Required" },
  otpRequired: { status: 400, errorCode: "USRAUT0012", error: "OTP is Required" },
  txnIdRequired: { status: 400, errorCode: "USRAUT0013", error: "txnId is Required" },
  otpWrong: { status: 400, errorCode: "USRAUT0014", error: "Invalid OTP" },
  notRegistered: { status: 400, errorCode: "USRAUT0024", error: "Beneficiary Not Registered" },
  noBeneficiary: { status: 400, errorCode: "APPOIN0001", error: "No beneficiary found" },
  slotInvalid: { status: 400, errorCode: "APPOIN0015", error: "Invalid Slot Id" },
  pincodeInvalid: { status: 400, errorCode: "APPOIN0018", error: "Invalid Pincode" },
  alreadyBooked: { status: 400, errorCode: "APPOIN0022", error: "Beneficiary already has an appointment" },
  nameRequired: { status: 400, errorCode: "APPOIN0047", error: "Name of individual is required!" },
  goneWrong: { status: 400, errorCode: "GERR001", error: "Something Went wrong!" },
  photoIdUnchecked: {
    status: 409,
    errorCode: "PHOTO_ID_UNCHECKED",
    error: "Compare the photo id first: on the staff pages, or say photo_id_checked Y.",
  },
  otherDose: {
    status: 400,
    errorCode: "VACCINATION_OTHER_DOSE",
    error: "Only the dose that is due can be recorded, on the day it is given.",
  },
  fullyBooked: {
    status: 409,
    errorCode: "APPOIN0040",
    error:
      "This vaccination center is completely booked for the selected date. Please try another date or vaccination center.",
  },
  captchaMissing: { status: 400, errorCode: "APPOIN0044", error: "Please enter valid security code" },
  captchaWrong: { status: 400, errorCode: "APPOIN0045", error: "Security code is wrong" },
  beneficiariesRequired: {
    status: 400,
    errorCode: "USRRES0001",
    error: "Beneficiaries array required, with length 1-4",
  },
  otpAlreadySent: { status: 400, error: "OTP Already Sent" },
  unauthenticated: { status: 401, error: "Unauthenticated access!" },
} as const satisfies Record<string, WireError>;
export type WireErrorName = keyof typeof wireErrors;

/** Our codes for which Co-WIN has a word. All others keep their own code, and 400 where the wire knows no 422. */
const fromOurs: Partial<Record<ErrorCode, WireErrorName>> = {
  NOT_SIGNED_IN: "unauthenticated",
  MOBILE_INVALID: "mobileRequired",
  OTP_WAIT: "otpAlreadySent",
  OTP_WRONG: "otpWrong",
  OTP_EXPIRED: "unauthenticated",
  OTP_TOO_MANY_TRIES: "unauthenticated",
  PARTNER_KEY_UNKNOWN: "unauthenticated",
  NOT_FOUND: "noBeneficiary",
  SESSION_PINCODE_WRONG: "pincodeInvalid",
  APPOINTMENT_SESSION_NOT_FOUND: "slotInvalid",
  APPOINTMENT_SESSION_CANCELLED: "slotInvalid",
  APPOINTMENT_SLOT_MISSING: "slotInvalid",
  APPOINTMENT_SLOT_OVER: "slotInvalid",
  APPOINTMENT_PEOPLE_MISSING: "beneficiariesRequired",
  APPOINTMENT_ALREADY_BOOKED: "alreadyBooked",
  APPOINTMENT_SLOT_FULL: "fullyBooked",
  CAPTCHA_MISSING: "captchaMissing",
  CAPTCHA_WRONG: "captchaWrong",
};

/** Clients know 400, 401, 403, 409, 429 and 5xx; the wire has no 404 or 422 for an input, and 400 for a mixed booking. */
function wireStatus(code: string): number {
  const { status } = errorRule(code);
  return status === 404 || status === 422 || fourHundred.has(code) ? 400 : status;
}
const fourHundred: ReadonlySet<string> = new Set<ErrorCode>([
  "APPOINTMENT_MIXED_DOSES",
  "APPOINTMENT_AGE_OUTSIDE",
  "APPOINTMENT_OTHER_DOSE",
]);

export function sendWireError(reply: FastifyReply, name: WireErrorName): FastifyReply {
  const { status, ...body }: WireError = wireErrors[name];
  reply.status(status);
  return body.errorCode === undefined ? reply.type("text/plain; charset=utf-8").send(body.error) : reply.send(body);
}

/** The wire's form of a refusal; of several wrong fields, the first. */
export function sendRefused(reply: FastifyReply, refusal: Refused): FastifyReply {
  const { code, facts } = refusal.problems?.[0] ?? refusal;
  const rule = errorRule(code);
  const seconds = facts?.["seconds"];
  if (seconds !== undefined || rule.status >= 500) reply.header("Retry-After", String(seconds ?? 5));
  const name = fromOurs[code as ErrorCode];
  if (name) return sendWireError(reply, name);
  return reply
    .status(wireStatus(code))
    .send({ errorCode: code, error: translator("en")(`error.${code}` as MessageKey, facts) });
}
