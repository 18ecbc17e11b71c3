// "bin/acceptance bytes": single bytes of a published log's files are changed, one at a time. Our verifier, with the
// log's key and the witness's, must refuse each.
// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  ed25519Verifier,
  fetchShards,
  openByPolicy,
  type Policy,
  parsePolicy,
  TlogError,
  verifyShards,
} from "../../src/lib/tlog/index.js";
import { acceptedChanges } from "../../tests/tamper/byte-changes.js";
import type { Report } from "./report.js";
import { type WitnessedLog, witnessedLog } from "./witnessed-log.js";

// Two shards with full tiles, partial ones and levels above; each of 10,000 changes takes the whole verification.
const entries = 1_000;

export async function bytes({ changes, seed }: { changes: number; seed: number }, report: Report): Promise<boolean> {
  const log = await witnessedLog(entries, () => {});
  try {
    const policy = parsePolicy(readFileSync(join(log.directory, "policy")));
    const files = await neededFiles(log, policy);
    const isRefused = async (changed: ReadonlyMap<string, Buffer>) =>
      !(await isBelieved((path) => changed.get(path), log.vkey, policy));
    const onProgress = (done: number) => void (done % 1_000 === 0 && report.progress(`${done} of ${changes} changes`));
    const accepted = await acceptedChanges(files, { changes, seed, isRefused, onProgress });
    report.row("published entries", log.size);
    report.row("published files", files.size);
    report.row("single bytes changed", changes);
    report.row("changes refused", changes - accepted.length);
    for (const { path, at, by } of accepted) report.row("ACCEPTED", `${path}, byte ${at}, bits ${by}`);
    return accepted.length === 0;
  } finally {
    log.remove();
  }
}

/** What a verification reads: neither tiles that the log has outgrown, nor the key and policy, which readers bring along. */
async function neededFiles({ directory, vkey }: WitnessedLog, policy: Policy): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const read = (path: string): Buffer | undefined => {
    if (!existsSync(join(directory, path))) return undefined;
    const bytes = readFileSync(join(directory, path));
    files.set(path, bytes);
    return bytes;
  };
  if (!(await isBelieved(read, vkey, policy))) throw new Error("the unchanged log is refused");
  return files;
}

/** With the log's key, and a policy that wants the witness's cosignature on each shard. */
async function isBelieved(read: (path: string) => Buffer | undefined, vkey: string, policy: Policy): Promise<boolean> {
  const fetchFile = (path: string) => Promise.resolve(read(path));
  const listed = await fetchShards(fetchFile, vkey);
  const verdict = listed.ok ? await verifyShards({ fetchFile, shards: listed.shards }) : listed;
  if (!verdict.ok) return false;
  try {
    return verdict.notes.every(
      ({ note, vkey: own }) =>
        openByPolicy(note, { ...policy, logs: [{ vkey: own, verifier: ed25519Verifier(own) }] }).isMet,
    );
  } catch (error) {
    if (error instanceof TlogError) return false;
    throw error;
  }
}
