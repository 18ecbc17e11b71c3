// "bin/acceptance bytes": single bytes of a published log's files are changed, one at a time. Our verifier, with the
// log's key and the witness's, must refuse each.
// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { ed25519Verifier, openByPolicy, parsePolicy, TlogError, verifyLog } from "../../src/lib/tlog/index.js";
import { acceptedChanges } from "../../tests/tamper/byte-changes.js";
import type { Report } from "./report.js";
import { witnessedLog } from "./witnessed-log.js";

// Two full tiles, a partial one, and a level above; each of 10,000 changes takes the whole verification.
const entries = 700;
/** Readers bring their own key and policy: those that the log shows are not what they trust. */
const notTrusted = ["key", "policy"];

export async function bytes({ changes, seed }: { changes: number; seed: number }, report: Report): Promise<boolean> {
  const log = await witnessedLog(entries, () => {});
  try {
    const all = readdirSync(log.directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const files = new Map(
      all
        .map((path) => [relative(log.directory, path), readFileSync(path)] as const)
        .filter(([path]) => !notTrusted.includes(path)),
    );
    const policy = parsePolicy(readFileSync(join(log.directory, "policy")));
    const isRefused = (changed: ReadonlyMap<string, Buffer>) => refuses(changed, log.vkey, policy);
    if (await isRefused(files)) throw new Error("the unchanged log is refused");
    const onProgress = (done: number) => void (done % 1_000 === 0 && report.progress(`${done} of ${changes} changes`));
    const accepted = await acceptedChanges(files, { changes, seed, isRefused, onProgress });
    report.row("published entries", log.size);
    report.row("published files", [...files.keys()].length);
    report.row("single bytes changed", changes);
    report.row("changes refused", changes - accepted.length);
    for (const { path, at, by } of accepted) report.row("ACCEPTED", `${path}, byte ${at}, bits ${by}`);
    return accepted.length === 0;
  } finally {
    log.remove();
  }
}

async function refuses(
  files: ReadonlyMap<string, Buffer>,
  vkey: string,
  policy: ReturnType<typeof parsePolicy>,
): Promise<boolean> {
  const verifier = ed25519Verifier(vkey);
  const fetchFile = (path: string) => Promise.resolve(files.get(path));
  const { ok } = await verifyLog({ fetchFile, origin: verifier.name, verifiers: [verifier] });
  if (!ok) return true;
  try {
    return !openByPolicy(files.get("checkpoint")!, { ...policy, logs: [{ vkey, verifier }] }).isMet;
  } catch (error) {
    if (error instanceof TlogError) return true;
    throw error;
  }
}
