// A leaked sample comes in: hashed at once, read into a table, sealed in the vault. It is hostile input and stolen data:
// bounded, never evaluated, never stored in the clear. Fewer than 20 rows would be a question about somebody.
// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { readSample, Unreadable } from "../../inquiry-files/read-sample.js";
import { done, type Outcome, refused } from "../../platform/errors.js";
import type { SampleTable } from "../disclosure/index.js";
import type { StaffActor } from "../staff/index.js";
import { addEvent } from "./custody.js";
import { officerOfCase } from "./officer.js";
import type { InquiryDeps } from "./types.js";

const leastRows = 20;
const mostRows = 100_000;
export const mostBytes = 20 * 2 ** 20;

export interface SampleInput {
  readonly inquiryId: string;
  /** As the sender called it; its end says what it is. Pasted text is "pasted.csv" or "pasted.json". */
  readonly name: string;
  readonly file: Buffer;
  /** Of a bot: one line a number, then whether it answered. Empty for none. */
  readonly asked: string;
}

export async function takeSample(
  deps: InquiryDeps,
  actor: StaffActor,
  input: SampleInput,
): Promise<Outcome<{ rows: number; sha256: string }>> {
  const found = await officerOfCase(deps, actor, input.inquiryId);
  if (!found.ok) return found;
  const read = readTable(input);
  if (!read.ok) return read;
  const { inquiryId, file } = input;
  const sha256 = createHash("sha256").update(file).digest();
  const table = read.value;
  const facts = {
    sha256: sha256.toString("hex"),
    bytes: file.length,
    rows: table.rows.length,
    columns: table.columns.length,
    asked: table.asked?.length ?? 0,
  };
  const received = await addEvent(deps, found.value.officer, inquiryId, "sample-received", facts);
  if (!received.ok) return received;
  const digest = sha256.toString("base64url");
  const permit = await deps.gate.recordInquiry({ actor, inquiryId, act: "write", field: "inquiry", digest });
  if (!permit.ok) return permit;
  const taken = await deps.inquirer.takeSample(permit.value, { name: input.name.slice(0, 100), file, table });
  return taken.ok ? done({ rows: facts.rows, sha256: facts.sha256 }) : taken;
}

/** The table of a file, with what a bot was asked; a refusal says what is wrong with it. */
export function readTable({ name, file, asked }: Omit<SampleInput, "inquiryId">): Outcome<SampleTable> {
  if (file.length > mostBytes) return refused("INQUIRY_SAMPLE_TOO_LARGE", { rows: mostRows });
  let sample: SampleTable;
  try {
    sample = readSample(file, /\.(json|xlsx)$/i.test(name) ? name.toLowerCase() : "sample.csv");
  } catch (error) {
    if (error instanceof Unreadable) return refused("INQUIRY_SAMPLE_UNREADABLE");
    throw error;
  }
  if (sample.rows.length > mostRows) return refused("INQUIRY_SAMPLE_TOO_LARGE", { rows: mostRows });
  if (sample.rows.length < leastRows || sample.columns.length === 0)
    return refused("INQUIRY_SAMPLE_TOO_SMALL", { rows: leastRows });
  const transcript = readAsked(asked);
  return done(transcript.length > 0 ? { ...sample, asked: transcript } : sample);
}

/** "9000000001 yes": a number, then anything that says whether the bot answered; a number alone was answered. */
export function readAsked(text: string): { mobile: string; answered: boolean }[] {
  return text
    .split(/\r?\n/)
    .slice(0, mostRows)
    .flatMap((line) => {
      const found = /^\W*(?:\+?91[\s-]?)?(\d{5}[\s-]?\d{5})\b(.*)$/.exec(line.trim());
      if (!found) return [];
      const answered = !/\b(no|not|none|nothing|miss|false|0)\b|नहीं/i.test(found[2]!);
      return [{ mobile: found[1]!.replace(/\D/g, ""), answered }];
    });
}
