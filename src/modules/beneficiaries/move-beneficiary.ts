// Moves a person to another mobile number. Both numbers confirm by a code sent now; whoever is signed in with the old
// number loses the person at once, and both numbers are told. After that the person stays for thirty days.
// SPDX-License-Identifier: Apache-2.0
import { done, invalid, type Outcome, refused } from "../../platform/errors.js";
import { isLocale } from "../../platform/i18n/i18n.js";
import { enqueue } from "../../platform/jobs/enqueue.js";
import { isUuid } from "../../platform/random.js";
import {
  accountOfPhone,
  type CodeRefusal,
  checkNumberProof,
  findAccountHolder,
  isNumberOf,
  type OtpRequestCode,
  type ProvedNumber,
  requestNumberProof,
  useProofs,
} from "../accounts/index.js";
import { type Actor, type Deps, type GateError, putBoxes } from "../disclosure/index.js";
import { type NoticeTemplate, noticeText } from "../notifications/index.js";
import type { BeneficiaryCode } from "./errors.js";
import { hasAppointmentAhead } from "./remove-beneficiary.js";
import { accountOf, movedAt, moveMember } from "./store.js";

type CitizenActor = Extract<Actor, { kind: "citizen" }>;
type MoveRefusal = BeneficiaryCode | GateError | "INPUT_INVALID" | "NOT_SIGNED_IN" | "NOT_FOUND";

const restDays = 30;
/** How long the notices of a move may wait for the messages to get through: they are the only word that the old number gets. */
const noticeSeconds = 7 * 86_400;

export interface MoveRequest {
  readonly beneficiaryId: string;
  /** The account's own number, typed again: it is nowhere to be read. */
  readonly ownMobile: string;
  readonly newMobile: string;
  readonly address: string;
}
/** The two challenges, for the page that asks for the codes. */
export interface MoveCodes {
  readonly own: string;
  readonly next: string;
}

/** Sends a code to each of the two numbers. Says nothing about whether the new one is known. */
export async function requestMove(
  deps: Deps,
  actor: CitizenActor,
  { beneficiaryId, ownMobile, newMobile, address }: MoveRequest,
): Promise<Outcome<MoveCodes, MoveRefusal | OtpRequestCode>> {
  const ground = await findGround(deps, actor, beneficiaryId);
  if (!ground.ok) return ground;
  const isOwn = await isNumberOf(deps, ground.value, ownMobile);
  if (!isOwn.ok) return invalid([{ field: "ownMobile", code: isOwn.code }]);
  if (!isOwn.value) return invalid([{ field: "ownMobile", code: "BENEFICIARY_NUMBER_NOT_OWN" }]);
  const isSame = await isNumberOf(deps, ground.value, newMobile);
  if (!isSame.ok) return invalid([{ field: "newMobile", code: isSame.code }]);
  if (isSame.value) return invalid([{ field: "newMobile", code: "BENEFICIARY_NUMBER_SAME" }]);
  const own = await requestNumberProof(deps, actor, { mobile: ownMobile, address });
  if (!own.ok) return own;
  const next = await requestNumberProof(deps, actor, { mobile: newMobile, address });
  if (!next.ok) return next;
  return done({ own: own.value.challengeId, next: next.value.challengeId });
}

export interface MoveConfirmation {
  readonly beneficiaryId: string;
  readonly codes: MoveCodes;
  readonly ownCode: string;
  readonly nextCode: string;
  readonly address: string;
}

export async function confirmMove(
  deps: Deps,
  actor: CitizenActor,
  { beneficiaryId, codes, ownCode, nextCode, address }: MoveConfirmation,
): Promise<Outcome<undefined, MoveRefusal | CodeRefusal>> {
  const ground = await findGround(deps, actor, beneficiaryId);
  if (!ground.ok) return ground;
  const own = await checkNumberProof(deps, actor, { challengeId: codes.own, code: { digits: ownCode }, address });
  if (!own.ok) return invalid([{ field: "ownCode", code: own.code, ...(own.facts ? { facts: own.facts } : {}) }]);
  const next = await checkNumberProof(deps, actor, { challengeId: codes.next, code: { digits: nextCode }, address });
  if (!next.ok) return invalid([{ field: "nextCode", code: next.code, ...(next.facts ? { facts: next.facts } : {}) }]);
  if (own.value.accountId !== ground.value) return refused("BENEFICIARY_NUMBER_NOT_OWN");
  if (next.value.accountId === ground.value) return refused("BENEFICIARY_NUMBER_SAME");
  return move(deps, actor, { beneficiaryId, accountId: ground.value, own: own.value, next: next.value });
}

/** The account, if the person is in it and may leave it now. */
async function findGround(
  deps: Deps,
  actor: CitizenActor,
  beneficiaryId: string,
): Promise<Outcome<string, MoveRefusal>> {
  const holder = await findAccountHolder(deps, actor);
  if (!holder) return refused("NOT_SIGNED_IN");
  const since = isUuid(beneficiaryId) ? await movedAt(deps.db, holder.accountId, beneficiaryId) : undefined;
  if (since === undefined) return refused("NOT_FOUND");
  const now = deps.clock();
  if (since && since.getTime() > now.getTime() - restDays * 86_400_000)
    return refused("BENEFICIARY_MOVED_LATELY", { days: restDays });
  if (await hasAppointmentAhead(deps, beneficiaryId)) return refused("BENEFICIARY_HAS_APPOINTMENT");
  return done(holder.accountId);
}

interface Move {
  readonly beneficiaryId: string;
  readonly accountId: string;
  readonly own: ProvedNumber;
  readonly next: ProvedNumber;
}

async function move(deps: Deps, actor: CitizenActor, wanted: Move): Promise<Outcome<undefined, MoveRefusal>> {
  const { beneficiaryId, accountId, own, next } = wanted;
  const now = deps.clock();
  const sealed = await deps.gate.seal({
    actor,
    purpose: "own-change",
    explanation: { kind: "own-sign-in" },
    subject: beneficiaryId,
    values: { contact: { transitBox: next.contactBox } },
  });
  if (!sealed.ok) return sealed;
  const { locale = "en" } = (await accountOf(deps.db, beneficiaryId)) ?? {};
  const notices = [
    await noticeTo(deps, own, locale, "number-left"),
    await noticeTo(deps, next, locale, "number-joined"),
  ];
  try {
    await deps.db.transaction(async (tx) => {
      const to = await accountOfPhone(tx, next.phoneIndex, locale, now);
      if (!(await useProofs(tx, [own, next], now))) throw new NotMoved("NOT_FOUND");
      if (!(await moveMember(tx, { beneficiaryId, from: accountId, to, at: now })))
        throw new NotMoved("BENEFICIARY_LIMIT_REACHED");
      await putBoxes(tx, sealed.value);
      for (const box of notices) if (box) await enqueue(tx, "send-typed-message", { box: box.toString("base64") });
    });
  } catch (error) {
    if (error instanceof NotMoved) return refused(error.code);
    throw error;
  }
  return done(undefined);
}

class NotMoved extends Error {
  readonly code: "NOT_FOUND" | "BENEFICIARY_LIMIT_REACHED";
  constructor(code: "NOT_FOUND" | "BENEFICIARY_LIMIT_REACHED") {
    super(code);
    this.code = code;
  }
}

/** The notice to a number that was typed a moment ago, sealed for its delivery. */
async function noticeTo(
  { gate }: Deps,
  { contactBox }: ProvedNumber,
  locale: string,
  template: NoticeTemplate,
): Promise<Buffer | undefined> {
  const mobile = (await gate.openTransit(contactBox))?.mobile;
  const text = noticeText(isLocale(locale) ? locale : "en", template, {});
  return mobile ? gate.sealForTransit({ mobile, text }, noticeSeconds) : undefined;
}
