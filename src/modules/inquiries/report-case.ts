// What officers make of an answer: drafts of reports, a person's signature under one, notices to the affected, and a bundle
// that proves what was found, from what, and that it stands in the log.
// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { type EntryProof, ed25519Verifier, parseVkey, TlogError, verifyEntryProof } from "../../lib/tlog/index.js";
import { done, type Outcome, refused } from "../../platform/errors.js";
import { enqueue } from "../../platform/jobs/enqueue.js";
import type { CaseEntry, CaseView, ReleasedAnswer } from "../disclosure/index.js";
import type { StaffActor } from "../staff/index.js";
import { viewCase } from "./compare.js";
import { addEvent, brokenAt } from "./custody.js";
import { type Deadline, deadlinesOf } from "./deadlines.js";
import { officerOfOpenCase } from "./officer.js";
import { draftReport, type Report, type ReportKind, reportFieldKeys } from "./reports.js";
import * as store from "./store.js";
import type { CustodyEvent, InquiryCase, InquiryDeps, InquiryRun, LeakNotice } from "./types.js";

export interface WholeCase {
  readonly one: InquiryCase;
  readonly view: CaseView;
  readonly runs: readonly InquiryRun[];
  readonly events: readonly CustodyEvent[];
  /** Whether the chain of events is whole. */
  readonly isCustodyWhole: boolean;
  readonly deadlines: readonly Deadline[];
  readonly affected: { readonly all: number; readonly queued: number };
}

export async function wholeCase(deps: InquiryDeps, actor: StaffActor, inquiryId: string): Promise<Outcome<WholeCase>> {
  const viewed = await viewCase(deps, actor, inquiryId);
  if (!viewed.ok) return viewed;
  const { one, view } = viewed.value;
  const [runs, events, affected] = await Promise.all([
    store.runs(deps.db, inquiryId),
    store.events(deps.db, inquiryId),
    store.countAffected(deps.db, inquiryId),
  ]);
  const deadlines = deadlinesOf(one, signedReports(events), deps.clock());
  const isCustodyWhole = brokenAt(inquiryId, events) === undefined;
  return done({ one, view, runs, events, isCustodyWhole, deadlines, affected });
}

const signedReports = (events: readonly CustodyEvent[]): Set<string> =>
  new Set(events.flatMap(({ what, facts }) => (what === "report-signed" ? [String(facts["report"])] : [])));

export function reportOf({ one, view, affected }: WholeCase, kind: ReportKind): Report {
  const facts = {
    number: one.number,
    toldAt: one.toldAt,
    toldBy: one.toldBy,
    awareAt: one.awareAt,
    answer: view.answers[0],
    affected: affected.all,
    told: affected.queued,
  };
  return draftReport(kind, facts, view.drafts[kind]);
}

const longestField = 4_000;

export async function saveDraft(
  deps: InquiryDeps,
  actor: StaffActor,
  inquiryId: string,
  kind: ReportKind,
  fields: Readonly<Record<string, string>>,
): Promise<Outcome<object>> {
  const found = await officerOfOpenCase(deps, actor, inquiryId);
  if (!found.ok) return found;
  const kept = Object.fromEntries(
    reportFieldKeys(kind).flatMap((key) => (fields[key] ? [[key, fields[key].slice(0, longestField)]] : [])),
  );
  const written = await addEvent(deps, found.value.officer, inquiryId, "draft-saved", { report: kind });
  if (!written.ok) return written;
  const permit = await deps.gate.recordInquiry({ actor, inquiryId, act: "write", field: "inquiry" });
  return permit.ok ? deps.inquirer.keepDraft(permit.value, kind, kept) : permit;
}

/** An officer's word that this report, as it stands, was filed. The program files nothing. */
export async function signReport(
  deps: InquiryDeps,
  actor: StaffActor,
  inquiryId: string,
  kind: ReportKind,
): Promise<Outcome<{ sha256: string }>> {
  const found = await officerOfOpenCase(deps, actor, inquiryId);
  if (!found.ok) return found;
  const whole = await wholeCase(deps, actor, inquiryId);
  if (!whole.ok) return whole;
  const report = reportOf(whole.value, kind);
  if (report.missing.length > 0) return refused("INQUIRY_REPORT_INCOMPLETE");
  const sha256 = createHash("sha256").update(JSON.stringify(report)).digest("hex");
  const written = await addEvent(deps, found.value.officer, inquiryId, "report-signed", { report: kind, sha256 });
  return written.ok ? done({ sha256 }) : written;
}

const noticesAtOnce = 1_000;

/** Sends a notice to each affected person, once; it names no fact of health, since a number may have a new holder. */
export async function queueNotices(
  deps: InquiryDeps,
  actor: StaffActor,
  inquiryId: string,
): Promise<Outcome<{ queued: number }>> {
  const found = await officerOfOpenCase(deps, actor, inquiryId);
  if (!found.ok) return found;
  if (!found.value.one.awareAt) return refused("INQUIRY_NO_ANSWER");
  const { all, queued: before } = await store.countAffected(deps.db, inquiryId);
  const facts = { affected: all, queuedBefore: before };
  const written = await addEvent(deps, found.value.officer, inquiryId, "notices-queued", facts);
  if (!written.ok) return written;
  let queued = 0;
  for (;;) {
    const count = await deps.db.transaction(async (tx) => {
      const people = await store.takeAffected(tx, inquiryId, deps.clock(), noticesAtOnce);
      for (const beneficiaryId of people) {
        await enqueue(tx, "send-notice", { beneficiaryId, template: "breach", values: {}, cause: { inquiryId } });
      }
      return people.length;
    });
    queued += count;
    if (count < noticesAtOnce) return done({ queued });
  }
}

/** What these people have been told. The caller has made sure that they are the reader's own. */
export async function leakNoticesOf(
  { db }: Pick<InquiryDeps, "db">,
  beneficiaryIds: readonly string[],
): Promise<LeakNotice[]> {
  return beneficiaryIds.length === 0 ? [] : store.leakNotices(db, beneficiaryIds);
}

export interface Bundle {
  readonly format: "sakshi-inquiry-bundle/1";
  readonly inquiryId: string;
  /** As released; its hash stands in the last event. */
  readonly answer: ReleasedAnswer;
  readonly events: readonly (Omit<CustodyEvent, "at" | "by"> & { readonly at: string })[];
  /** The last event's entry in the disclosure log. */
  readonly entry: CaseEntry;
  /** That the entry stands in the published log, under the log's signature; absent where it was not published in time. */
  readonly proof?: Pick<EntryProof, "proof" | "shards"> | undefined;
}

/** The newest answer with its whole chain of custody. Its last event commits to the answer, and stands in the log. */
export async function signBundle(deps: InquiryDeps, actor: StaffActor, inquiryId: string): Promise<Outcome<Bundle>> {
  const found = await officerOfOpenCase(deps, actor, inquiryId);
  if (!found.ok) return found;
  const viewed = await viewCase(deps, actor, inquiryId);
  if (!viewed.ok) return viewed;
  const [answer] = viewed.value.view.answers;
  if (!answer) return refused("INQUIRY_NO_ANSWER");
  const facts = { run: answer.run, answer: hashOfAnswer(answer) };
  const written = await addEvent(deps, found.value.officer, inquiryId, "bundle-signed", facts);
  if (!written.ok) return written;
  const permit = await deps.gate.recordInquiry({ actor, inquiryId, act: "read", field: "inquiry" });
  if (!permit.ok) return permit;
  const opened = await deps.inquirer.entries(permit.value, [written.value.logIndex]);
  if (!opened.ok) return opened;
  const events = (await store.events(deps.db, inquiryId)).slice(0, written.value.n + 1);
  return done({
    format: "sakshi-inquiry-bundle/1",
    inquiryId,
    answer,
    events: events.map(({ by: _by, at, ...event }) => ({ ...event, at: at.toISOString() })),
    entry: opened.value.entries[0]!,
  });
}

const hashOfAnswer = (answer: ReleasedAnswer): string =>
  createHash("sha256").update(JSON.stringify(answer)).digest("hex");

/** What is wrong with a bundle, as far as it alone can tell; undefined when all fits. That the entry stands in the log is
 * for the published log to say. */
export function bundleFault({ inquiryId, answer, events, entry }: Bundle): string | undefined {
  const chain = events.map((event) => ({ ...event, at: new Date(event.at), by: "" }));
  const broken = brokenAt(inquiryId, chain);
  if (broken !== undefined) return `event ${broken} does not follow from the one before it`;
  const last = events.at(-1);
  if (last?.what !== "bundle-signed" || last.facts["answer"] !== hashOfAnswer(answer))
    return "the last event commits to another answer";
  const { digest, subject } = JSON.parse(entry.entry) as { digest?: string; subject?: string };
  if (subject !== inquiryId || digest !== Buffer.from(last.hash, "hex").toString("base64url"))
    return "the entry of the log commits to another event";
  return last.logIndex === entry.index ? undefined : "the entry stands elsewhere in the log";
}

/** The log's byte for a change, which each event of a case is. */
export const eventKind = 2;

/** What is wrong with the proof of a bundle, by the log's own key; undefined when the log holds the entry where it says. */
export function proofFault({ entry, proof }: Bundle, vkey: string): string | undefined {
  if (!proof) return "it holds no proof: its entry was not published yet; take the bundle again";
  const trust = { origin: parseVkey(vkey).name, verifiers: [ed25519Verifier(vkey)] };
  try {
    const { index } = verifyEntryProof({ ...entry, kind: eventKind, ...proof }, trust);
    return index === entry.index ? undefined : "the proof is of another place in the log";
  } catch (error) {
    if (error instanceof TlogError) return `the log does not hold its entry (${error.code})`;
    throw error;
  }
}

/** For the operator: numbers, states and clocks of all cases, and the known leaks. Nothing of a sample. */
export async function inquiryStatus(deps: Pick<InquiryDeps, "db" | "clock">): Promise<{
  inquiries: { number: number; state: string; deadlines: Deadline[] }[];
  leaks: store.KnownLeakLine[];
}> {
  const now = deps.clock();
  const cases = await store.list(deps.db);
  const events = await Promise.all(cases.map(({ inquiryId }) => store.events(deps.db, inquiryId)));
  const inquiries = cases.map((one, i) => ({
    number: one.number,
    state: one.closedAt
      ? "closed"
      : one.secondedAt
        ? one.awareAt
          ? "breach known"
          : "open"
        : "waits for a second officer",
    deadlines: deadlinesOf(one, signedReports(events[i]!), now),
  }));
  return { inquiries, leaks: await store.knownLeaks(deps.db) };
}
