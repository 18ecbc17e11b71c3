// Registers a person: by the holder of a phone, by staff for somebody whose phone is here, or without a phone.
// At most six a phone, each registered with a different photo id, whatever happens at the same time. (Who is moved to the
// phone later is not compared: nobody there may look at both.)
// SPDX-License-Identifier: Apache-2.0
import { randomInt } from "node:crypto";
import { dateInIndia } from "../../platform/clock.js";
import { brokenConstraint, type Queryable } from "../../platform/db/db.js";
import { done, invalid, type Outcome, refused } from "../../platform/errors.js";
import { type Limit, takeLimits } from "../../platform/limits/index.js";
import { isUuid, uuidv7 } from "../../platform/random.js";
import { accountOfPhone, findAccountHolder, findPresentHolder, openAccountWithoutPhone } from "../accounts/index.js";
import { type Actor, type Deps, type Explanation, type GateError, putBoxes } from "../disclosure/index.js";
import type { BeneficiaryCode } from "./errors.js";
import { readIdentity } from "./rules.js";
import {
  findByRequest,
  insertBeneficiary,
  type NewBeneficiary,
  reserveReference,
  selectActive,
  takeMember,
} from "./store.js";
import { consentVersion, type Identity, mostPeople, type PersonInput, type Registered } from "./types.js";

type Registrar = Extract<Actor, { kind: "citizen" | "staff" }>;

export interface Registration extends PersonInput {
  /** The caller's key: the same key registers once. */
  readonly requestKey: string;
  readonly locale: string;
  /** Canaries only: the id that the vault made. */
  readonly beneficiaryId?: string;
  /** Staff only: the confirmed code of the phone that is here… */
  readonly presenceChallengeId?: string | undefined;
  /** …or that there is none. */
  readonly withoutPhone?: boolean | undefined;
}
export type RegisterCode = BeneficiaryCode | GateError | "INPUT_INVALID" | "NOT_SIGNED_IN" | "TOO_MANY_REQUESTS";

/** Six people and some slips of the hand. Whoever registers and removes in turn makes keys and log entries without end. */
const registrationsOf = (accountId: string): Limit => ({
  name: "registrations-by-account",
  who: accountId,
  windowSeconds: 24 * 3600,
  most: 30,
});

/** Under which account, by what right, and with which phone. */
interface Ground {
  /** Undefined when the phone has no account yet. */
  readonly accountId: string | undefined;
  readonly explanation: Explanation;
  readonly contactBox: Buffer | null;
  readonly registeredBy: NewBeneficiary["registeredBy"];
  /** Finds or makes the account, in the transaction. */
  openAccount(tx: Queryable): Promise<string>;
}

export async function registerBeneficiary(
  deps: Deps,
  actor: Registrar,
  input: Registration,
): Promise<Outcome<Registered, RegisterCode>> {
  const read = readIdentity(input, Number(dateInIndia(deps.clock()).slice(0, 4)));
  if ("problems" in read) return invalid(read.problems);
  if (!isUuid(input.requestKey)) return invalid([{ field: "requestKey", code: "REQUEST_UNREADABLE" }]);
  for (let attempt = 1; attempt <= 3; attempt++) {
    const ground = await findGround(deps, actor, input);
    if (!ground) return refused(actor.kind === "citizen" ? "NOT_SIGNED_IN" : "PRESENCE_NOT_SHOWN");
    const outcome = await registerOnce(deps, actor, input, read.identity, ground);
    if (outcome === "changed") continue;
    // The same request, sent twice at once: its twin may hold the place or the photo id that this one was refused for.
    const twin = !outcome.ok && ground.accountId && (await findByRequest(deps.db, ground.accountId, input.requestKey));
    return twin ? done(twin) : outcome;
  }
  return refused("BENEFICIARY_LIST_CHANGED");
}

async function findGround(deps: Deps, actor: Registrar, input: Registration): Promise<Ground | undefined> {
  const now = deps.clock();
  if (actor.kind === "citizen") {
    const holder = await findAccountHolder(deps, actor);
    if (!holder) return undefined;
    return {
      ...holder,
      explanation: { kind: "own-sign-in" },
      registeredBy: "self",
      openAccount: async () => holder.accountId,
    };
  }
  const challengeId = input.presenceChallengeId;
  if (challengeId !== undefined) {
    const holder = await findPresentHolder(deps, actor, challengeId);
    if (!holder) return undefined;
    return {
      ...holder,
      explanation: { kind: "presence-code", challengeId },
      registeredBy: "walk-in",
      openAccount: (tx) => accountOfPhone(tx, holder.phoneIndex, input.locale, now),
    };
  }
  if (!input.withoutPhone) return undefined;
  // The request's key is the account's id, so that a repeated request finds the first one's.
  const accountId = input.requestKey;
  return {
    accountId,
    contactBox: null,
    explanation: { kind: "facilitated", accountId },
    registeredBy: "facilitated",
    openAccount: async (tx) => {
      await openAccountWithoutPhone(tx, accountId, input.locale, now);
      return accountId;
    },
  };
}

async function registerOnce(
  deps: Deps,
  actor: Registrar,
  { requestKey, beneficiaryId = uuidv7(deps.clock().getTime()) }: Registration,
  identity: Identity,
  ground: Ground,
): Promise<Outcome<Registered, RegisterCode> | "changed"> {
  const again = ground.accountId && (await findByRequest(deps.db, ground.accountId, requestKey));
  if (again) return done(again);
  if (actor.kind === "citizen") {
    const seconds = await takeLimits(deps, [registrationsOf(ground.accountId!)]);
    if (seconds > 0) return refused("TOO_MANY_REQUESTS", { seconds });
  }
  const known = ground.accountId ? (await selectActive(deps.db, ground.accountId)).map((one) => one.beneficiaryId) : [];
  if (known.length >= mostPeople) return refused("BENEFICIARY_LIMIT_REACHED");
  const repeated = await hasPhotoId(deps, actor, ground, known, identity);
  if (!repeated.ok) return repeated;
  if (repeated.value) return invalid([{ field: "photoIdLast4", code: "BENEFICIARY_PHOTO_ID_REPEATED" }]);

  const now = deps.clock();
  const boxes = await deps.gate.seal({
    actor,
    purpose: "registration",
    explanation: ground.explanation,
    subject: beneficiaryId,
    isNew: true,
    values: { identity, contact: { transitBox: ground.contactBox } },
  });
  if (!boxes.ok) return boxes;
  try {
    return await deps.db.transaction(async (tx) => {
      const accountId = await ground.openAccount(tx);
      if (!(await takeMember(tx, accountId))) return refused("BENEFICIARY_LIMIT_REACHED");
      // The account is held now. Somebody new since the photo ids were compared: compare again.
      const members = await selectActive(tx, accountId);
      if (members.some((one) => !known.includes(one.beneficiaryId))) throw new ListChanged();
      const referenceId = await newReference(tx, beneficiaryId);
      const { registeredBy } = ground;
      await insertBeneficiary(tx, {
        beneficiaryId,
        accountId,
        referenceId,
        registeredBy,
        requestKey,
        consentVersion,
        at: now,
      });
      await putBoxes(tx, boxes.value);
      return done({ beneficiaryId, referenceId, accountId });
    });
  } catch (error) {
    if (error instanceof ListChanged) return "changed";
    if (["beneficiaries_request_once", "accounts_pkey"].includes(brokenConstraint(error) ?? "")) return "changed";
    throw error;
  }
}

class ListChanged extends Error {}

/** Whether one of the account's people has this photo id already. */
async function hasPhotoId(
  deps: Deps,
  actor: Registrar,
  ground: Ground,
  known: readonly string[],
  identity: Identity,
): Promise<Outcome<boolean, GateError>> {
  if (known.length === 0) return done(false);
  const people = await deps.gate.disclose({
    actor,
    purpose: actor.kind === "citizen" ? "own-change" : "check-in",
    explanation: ground.explanation,
    subjects: known,
    fields: ["photoIdType", "photoIdLast4"],
  });
  if (!people.ok) return people;
  return done(
    [...people.value.values()].some(
      (one) => one.photoIdType === identity.photoIdType && one.photoIdLast4 === identity.photoIdLast4,
    ),
  );
}

/** Fourteen random digits: a reference id says nothing and cannot be counted through. */
async function newReference(tx: Queryable, beneficiaryId: string): Promise<number> {
  for (;;) {
    const referenceId = randomInt(10_000_000_000_000, 100_000_000_000_000);
    if (await reserveReference(tx, referenceId, beneficiaryId)) return referenceId;
  }
}
