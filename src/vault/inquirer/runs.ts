// Comparisons under way: one at a time, in a thread. When a thread has compared, each person it linked is written down
// through the recorder, and only then the answer is sealed where officers can read it. A stop, a failure and a loss of
// power leave no answer.
// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { Worker } from "node:worker_threads";
import type { ReleasedAnswer, RunProgress } from "../../modules/disclosure/inquiry.js";
import type { Clock } from "../../platform/clock.js";
import type { Db } from "../../platform/db/db.js";
import type { FrameClient } from "../../platform/frames/index.js";
import { uuidv7 } from "../../platform/random.js";
import { canonicalJson } from "../entry.js";
import type { PersonKeys } from "../opener/people.js";
import type { CaseRecords } from "./case-records.js";
import { putCaseRecord } from "./case-records.js";
import type { Compared, Comparison, Reach, ThreadMessage } from "./compare-thread.js";
import { maskOf, release } from "./release.js";

export interface RunAsked {
  readonly inquiryId: string;
  readonly runId: string;
  /** Under which each linked person's entry is written. */
  readonly signInId: string;
  readonly keys: PersonKeys;
  readonly sample: CaseRecords["sample"];
  readonly columns: Readonly<Record<string, string>>;
  /** An answer that is to come out again: its run and what it was asked of. Only the hash of the new one is kept. */
  readonly like?: Pick<ReleasedAnswer, "run" | "inputs">;
}
export interface Runs {
  /** False when another run is under way. */
  start(asked: RunAsked): Promise<boolean>;
  progress(runId: string): RunProgress | undefined;
  /** False when it does not run. */
  stop(runId: string): Promise<boolean>;
  /** Runs that a lost process left behind are marked as failed. */
  forgetLost(): Promise<void>;
  close(): Promise<void>;
}
export interface RunsParts {
  readonly db: Db;
  readonly reach: Reach;
  readonly recorder: FrameClient;
  readonly clock: Clock;
  readonly onFailure: (error: unknown) => void;
}

const subjectsAtOnce = 50;
/** Ended runs whose progress may still be asked for. */
const mostRemembered = 100;

interface RunRow {
  as_of: Date;
  log_size: number;
  told_at: Date;
}

export function runsWith({ db, reach, recorder, clock, onFailure }: RunsParts): Runs {
  const known = new Map<string, RunProgress>();
  let current: { runId: string; thread: Worker } | undefined;

  function set(runId: string, progress: RunProgress): void {
    known.delete(runId);
    known.set(runId, progress);
    if (known.size > mostRemembered) known.delete(known.keys().next().value!);
  }

  async function end(runId: string, state: "finished" | "stopped" | "failed", facts?: EndFacts): Promise<void> {
    await db.rows(
      `UPDATE registry.inquiry_runs SET state = $2, people = $3, disclosures = $4, affected = $5, answer_hash = $6, finished_at = $7
       WHERE run_id = $1 AND state = 'running'`,
      [runId, state, facts?.people, facts?.disclosures, facts?.affected, facts?.hash, clock()],
    );
    set(runId, { stage: state, done: 1 });
  }

  /** An entry in each linked person's list, before the answer can be read. */
  async function writeDown({ inquiryId, runId, signInId }: RunAsked, linked: readonly string[]): Promise<void> {
    for (let at = 0; at < linked.length; at += subjectsAtOnce) {
      set(runId, { stage: "log", done: at / linked.length });
      const head = {
        request: uuidv7(),
        act: "read",
        actor: { kind: "staff", signInId },
        purpose: "breach-inquiry",
        explanation: { kind: "inquiry", inquiryId },
        subjects: linked.slice(at, at + subjectsAtOnce),
        fields: ["comparison"],
        isNew: false,
      };
      const written = (await recorder.call({ head, blobs: [] })).head as { ok: boolean; code?: string };
      if (!written.ok) throw Object.assign(new Error("not written down"), { code: written.code });
    }
  }

  async function keep(asked: RunAsked, row: RunRow, compared: Compared): Promise<void> {
    await writeDown(asked, compared.linked);
    const key = asked.keys.records();
    const released = release({
      answer: compared.answer,
      inquiry: asked.inquiryId,
      run: asked.like?.run ?? asked.runId,
      inputs: inputsOf(asked, row, compared),
      kindOf: (actor) => compared.kinds[actor] ?? "other",
      affected: compared.affected?.length ?? null,
      key,
    });
    const facts = {
      people: compared.people,
      disclosures: compared.disclosures,
      affected: compared.affected?.length ?? null,
      hash: answerHash(released),
    };
    if (asked.like) return end(asked.runId, "finished", facts);
    const masks = Object.fromEntries(Object.keys(compared.kinds).map((actor) => [maskOf(key, actor), actor]));
    await putCaseRecord(db, asked.keys, asked.inquiryId, `answer/${asked.runId}`, {
      released,
      linked: compared.linked,
      masks,
    });
    await keepAffected(asked.inquiryId, compared.affected ?? []);
    await end(asked.runId, "finished", facts);
  }

  async function keepAffected(inquiryId: string, affected: readonly string[]): Promise<void> {
    await db.transaction(async (tx) => {
      await tx.rows("DELETE FROM registry.inquiry_affected WHERE inquiry_id = $1 AND notice_queued_at IS NULL", [
        inquiryId,
      ]);
      for (let at = 0; at < affected.length; at += 10_000) {
        await tx.rows(
          `INSERT INTO registry.inquiry_affected (inquiry_id, beneficiary_id)
           SELECT $1, person FROM unnest($2::uuid[]) AS person ON CONFLICT DO NOTHING`,
          [inquiryId, affected.slice(at, at + 10_000)],
        );
      }
    });
  }

  async function follow(asked: RunAsked, row: RunRow, thread: Worker): Promise<void> {
    const { runId } = asked;
    const compared = await new Promise<Compared | undefined>((resolve) => {
      thread.on("message", (message: ThreadMessage) => {
        if ("progress" in message) set(runId, message.progress);
        else resolve("compared" in message ? message.compared : undefined);
      });
      thread.on("error", (error) => {
        onFailure(error);
        resolve(undefined);
      });
      thread.on("exit", () => resolve(undefined));
    });
    try {
      if (known.get(runId)?.stage === "stopped") return;
      if (compared) await keep(asked, row, compared);
      else await end(runId, "failed");
    } catch (error) {
      onFailure(error);
      await end(runId, "failed").catch(onFailure);
    } finally {
      if (current?.runId === runId) current = undefined;
      await thread.terminate();
    }
  }

  return {
    async start(asked) {
      if (current) return false;
      const [row] = await db.rows<RunRow>(
        `SELECT r.as_of, r.log_size, i.told_at FROM registry.inquiry_runs r JOIN registry.inquiries i USING (inquiry_id)
         WHERE r.run_id = $1 AND r.inquiry_id = $2 AND r.state = 'running' AND i.seconded_at IS NOT NULL AND i.closed_at IS NULL`,
        [asked.runId, asked.inquiryId],
      );
      if (!row || current) return false;
      const comparison: Comparison = {
        inquiryId: asked.inquiryId,
        reach,
        asOf: row.as_of,
        logSize: row.log_size,
        receivedAt: row.told_at.toISOString(),
        sample: asked.sample.table,
        columns: asked.columns,
        ...(asked.like ? { knownLeaks: asked.like.inputs.knownLeaks } : {}),
      };
      const thread = new Worker(new URL("./compare-thread.js", import.meta.url), {
        workerData: comparison,
        execArgv: [],
      });
      current = { runId: asked.runId, thread };
      set(asked.runId, { stage: "waiting", done: 0 });
      void follow(asked, row, thread);
      return true;
    },
    progress: (runId) => known.get(runId),
    async stop(runId) {
      if (current?.runId !== runId || known.get(runId)?.stage === "log") return false;
      await end(runId, "stopped");
      await current?.thread.terminate();
      return true;
    },
    async forgetLost() {
      await db.rows("UPDATE registry.inquiry_runs SET state = 'failed', finished_at = $1 WHERE state = 'running'", [
        clock(),
      ]);
    },
    async close() {
      await current?.thread.terminate();
    },
  };
}

interface EndFacts {
  readonly people: number;
  readonly disclosures: number;
  readonly affected: number | null;
  readonly hash: Buffer;
}

function inputsOf({ sample, columns }: RunAsked, row: RunRow, compared: Compared): ReleasedAnswer["inputs"] {
  return {
    asOf: row.as_of.toISOString(),
    logSize: row.log_size,
    sampleSha256: createHash("sha256").update(Buffer.from(sample.file, "base64")).digest("hex"),
    columns,
    people: compared.people,
    disclosures: compared.disclosures,
    knownLeaks: compared.knownLeaks,
    canaries: compared.canaries,
  };
}

/** Of the canonical text: what the signed bundle commits to. */
export function answerHash(released: ReleasedAnswer): Buffer {
  return createHash("sha256").update(canonicalJson(released)).digest();
}
