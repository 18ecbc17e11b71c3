// Earlier leaks: taken in to be recognised when they come up again, as keyed filters in the vault. Their data is not kept.
// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { readSample, Unreadable } from "../../inquiry-files/read-sample.js";
import { guessRoles } from "../../lib/inquiry/index.js";
import { dateInIndia, isIsoDate } from "../../platform/clock.js";
import { done, type Outcome, refused } from "../../platform/errors.js";
import { uuidv7 } from "../../platform/random.js";
import * as store from "./store.js";
import type { InquiryDeps } from "./types.js";

export interface KnownLeakInput {
  readonly name: string;
  readonly file: Buffer;
  /** When it became known, yyyy-mm-dd. */
  readonly knownOn: string;
  /** Where it was seen and who handed it in; nobody's name. */
  readonly provenance: string;
}

export async function addKnownLeak(
  deps: Pick<InquiryDeps, "db" | "clock" | "inquirer">,
  { name, file, knownOn, provenance }: KnownLeakInput,
): Promise<Outcome<{ leakId: string; rows: number; about: number; columns: readonly string[] }>> {
  const at = deps.clock();
  if (!isIsoDate(knownOn) || knownOn > dateInIndia(at)) return refused("INQUIRY_TOLD_AT_INVALID");
  if (provenance.trim() === "" || provenance.length > 300) return refused("INPUT_INVALID");
  let sample: ReturnType<typeof readSample>;
  try {
    sample = readSample(file, name.toLowerCase());
  } catch (error) {
    if (error instanceof Unreadable) return refused("INQUIRY_SAMPLE_UNREADABLE");
    throw error;
  }
  const roles = guessRoles(sample);
  const known = sample.columns.flatMap((column, i) => (roles[i] === "other" ? [] : [[column, roles[i]!] as const]));
  const rows = sample.rows.map((row) => Object.fromEntries(known.map(([column, role]) => [role, row[column] ?? ""])));
  if (rows.length === 0 || known.length < 2) return refused("INQUIRY_SAMPLE_UNREADABLE");
  const leakId = uuidv7();
  const kept = await deps.inquirer.keepLeak(leakId, rows);
  if (!kept.ok) return kept;
  const columns = known.map(([, role]) => role);
  const fileHash = createHash("sha256").update(file).digest();
  await store.insertKnownLeak(deps.db, { leakId, knownOn, provenance, columns, rowCount: rows.length, fileHash, at });
  return done({ leakId, rows: rows.length, about: kept.value.about, columns });
}
