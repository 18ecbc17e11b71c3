// The recorder's whole database: a few functions, and no table.
// SPDX-License-Identifier: Apache-2.0
import type { Decision } from "../../modules/disclosure/gate.js";
import { type Db, sqlState } from "../../platform/db/db.js";
import type { Budgets } from "../budgets.js";
import { accountabilitySealedBytes, subjectSealedBytes } from "../entry.js";
import { type RecordRequest, referenceOf } from "./requests.js";

export interface Explained {
  readonly role: string;
  readonly organisation: string;
  readonly actor: string;
  /** The explanation holds, and still nothing is shown: the budget is spent, or the actor is stopped. */
  readonly refusal?: "spent" | "stopped";
  /** How often a spent budget turned the actor away today; 0 otherwise. */
  readonly turnedAway?: number;
}
export interface Head {
  /** Of the whole log. */
  readonly size: number;
  /** Where the open shard begins in it; root and frontier are of the shard's own tree. */
  readonly firstIndex: number;
  readonly root: Buffer;
  readonly frontier: Buffer;
  readonly openedAt: Date;
}
export interface Append {
  readonly expected: number;
  readonly count: number;
  readonly rows: Buffer;
  readonly root: Buffer;
  readonly frontier: Buffer;
  readonly at: Date;
  /** The open shard is closed first, and these are the first entries of the next. */
  readonly isTurn: boolean;
}

/**
 * For each request role, organisation and actor when the database confirms its explanation; undefined when not. Takes
 * the looks from the actor's budget in the same round trip.
 */
export async function explainAll(
  db: Db,
  now: Date,
  budgets: Budgets,
  requests: readonly RecordRequest[],
): Promise<(Explained | undefined)[]> {
  const asked = requests.map(({ actor, purpose, explanation, subjects, isNew }) => {
    const budget = budgets.of(actor.kind, explanation.kind);
    return {
      actorKind: actor.kind,
      signIn: signInOf(actor),
      service: actor.kind === "system" ? actor.service : undefined,
      purpose,
      kind: explanation.kind,
      reference: referenceOf(explanation),
      subjects,
      isNew,
      perHour: budget?.hour,
      perDay: budget?.day,
    };
  });
  const rows = await db.rows<Explained & { place: number }>(
    `SELECT place, role, organisation, actor, refusal, turned_away AS "turnedAway" FROM log.explain_all($1, $2)`,
    [now, JSON.stringify(asked)],
  );
  const explained: (Explained | undefined)[] = requests.map(() => undefined);
  for (const { place, ...who } of rows) explained[place] = who;
  return explained;
}

/** Counts a refused attempt of a live sign-in; the last one of the day's allowance stops it. */
export async function noteMiss(db: Db, now: Date, { actor }: RecordRequest, most: number): Promise<void> {
  await db.rows("SELECT log.note_miss($1, $2, $3, $4)", [now, actor.kind, signInOf(actor), most]);
}

/** Counts a refused attempt of an actor; false when so many were written down today that this one is counted only. */
export async function countRefusal(db: Db, now: Date, { actor }: RecordRequest, written: number): Promise<boolean> {
  const [row] = await db.rows<{ isWritten: boolean }>('SELECT log.count_refusal($1, $2, $3, $4) AS "isWritten"', [
    now,
    actor.kind,
    signInOf(actor),
    written,
  ]);
  return row!.isWritten;
}

/** What the actor is known by: a sign-in, or a partner's key. */
function signInOf(actor: RecordRequest["actor"]): string | undefined {
  if (actor.kind === "system") return undefined;
  return actor.kind === "partner" ? actor.keyId : actor.signInId;
}

/** Takes one look of a consent: "from/to", the days whose doses may be shown. Undefined when there is none to take. */
export async function useConsent(db: Db, now: Date, consentId: string): Promise<string | undefined> {
  const [row] = await db.rows<{ from: string; to: string }>(
    'SELECT doses_from AS "from", doses_to AS "to" FROM log.use_consent($1, $2)',
    [now, consentId],
  );
  return row && `${row.from}/${row.to}`;
}

/** The entry of a consent's grant stands: from now on a partner may look by it. */
export async function noteConsent(db: Db, now: Date, digest: string, subject: string): Promise<void> {
  await db.rows("SELECT log.note_consent($1, $2, $3)", [now, digest, subject]);
}

/** The half of the canaries' key that lies in the database. */
export async function shareOfCanaryKey(db: Db): Promise<Buffer> {
  const [row] = await db.rows<{ share: Buffer }>("SELECT log.share_of_canary_key() AS share");
  return row!.share;
}

export async function addCanaries(db: Db, batch: string, at: Date, commitments: readonly Buffer[]): Promise<void> {
  await db.rows("SELECT log.add_canaries($1, $2, $3::bytea[])", [batch, at, commitments]);
}

/** Somebody asked for a canary: whoever it is, is stopped. `claim` names an actor whose sign-in is not known. */
export async function noteCanary(db: Db, now: Date, { actor }: RecordRequest, claim: string): Promise<void> {
  await db.rows("SELECT log.note_canary($1, $2, $3, $4)", [now, actor.kind, signInOf(actor), claim]);
}

/** The privacy officer who may decide on this finding now; undefined when the sign-in may not. */
export async function mayDecide(
  db: Db,
  now: Date,
  signInId: string,
  findingId: string,
): Promise<Explained | undefined> {
  const [who] = await db.rows<Explained>("SELECT role, organisation, actor FROM log.may_decide($1, $2, $3)", [
    now,
    signInId,
    findingId,
  ]);
  return who;
}

export async function decide(db: Db, now: Date, findingId: string, actor: string, decision: Decision): Promise<void> {
  await db.rows("SELECT log.decide($1, $2, $3, $4)", [now, findingId, actor, decision]);
}

export async function currentHead(db: Db): Promise<Head> {
  const [head] = await db.rows<Head>(
    `SELECT size, first_index AS "firstIndex", root, frontier, opened_at AS "openedAt" FROM log.current_head()`,
  );
  if (!head) throw new Error("the disclosure log has no head");
  return head;
}

export async function nextCounters(db: Db, pseudonyms: readonly Buffer[]): Promise<number[]> {
  const rows = await db.rows<{ counter: number }>("SELECT counter FROM log.next_counters($1::bytea[])", [pseudonyms]);
  return rows.map((row) => row.counter);
}

export async function appendBatch(db: Db, batch: Append): Promise<void> {
  const append = batch.isTurn ? "append_in_new_shard" : "append_batch";
  await db.rows(`SELECT log.${append}($1, $2, $3, $4, $5, $6, $7, $8)`, [
    batch.expected,
    batch.count,
    batch.rows,
    accountabilitySealedBytes,
    subjectSealedBytes,
    batch.root,
    batch.frontier,
    batch.at,
  ]);
}

/** After this error nobody knows whether the commit went through; any other error means that it did not. */
export function isAmbiguous(error: unknown): boolean {
  const state = sqlState(error);
  return state === undefined || state.startsWith("08") || state.startsWith("57P");
}
