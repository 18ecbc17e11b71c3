// The list of a log's shards: a log whose tree is closed from time to time, and goes on in another under a name and a
// key of its own. The list is a note signed with the log's key; it names each shard, and of closed ones size and root.
// A shard's name holds the hash of the checkpoint that closed the one before: whoever has a checkpoint of the newest
// shard holds the whole history by it, and no shard can be left out or exchanged.
// SPDX-License-Identifier: Apache-2.0
import { fromBase64 } from "./base64.js";
import { formatCheckpoint, parseDecimal } from "./checkpoint.js";
import { TlogError } from "./errors.js";
import { hashSize, sha256 } from "./hash.js";
import { ed25519Verifier, type NoteSigner, type NoteVerifier, openNote, parseVkey, signNote } from "./note.js";

export interface Shard {
  /** Where its files lie below the log's prefix: "." for the first, "2027q1". */
  readonly path: string;
  readonly vkey: string;
  /** ISO 8601, UTC. */
  readonly openedAt: string;
  /** Absent in the last. */
  readonly closed?: { readonly size: number; readonly root: Buffer; readonly at: string };
}

/** The name of a shard: what the first line of its checkpoints says. */
export function shardOrigin({ vkey }: Pick<Shard, "vkey">): string {
  return parseVkey(vkey).name;
}

/** The name of the shard at `path` that follows on the one that this checkpoint closed. */
export function nextShardOrigin(
  log: string,
  path: string,
  final: { origin: string; size: number; root: Buffer },
): string {
  const hash = sha256(Buffer.from(`vr/shard/v1\0${formatCheckpoint(final)}`, "utf8"));
  return `${log}/${path}-${hash.toString("hex").slice(0, 32)}`;
}

/** The list, signed. The first line keeps it from ever passing for a checkpoint. */
export function signShardList(shards: readonly Shard[], log: NoteSigner): string {
  const lines = shards.map(({ path, vkey, openedAt, closed }) =>
    [path, vkey, openedAt, ...(closed ? [closed.size, closed.root.toString("base64"), closed.at] : [])].join(" "),
  );
  return signNote([titleOf(log.name), ...lines, ""].join("\n"), [log]);
}

const titleOf = (log: string): string => `${log}/shards`;

/**
 * Opens a list of shards and checks its signature and that each shard follows on the one before. Throws TlogError.
 * @example
 * const shards = openShardList(text, "log.example/vaccination", [ed25519Verifier(vkey)]);
 */
export function openShardList(note: string | Uint8Array, log: string, verifiers: readonly NoteVerifier[]): Shard[] {
  const { text } = openNote(note, verifiers);
  const [title, ...lines] = text.slice(0, -1).split("\n");
  if (title !== titleOf(log) || lines.length === 0) throw malformed("this is not the list of this log's shards");
  const shards = lines.map(readLine);
  shards.forEach((shard, at) => checkPlace(log, shard, shards[at - 1], at === shards.length - 1));
  return shards;
}

/** The entries of all shards before this place in the list. */
export function firstIndexOf(shards: readonly Shard[], place: number): number {
  return shards.slice(0, place).reduce((sum, { closed }) => sum + (closed?.size ?? 0), 0);
}

function readLine(line: string): Shard {
  const [path = "", vkey = "", openedAt = "", ...rest] = line.split(" ");
  if (!isInstant(openedAt) || !(rest.length === 0 || rest.length === 3)) throw malformed(`a line is no shard: ${line}`);
  ed25519Verifier(vkey);
  if (rest.length === 0) return { path, vkey, openedAt };
  const [size, root, at = ""] = [parseDecimal(rest[0]!), fromBase64(rest[1]!), rest[2]];
  if (!size || root?.length !== hashSize || !isInstant(at)) throw malformed(`a line is no closed shard: ${line}`);
  return { path, vkey, openedAt, closed: { size, root, at } };
}

function checkPlace(log: string, shard: Shard, before: Shard | undefined, isLast: boolean): void {
  if ((shard.closed === undefined) !== isLast) throw malformed("all shards but the last are closed");
  const origin = shardOrigin(shard);
  if (!before) {
    if (shard.path !== "." || origin !== log) throw malformed("the first shard is not this log's");
    return;
  }
  const isLater = /^\d{4}q[1-4]$/.test(shard.path) && (before.path === "." || shard.path > before.path);
  if (!isLater) throw malformed(`the shard ${shard.path} is out of order`);
  const final = { origin: shardOrigin(before), ...before.closed! };
  if (origin !== nextShardOrigin(log, shard.path, final))
    throw malformed(`the shard ${shard.path} does not follow on the one before it`);
}

const isInstant = (text: string): boolean => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text);

function malformed(message: string): TlogError {
  return new TlogError("SHARDS_MALFORMED", message);
}
