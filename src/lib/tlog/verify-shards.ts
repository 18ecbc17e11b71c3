// Verifies a log that is published in shards: the signed list, then each shard as a log of its own, and that a closed
// one ends as the list says. A log without a list is its first shard.
// SPDX-License-Identifier: Apache-2.0
import type { Checkpoint } from "./checkpoint.js";
import { TlogError } from "./errors.js";
import { emptyRoot } from "./hash.js";
import { ed25519Verifier } from "./note.js";
import { firstIndexOf, openShardList, type Shard, shardOrigin } from "./shard-list.js";
import { type FetchFile, type LogFault, type VerifyLogRequest, verifyLog } from "./verify-log.js";

export interface VerifiedShards {
  readonly ok: true;
  /** Entries of all shards. */
  readonly size: number;
  /** Of the newest shard. */
  readonly root: Buffer;
  readonly tiles: number;
  /** The checkpoint of each shard as it was verified, with the shard's key. */
  readonly notes: readonly KeyedNote[];
}
export interface KeyedNote {
  readonly note: string;
  readonly vkey: string;
}
type Refused = { readonly ok: false; readonly fault: LogFault };

/** The shards of the log with this key, as it publishes them; just one when there is no list. */
export async function fetchShards(
  fetchFile: FetchFile,
  vkey: string,
): Promise<{ readonly ok: true; readonly shards: readonly Shard[] } | Refused> {
  const note = await fetchFile("shards");
  if (!note) return { ok: true, shards: [{ path: ".", vkey, openedAt: "" }] };
  const verifier = ed25519Verifier(vkey);
  try {
    return { ok: true, shards: openShardList(note, verifier.name, [verifier]) };
  } catch (error) {
    if (!(error instanceof TlogError)) throw error;
    const message = `the list of shards is refused: ${error.message}`;
    return { ok: false, fault: { code: "SHARDS_REFUSED", path: "shards", message } };
  }
}

export interface VerifyShardsRequest
  extends Pick<VerifyLogRequest, "fetchFile" | "since" | "onEntries" | "onProgress"> {
  readonly shards: readonly Shard[];
}

/**
 * Indexes, in faults too, count from the beginning of the whole log.
 * @example
 * const listed = await fetchShards(fetchFile, vkey);
 * const verdict = listed.ok ? await verifyShards({ fetchFile, shards: listed.shards }) : listed;
 */
export async function verifyShards({
  fetchFile,
  shards,
  since,
  onEntries,
  onProgress,
}: VerifyShardsRequest): Promise<VerifiedShards | Refused> {
  if (since && !shards.some((shard) => shardOrigin(shard) === since.origin))
    return wrong("HISTORY_CHANGED", "shards", `the list of shards does not name ${since.origin} any more`);
  const notes: KeyedNote[] = [];
  let [size, tiles] = [0, 0];
  let root: Buffer = emptyRoot();
  for (const [place, shard] of shards.entries()) {
    const first = firstIndexOf(shards, place);
    const verifier = ed25519Verifier(shard.vkey);
    const below = (path: string): string => (shard.path === "." ? path : `${shard.path}/${path}`);
    // The checkpoint that is verified, and no later one, is what its cosignatures are looked for in.
    let note: Uint8Array | undefined;
    const verdict = await verifyLog({
      fetchFile: async (path) => {
        if (path !== "checkpoint") return fetchFile(below(path));
        note ??= await fetchFile(below(path));
        return note;
      },
      origin: verifier.name,
      verifiers: [verifier],
      ...(since?.origin === verifier.name ? { since } : {}),
      ...(onEntries ? { onEntries: (from, entries) => onEntries(first + from, entries) } : {}),
      ...(onProgress ? { onProgress: (done, of) => onProgress(first + done, first + of) } : {}),
    });
    if (!verdict.ok) return { ok: false, fault: inWhole(verdict.fault, below, first) };
    const { checkpoint } = verdict;
    if (!endsAsListed(shard, checkpoint))
      return wrong(
        "SHARD_WRONG",
        below("checkpoint"),
        `the shard ${shard.path} does not end as the list of shards says`,
      );
    notes.push({ note: Buffer.from(note!).toString("utf8"), vkey: shard.vkey });
    size = first + checkpoint.size;
    tiles += verdict.tiles;
    root = checkpoint.root;
  }
  return { ok: true, size, root, tiles, notes };
}

function endsAsListed({ closed }: Shard, { size, root }: Checkpoint): boolean {
  return !closed || (closed.size === size && closed.root.equals(root));
}

/** A fault of an entry is told by its place in the whole log; one that the caller found in an entry has it already. */
function inWhole(fault: LogFault, below: (path: string) => string, first: number): LogFault {
  const { path, index } = fault;
  if (path === undefined) return fault;
  return { ...fault, path: below(path), ...(index === undefined ? {} : { index: first + index }) };
}

function wrong(code: LogFault["code"], path: string, message: string): Refused {
  return { ok: false, fault: { code, path, message } };
}
