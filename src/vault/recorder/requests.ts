// What the recorder is asked: a request from the house, checked for shape before anything looks at it.
// SPDX-License-Identifier: Apache-2.0
import type { Decision } from "../../modules/disclosure/gate.js";
import type { Actor, Explanation, LoggedField } from "../../modules/disclosure/types.js";
import { isUuid } from "../../platform/random.js";
import { type Act, fields as knownFields, type LoggedPurpose, purposes } from "../policy.js";

export const maxSubjects = 50;

export interface RecordRequest {
  readonly request: string;
  readonly act: Act;
  readonly actor: Actor;
  readonly purpose: LoggedPurpose;
  readonly explanation: Explanation;
  readonly subjects: readonly string[];
  readonly fields: readonly LoggedField[];
  readonly isNew: boolean;
  readonly digest?: string;
}

/** The request is not one that the house could have made. A bug, not a refusal. */
export class RequestUnreadable extends Error {}

/** The id that an explanation points at, under the name its kind gives it. */
export function referenceOf(explanation: Explanation): string | undefined {
  switch (explanation.kind) {
    case "own-sign-in":
      return undefined;
    case "appointment-here":
    case "appointment-changed":
      return explanation.appointmentId;
    case "presence-code":
      return explanation.challengeId;
    case "facilitated":
      return explanation.accountId;
    case "dose-recorded":
      return explanation.vaccinationId;
    case "erasure-due":
      return explanation.erasureId;
    case "key-revoked":
      return explanation.reissueId;
    case "break-glass":
      return explanation.grantId;
    case "access-notice":
      return explanation.noticeId;
    case "ticket":
      return explanation.ticketId;
    case "consent":
      return explanation.consentId;
    case "inquiry":
      return explanation.inquiryId;
    default:
      throw new RequestUnreadable("explanation");
  }
}

function isActor(actor: Actor): boolean {
  if (actor.kind === "system") return ["certificates", "messages", "erasure"].includes(actor.service);
  if (actor.kind === "partner") return isUuid(actor.keyId);
  return (actor.kind === "citizen" || actor.kind === "staff") && isUuid(actor.signInId);
}

function isListOf(list: unknown, max: number, isItem: (item: unknown) => boolean): boolean {
  return (
    Array.isArray(list) &&
    list.length > 0 &&
    list.length <= max &&
    new Set(list).size === list.length &&
    list.every(isItem)
  );
}

export function readRequest(candidate: unknown): RecordRequest {
  const request = candidate as RecordRequest;
  const check = (isGood: boolean, part: string): void => {
    if (!isGood) throw new RequestUnreadable(part);
  };
  check(typeof candidate === "object" && candidate !== null, "request");
  check(isUuid(request.request), "request id");
  check(request.act === "read" || request.act === "write", "act");
  check(typeof request.actor === "object" && request.actor !== null && isActor(request.actor), "actor");
  check((purposes as readonly string[]).includes(request.purpose), "purpose");
  check(typeof request.explanation === "object" && request.explanation !== null, "explanation");
  const reference = referenceOf(request.explanation);
  check(request.explanation.kind === "own-sign-in" || isUuid(reference), "reference");
  check(isListOf(request.subjects, maxSubjects, isUuid), "subjects");
  check(
    isListOf(request.fields, knownFields.length, (field) => (knownFields as readonly unknown[]).includes(field)),
    "fields",
  );
  const isOfInquiry = request.fields.some((field) => ["inquiry", "comparison", "actors"].includes(field));
  check(!isOfInquiry || request.fields.length === 1, "fields of an inquiry stand alone");
  check(typeof request.isNew === "boolean", "isNew");
  check(request.digest === undefined || /^[\w-]{43}$/.test(request.digest), "digest");
  return request;
}

export interface CanariesRequest {
  readonly op: "new-canaries";
  readonly request: string;
  readonly count: number;
  /** The canaries' times lie within so many minutes from now. */
  readonly minutes: number;
}
const mostCanaries = 100;
const mostMinutes = 7 * 24 * 60;

export function isCanariesRequest(candidate: unknown): candidate is CanariesRequest {
  const { op, request, count = 0, minutes = 0 } = candidate as Partial<CanariesRequest>;
  if (op !== "new-canaries") return false;
  const isCount = (value: number, most: number): boolean => Number.isInteger(value) && value > 0 && value <= most;
  if (!isUuid(request) || !isCount(count, mostCanaries) || !isCount(minutes, mostMinutes))
    throw new RequestUnreadable("canaries");
  return true;
}

export interface DecideRequest {
  readonly op: "decide";
  readonly request: string;
  readonly actor: Extract<Actor, { kind: "staff" }>;
  readonly findingId: string;
  readonly decision: Decision;
}

export function isDecideRequest(candidate: unknown): candidate is DecideRequest {
  const { op, request, actor, findingId, decision } = candidate as Partial<DecideRequest>;
  if (op !== "decide") return false;
  const isSound =
    isUuid(request) &&
    isUuid(findingId) &&
    actor?.kind === "staff" &&
    isUuid(actor.signInId) &&
    (decision === "explained" || decision === "escalated");
  if (!isSound) throw new RequestUnreadable("decision");
  return true;
}
