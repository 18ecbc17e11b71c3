// The inquirer: keeps the sealed records of breach inquiries and compares samples with the register. It holds decryption
// keys and no log key; it acts on entries about the case that the log has taken, writes down every person it linked before an answer
// is readable, and lets out released answers only.
// SPDX-License-Identifier: Apache-2.0
import { createHash, type KeyObject } from "node:crypto";
import { guessRoles } from "../../lib/inquiry/index.js";
import { decodeLeaf } from "../../lib/tlog/index.js";
import type { CaseView, SampleTable } from "../../modules/disclosure/inquiry.js";
import type { Db } from "../../platform/db/db.js";
import type { Message } from "../../platform/frames/index.js";
import { isUuid } from "../../platform/random.js";
import { type Entry, pseudonymOf } from "../entry.js";
import type { People, PersonKeys } from "../opener/people.js";
import { openSubjectHalf } from "../opener/seal-entries.js";
import { ReceiptRefused } from "../permits.js";
import { caseRecords, putCaseRecord } from "./case-records.js";
import { keepKnownLeak } from "./known-leaks.js";
import { leastRows } from "./release.js";
import type { Runs } from "./runs.js";
import { uploads } from "./uploads.js";

export interface InquirerParts {
  readonly db: Db;
  readonly people: People;
  readonly pseudonyms: KeyObject;
  /** Asks the opener, which knows the log's word, what a request permits; once. Throws `ReceiptRefused`. */
  readonly permitOf: (request: unknown) => Promise<Entry>;
  readonly runs: Runs;
}

const reply = (head: object): Message => ({ head: { ok: true, ...head }, blobs: [] });
const refuse = (code: string): Message => ({ head: { ok: false, code }, blobs: [] });

export function inquirer({
  db,
  people,
  pseudonyms,
  permitOf,
  runs,
}: InquirerParts): (message: Message) => Promise<Message> {
  const waiting = uploads();

  /** The case that a request is about: an officer's entry on this very case, for this act. */
  async function caseOf(request: unknown, kind: Entry["kind"], field: string): Promise<Entry & { inquiryId: string }> {
    const entry = await permitOf(request);
    const isRight =
      entry.kind === kind &&
      entry.reference === entry.subject &&
      entry.fields.length === 1 &&
      entry.fields[0] === field;
    if (!isRight) throw new ReceiptRefused("the entry is of something else");
    return { ...entry, inquiryId: entry.subject };
  }

  async function keysOf(inquiryId: string): Promise<PersonKeys> {
    const keys = (await people.keysOf([inquiryId])).get(inquiryId);
    if (!keys || keys === "unavailable") throw new ReceiptRefused("the case has no key");
    return keys;
  }

  /** Makes the key of a case, once it stands in the register. */
  async function admit({ inquiryId }: { inquiryId: unknown }): Promise<Message> {
    const known = isUuid(inquiryId)
      ? await db.rows("SELECT FROM registry.inquiries WHERE inquiry_id = $1", [inquiryId])
      : [];
    if (known.length === 0) return refuse("INQUIRY_NOT_FOUND");
    await people.make([inquiryId as string]);
    return reply({});
  }

  async function takeSample(head: { request: unknown; upload: string; name: string; fileBytes: number }) {
    const { inquiryId, digest } = await caseOf(head.request, "change", "inquiry");
    const keys = await keysOf(inquiryId);
    const bytes = waiting.take(head.upload);
    const file = bytes?.subarray(0, head.fileBytes);
    if (!bytes || !file || createHash("sha256").update(file).digest("base64url") !== digest)
      throw new ReceiptRefused("not the file of the entry");
    const table = JSON.parse(bytes.toString("utf8", head.fileBytes)) as SampleTable;
    if (table.rows.length < leastRows) return refuse("INQUIRY_SAMPLE_TOO_SMALL");
    if ((await caseRecords(db, keys, inquiryId, "sample")).size > 0) return refuse("INQUIRY_SAMPLE_TAKEN");
    await putCaseRecord(db, keys, inquiryId, "sample", { name: head.name, file: file.toString("base64"), table });
    return reply({});
  }

  async function keepDraft(head: { request: unknown; kind: string; fields: Record<string, unknown> }) {
    const { inquiryId } = await caseOf(head.request, "change", "inquiry");
    if (!/^[a-z0-9-]{1,30}$/.test(head.kind)) throw new Error("not a kind of draft");
    await putCaseRecord(db, await keysOf(inquiryId), inquiryId, `draft/${head.kind}`, { fields: head.fields });
    return reply({});
  }

  async function read(head: { request: unknown }): Promise<Message> {
    const { inquiryId } = await caseOf(head.request, "disclosure", "inquiry");
    const keys = await keysOf(inquiryId);
    const sample = (await caseRecords(db, keys, inquiryId, "sample")).get("");
    const drafts = await caseRecords(db, keys, inquiryId, "draft");
    const answers = await caseRecords(db, keys, inquiryId, "answer");
    const said = (drafts.get("columns")?.fields ?? {}) as Record<string, string>;
    const view: CaseView = {
      sample: sample
        ? {
            name: sample.name,
            rows: sample.table.rows.length,
            asked: sample.table.asked?.length ?? 0,
            columns: rolesOf(sample.table, said),
          }
        : null,
      drafts: Object.fromEntries([...drafts].map(([kind, { fields }]) => [kind, fields])),
      answers: [...answers.values()].map(({ released }) => released),
    };
    return reply({ view });
  }

  async function run(head: { request: unknown; runId: string; signInId: string; rerunOf?: string }): Promise<Message> {
    const { inquiryId } = await caseOf(head.request, "disclosure", "comparison");
    const keys = await keysOf(inquiryId);
    const sample = (await caseRecords(db, keys, inquiryId, "sample")).get("");
    if (!sample) return refuse("INQUIRY_NO_SAMPLE");
    const like = head.rerunOf && (await caseRecords(db, keys, inquiryId, "answer")).get(head.rerunOf)?.released;
    if (head.rerunOf && !like) return refuse("INQUIRY_NO_ANSWER");
    const drafts = await caseRecords(db, keys, inquiryId, "draft");
    const said = (drafts.get("columns")?.fields ?? {}) as Record<string, string>;
    const { runId, signInId } = head;
    const asked = { inquiryId, runId, signInId, keys, sample };
    const started = like
      ? await runs.start({ ...asked, columns: like.inputs.columns, like })
      : await runs.start({ ...asked, columns: said });
    return started ? reply({}) : refuse("INQUIRY_RUN_UNDER_WAY");
  }

  /** The accounts behind masks of the newest answers; the second officer's word stands in the case's events. */
  async function unmask(head: { request: unknown }): Promise<Message> {
    const { inquiryId } = await caseOf(head.request, "disclosure", "actors");
    const words = await db.rows<{ staff_id: string }>(
      "SELECT DISTINCT staff_id FROM registry.inquiry_events WHERE inquiry_id = $1 AND what = 'unmasking'",
      [inquiryId],
    );
    if (words.length < 2) return refuse("INQUIRY_NEEDS_BOTH");
    const answers = await caseRecords(db, await keysOf(inquiryId), inquiryId, "answer");
    return reply({ masks: Object.assign({}, ...[...answers.values()].map(({ masks }) => masks)) as object });
  }

  /** The case's own entries in the log, opened, so that a bundle can prove that they stand there. */
  async function entries(head: { request: unknown; indexes: readonly number[] }): Promise<Message> {
    const { inquiryId } = await caseOf(head.request, "disclosure", "inquiry");
    const keys = await keysOf(inquiryId);
    const rows = await db.rows<{ index: number; leaf: Buffer; sealed_subject: Buffer }>(
      "SELECT index, leaf, sealed_subject FROM log.entries WHERE index = ANY ($1::bigint[]) AND subject_pseudonym = $2",
      [head.indexes, pseudonymOf(pseudonyms, "subject", inquiryId)],
    );
    const opened = rows.map(({ index, leaf, sealed_subject }) => {
      const { tag, commitment } = decodeLeaf(leaf);
      const { salt, text } = openSubjectHalf(keys, sealed_subject, commitment);
      return { index, entry: text, salt: salt.toString("base64"), tag: tag.toString("base64") };
    });
    return reply({ entries: opened });
  }

  /** Takes data in and lets none out: needs no receipt. */
  async function keepLeak(head: { leakId: unknown; upload: string }): Promise<Message> {
    const bytes = waiting.take(head.upload);
    if (!isUuid(head.leakId) || !bytes) throw new Error("not a known leak");
    return reply(
      await keepKnownLeak(db, people, head.leakId, JSON.parse(bytes.toString("utf8")) as Record<string, string>[]),
    );
  }

  const operations = {
    admit,
    upload: async ({ upload }: { upload?: string }, piece?: Buffer) =>
      reply({ upload: waiting.add(upload, piece ?? Buffer.alloc(0)) }),
    "take-sample": takeSample,
    "keep-draft": keepDraft,
    read,
    entries,
    run,
    progress: async ({ runId }: { runId: string }) => reply({ progress: runs.progress(runId) }),
    stop: async ({ runId }: { runId: string }) => reply({ stopped: await runs.stop(runId) }),
    unmask,
    "keep-leak": keepLeak,
  };

  async function answer({ head, blobs }: Message): Promise<Message> {
    const { op } = head as { op: keyof typeof operations };
    if (!Object.hasOwn(operations, op)) throw new Error("no such operation");
    return operations[op](head as never, blobs[0]);
  }

  return async (message) => {
    try {
      return await answer(message);
    } catch (error) {
      if (error instanceof ReceiptRefused) return refuse("RECEIPT_REFUSED");
      throw error;
    }
  };
}

/** As far as headers tell; the comparison itself looks at the values too, beside the register's. */
function rolesOf(table: SampleTable, said: Readonly<Record<string, string>>): { name: string; role: string }[] {
  const roles = guessRoles(table, said);
  return table.columns.map((name, i) => ({ name, role: roles[i]! }));
}
