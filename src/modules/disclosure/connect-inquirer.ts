// The inquirer as the house calls it: by requests that the gate had written down, over a socket of its own.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome, refused } from "../../platform/errors.js";
import { connectFrames, FramesUnavailable } from "../../platform/frames/index.js";
import type { InquiryPermit } from "./gate.js";
import type { CaseView, RunProgress, SampleTable } from "./inquiry.js";

type InquirerError =
  | "DISCLOSURE_LOG_UNAVAILABLE"
  | "INQUIRY_NOT_FOUND"
  | "INQUIRY_NO_ANSWER"
  | "INQUIRY_NO_SAMPLE"
  | "INQUIRY_SAMPLE_TAKEN"
  | "INQUIRY_SAMPLE_TOO_SMALL"
  | "INQUIRY_RUN_UNDER_WAY"
  | "INQUIRY_NEEDS_BOTH";
type Answered<T> = Promise<Outcome<T, InquirerError>>;

/** Base64 but for the entry, which is the text that the leaf commits to. */
export interface CaseEntry {
  readonly index: number;
  readonly entry: string;
  readonly salt: string;
  readonly tag: string;
}
export interface Inquirer {
  /** Makes the key under which the case's records lie. */
  admit(inquiryId: string): Answered<object>;
  takeSample(permit: InquiryPermit, sample: { name: string; file: Buffer; table: SampleTable }): Answered<object>;
  keepDraft(permit: InquiryPermit, kind: string, fields: Readonly<Record<string, unknown>>): Answered<object>;
  read(permit: InquiryPermit): Answered<{ view: CaseView }>;
  /** Entries of the case in the log, by their index, as anybody can check them. */
  entries(permit: InquiryPermit, indexes: readonly number[]): Answered<{ entries: CaseEntry[] }>;
  /** Starts the comparison, or an earlier one over again; `progress` tells how it goes. */
  run(permit: InquiryPermit, run: { runId: string; signInId: string; rerunOf?: string }): Answered<object>;
  progress(runId: string): Answered<{ progress?: RunProgress }>;
  stop(runId: string): Answered<{ stopped: boolean }>;
  unmask(permit: InquiryPermit): Answered<{ masks: Record<string, string> }>;
  /** Keeps keyed filters of a leak and forgets its rows, whose keys are roles of columns. */
  keepLeak(leakId: string, rows: readonly Readonly<Record<string, string>>[]): Answered<{ about: number }>;
  close(): void;
}

const pieceBytes = 900_000;

export function connectInquirer(socket: string, deadlineMs = 30_000): Inquirer {
  const frames = connectFrames(socket, { deadlineMs });

  async function ask<T>(head: object, piece?: Buffer): Answered<T> {
    try {
      const answer = (await frames.call({ head, blobs: piece ? [piece] : [] })).head as
        | ({ ok: true } & T)
        | { ok: false; code: InquirerError | "RECEIPT_REFUSED" };
      if (answer.ok) return done(answer);
      return refused(answer.code === "RECEIPT_REFUSED" ? "DISCLOSURE_LOG_UNAVAILABLE" : answer.code);
    } catch (error) {
      if (error instanceof FramesUnavailable) return refused("DISCLOSURE_LOG_UNAVAILABLE");
      throw error;
    }
  }

  /** A frame holds a megabyte: what is larger goes in pieces first. */
  async function upload(bytes: Buffer): Answered<{ upload: string }> {
    let name: string | undefined;
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      const sent = await ask<{ upload: string }>({ op: "upload", upload: name }, bytes.subarray(at, at + pieceBytes));
      if (!sent.ok) return sent;
      name = sent.value.upload;
    }
    return done({ upload: name! });
  }

  return {
    admit: (inquiryId) => ask({ op: "admit", inquiryId }),
    async takeSample(permit, { name, file, table }) {
      const sent = await upload(Buffer.concat([file, Buffer.from(JSON.stringify(table), "utf8")]));
      return sent.ok
        ? ask({ op: "take-sample", request: permit.request, name, fileBytes: file.length, upload: sent.value.upload })
        : sent;
    },
    keepDraft: (permit, kind, fields) => ask({ op: "keep-draft", request: permit.request, kind, fields }),
    read: (permit) => ask({ op: "read", request: permit.request }),
    entries: (permit, indexes) => ask({ op: "entries", request: permit.request, indexes }),
    run: (permit, run) => ask({ op: "run", request: permit.request, ...run }),
    progress: (runId) => ask({ op: "progress", runId }),
    stop: (runId) => ask({ op: "stop", runId }),
    unmask: (permit) => ask({ op: "unmask", request: permit.request }),
    async keepLeak(leakId, rows) {
      const sent = await upload(Buffer.from(JSON.stringify(rows), "utf8"));
      return sent.ok ? ask({ op: "keep-leak", leakId, upload: sent.value.upload }) : sent;
    },
    close: () => frames.close(),
  };
}
