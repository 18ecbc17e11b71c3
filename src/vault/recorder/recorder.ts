// The recorder decides and writes down: policy, explanation, budget, entry, receipt. It has the log's key and no key that
// opens anything. What it refuses, it writes down too, until one actor has filled their share of a day; more is counted.
// SPDX-License-Identifier: Apache-2.0
import { createHash, type KeyObject, randomInt } from "node:crypto";
import type { Clock } from "../../platform/clock.js";
import type { Db } from "../../platform/db/db.js";
import type { Message } from "../../platform/frames/index.js";
import type { Budgets } from "../budgets.js";
import { canaryAt, canaryCommitment, canaryIdentity, isCanary } from "../canaries.js";
import { boundedOrganisation, type EntryFacts } from "../entry.js";
import { gathered } from "../gather.js";
import type { LoggedPurpose, Policy } from "../policy.js";
import type { Draft } from "./draft.js";
import {
  addCanaries,
  countRefusal,
  decide,
  type Explained,
  explainAll,
  mayDecide,
  noteCanary,
  noteConsent,
  noteMiss,
  useConsent,
} from "./log-store.js";
import {
  type CanariesRequest,
  type DecideRequest,
  isCanariesRequest,
  isDecideRequest,
  type RecordRequest,
  readRequest,
  referenceOf,
} from "./requests.js";
import type { Sequencer } from "./sequencer.js";

/** The legal basis of each purpose: Digital Personal Data Protection Act 2023, section. */
const basisOf: Record<LoggedPurpose, string> = {
  "own-view": "DPDP-11",
  "own-log": "DPDP-11",
  registration: "DPDP-7(b)",
  "own-change": "DPDP-7(b)",
  "check-in": "DPDP-7(b)",
  vaccination: "DPDP-7(b)",
  aefi: "DPDP-7(b)",
  certificate: "DPDP-7(b)",
  consent: "DPDP-6",
  "consented-share": "DPDP-6",
  "consented-status": "DPDP-6",
  notice: "DPDP-7(b)",
  correction: "DPDP-12",
  "dose-correction": "DPDP-12",
  "number-correction": "DPDP-12",
  erasure: "DPDP-12",
  "break-glass": "DPDP-7(f)",
  review: "DPDP-8(5)",
  "breach-inquiry": "DPDP-8(6)",
};

export type RecorderAnswer =
  | { ok: true; index: number }
  | {
      ok: false;
      code: "DISCLOSURE_NOT_ALLOWED" | "DISCLOSURE_BUDGET_SPENT" | "DISCLOSURE_STOPPED" | "DISCLOSURE_LOG_UNAVAILABLE";
      /** When the budget is spent: how long until the next hour's. */
      seconds?: number;
    };

export interface RecorderParts {
  /** For explanations; the sequencer has a connection of its own. */
  readonly db: Db;
  readonly sequencer: Sequencer;
  readonly policy: Policy;
  readonly budgets: Budgets;
  /** Tells canaries from people (src/vault/canaries.ts). */
  readonly canaries: KeyObject;
  readonly clock: Clock;
}

const maxAtOnce = 4_096;
/** So many attempts beyond a spent budget are written down a day; more are counted only, or they would fill the log. */
const spentMissesLogged = 5;
const hourMs = 3_600_000;

function claimOf({ actor }: RecordRequest): Explained {
  return { role: actor.kind, organisation: "", actor: nameOf(actor) };
}

function nameOf(actor: RecordRequest["actor"]): string {
  if (actor.kind === "system") return `system:${actor.service}`;
  return actor.kind === "partner" ? `partner-key:${actor.keyId}` : `sign-in:${actor.signInId}`;
}

export function recorder(parts: RecorderParts): (message: Message) => Promise<Message> {
  const { db, sequencer, policy, budgets, canaries, clock } = parts;
  const explain = gathered((requests: readonly RecordRequest[]) => explainAll(db, clock(), budgets, requests));
  let atOnce = 0;

  function factsOf(request: RecordRequest, who: Explained): Omit<EntryFacts, "at"> {
    const { purpose, explanation, fields } = request;
    const organisation = boundedOrganisation(who.organisation);
    return {
      actor: who.actor,
      role: who.role,
      organisation,
      purpose,
      basis: basisOf[purpose],
      explanation: explanation.kind,
      fields,
    };
  }

  async function writeMiss(request: RecordRequest, who: Explained): Promise<boolean> {
    const miss: Draft = {
      kind: "miss",
      facts: factsOf(request, who),
      request: request.request,
      isNew: false,
    };
    return (await sequencer.record([miss])).ok;
  }

  /** Written down, or beyond the actor's number of the day counted: nobody fills the log with attempts. */
  async function noteRefusal(request: RecordRequest, who: Explained): Promise<boolean> {
    const written = budgets.writtenOf(request.actor.kind);
    if (written !== undefined && !(await countRefusal(db, clock(), request, written))) return true;
    return writeMiss(request, who);
  }

  async function refuse(request: RecordRequest, who: Explained): Promise<RecorderAnswer> {
    if (!(await noteRefusal(request, who))) return { ok: false, code: "DISCLOSURE_LOG_UNAVAILABLE" };
    const most = budgets.missesOf(request.actor.kind);
    if (most !== undefined) await noteMiss(db, clock(), request, most);
    return { ok: false, code: "DISCLOSURE_NOT_ALLOWED" };
  }

  async function turnAway(request: RecordRequest, who: Explained): Promise<RecorderAnswer> {
    const isWritten = (who.turnedAway ?? 0) > spentMissesLogged || (await noteRefusal(request, who));
    if (!isWritten) return { ok: false, code: "DISCLOSURE_LOG_UNAVAILABLE" };
    if (who.refusal === "stopped") return { ok: false, code: "DISCLOSURE_STOPPED" };
    const seconds = Math.ceil((hourMs - (clock().getTime() % hourMs)) / 1_000);
    return { ok: false, code: "DISCLOSURE_BUDGET_SPENT", seconds };
  }

  async function record(request: RecordRequest): Promise<RecorderAnswer> {
    if (isAboutCanary(request)) return alarm(request);
    const who = await explain(request);
    if (!who) return refuse(request, claimOf(request));
    if (who.refusal) return turnAway(request, who);
    const { act, purpose, fields, subjects, isNew, digest } = request;
    if (!fields.every((field) => policy.permits({ role: who.role, act, purpose, field }))) return refuse(request, who);
    const isConsented = request.explanation.kind === "consent";
    const doseDates = isConsented ? await useConsent(db, clock(), request.explanation.consentId) : undefined;
    if (isConsented && doseDates === undefined) return refuse(request, who);
    const facts = factsOf(request, who);
    const kind = act === "write" ? "change" : "disclosure";
    const reference = referenceOf(request.explanation);
    const written = await sequencer.record(
      subjects.map((subject) => ({
        kind,
        facts,
        request: request.request,
        reference,
        digest,
        doseDates,
        subject,
        isNew,
      })),
    );
    if (written.ok) {
      if (purpose === "consent" && digest !== undefined)
        for (const subject of subjects) await noteConsent(db, clock(), digest, subject);
      return written;
    }
    if (written.why === "nobody-there") return refuse(request, who);
    return { ok: false, code: "DISCLOSURE_LOG_UNAVAILABLE" };
  }

  /** A canary is registered once. A notice may go to one: of a cancelled session, say. */
  function isAboutCanary({ isNew, subjects, purpose }: RecordRequest): boolean {
    return !isNew && purpose !== "notice" && subjects.some((subject) => isCanary(canaries, subject));
  }

  async function alarm(request: RecordRequest): Promise<RecorderAnswer> {
    const claim = claimOf(request);
    await noteCanary(db, clock(), request, claim.actor);
    const isWritten = await writeMiss(request, claim);
    return { ok: false, code: isWritten ? "DISCLOSURE_STOPPED" : "DISCLOSURE_LOG_UNAVAILABLE" };
  }

  /** The commitments are in the log before anybody is registered under them. */
  async function newCanaries({
    request,
    count,
    minutes,
  }: CanariesRequest): Promise<RecorderAnswer & { canaries?: object[] }> {
    const at = clock();
    const times = new Set<number>();
    while (times.size < count) times.add(at.getTime() + randomInt(minutes * 60_000));
    const ids = [...times].sort((a, b) => a - b).map((time) => canaryAt(canaries, time));
    const commitments = ids.map((id) => canaryCommitment(canaries, id));
    const digest = createHash("sha256").update(Buffer.concat(commitments)).digest("base64url");
    const facts = {
      actor: "operator",
      role: "operator",
      organisation: "",
      purpose: "review",
      basis: basisOf.review,
      explanation: "commitments",
      fields: [],
    } as const;
    const written = await sequencer.record([
      { kind: "canaries", facts, request, reference: request, digest, isNew: false },
    ]);
    if (!written.ok) return { ok: false, code: "DISCLOSURE_LOG_UNAVAILABLE" };
    await addCanaries(db, request, at, commitments);
    return { ...written, canaries: ids.map((id) => ({ beneficiaryId: id, identity: canaryIdentity(canaries, id) })) };
  }

  /** Written down first, then made. An officer may not decide on themselves, nor on what is not there. */
  async function decideOn({ request, actor, findingId, decision }: DecideRequest): Promise<RecorderAnswer> {
    const who = await mayDecide(db, clock(), actor.signInId, findingId);
    if (!who) return { ok: false, code: "DISCLOSURE_NOT_ALLOWED" };
    const facts = { ...who, purpose: "review", basis: basisOf.review, explanation: "finding", fields: [] } as const;
    const draft: Draft = { kind: "decision", facts, request, reference: findingId, decision, isNew: false };
    const written = await sequencer.record([draft]);
    if (!written.ok) return { ok: false, code: "DISCLOSURE_LOG_UNAVAILABLE" };
    await decide(db, clock(), findingId, who.actor, decision);
    return written;
  }

  function answerTo(head: unknown): Promise<RecorderAnswer> {
    if (isDecideRequest(head)) return decideOn(head);
    return isCanariesRequest(head) ? newCanaries(head) : record(readRequest(head));
  }

  return async ({ head }) => {
    if (atOnce >= maxAtOnce)
      return {
        head: { ok: false, code: "DISCLOSURE_LOG_UNAVAILABLE" },
        blobs: [],
      };
    atOnce++;
    try {
      return { head: await answerTo(head), blobs: [] };
    } finally {
      atOnce--;
    }
  };
}
