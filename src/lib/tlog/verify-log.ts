// Verifies a whole published log: signature, entries, every tile byte for byte, root. Trusts no tile: the tree is
// rebuilt from the entries, and each tile is held against the rebuilt one (a reader that trusts tiles it did not
// check against their parents is CVE-2026-56865).
// SPDX-License-Identifier: Apache-2.0
import { type Checkpoint, openCheckpoint } from "./checkpoint.js";
import { TlogError } from "./errors.js";
import { hashSize } from "./hash.js";
import type { NoteVerifier } from "./note.js";
import { type Tile, TileBuilder } from "./tile-builder.js";
import { decodeBundle, type TileName, tileOf, tilePath, tileWidth } from "./tiles.js";

/** Gets a published file by its path below the log's prefix; undefined when there is none. */
export type FetchFile = (path: string) => Promise<Uint8Array | undefined>;

export type LogFaultCode =
  | "CHECKPOINT_MISSING"
  | "CHECKPOINT_REFUSED"
  | "FILE_MISSING"
  | "FILE_MALFORMED"
  | "TILE_WRONG"
  | "ROOT_WRONG"
  | "HISTORY_CHANGED"
  | "SHARDS_REFUSED"
  | "SHARD_WRONG"
  | "ENTRY_WRONG"
  | "DATABASE_BEHIND"
  | "DATABASE_HEAD_WRONG";

/** What is wrong first, where, and from which entry on. */
export interface LogFault {
  readonly code: LogFaultCode;
  readonly message: string;
  readonly path?: string;
  /** Index of the first entry that is touched, where it can be told. */
  readonly index?: number;
}
export type LogVerdict =
  | { readonly ok: true; readonly checkpoint: Checkpoint; readonly tiles: number }
  | { readonly ok: false; readonly fault: LogFault };

export interface VerifyLogRequest {
  readonly fetchFile: FetchFile;
  readonly origin: string;
  readonly verifiers: readonly NoteVerifier[];
  /** An older checkpoint of the same log, opened: the log must begin with its tree. */
  readonly since?: Checkpoint;
  /** Told of each bundle's entries; a fault it gives ends the verification. */
  readonly onEntries?: (
    first: number,
    entries: readonly Buffer[],
  ) => Promise<LogFault | undefined> | LogFault | undefined;
  readonly onProgress?: (done: number, size: number) => void;
}

/**
 * @example
 * const verdict = await verifyLog({ fetchFile, origin: "log.example/vaccination", verifiers: [ed25519Verifier(vkey)] });
 * if (!verdict.ok) console.error(verdict.fault.message);
 */
export async function verifyLog(request: VerifyLogRequest): Promise<LogVerdict> {
  try {
    return await verify(request);
  } catch (error) {
    if (error instanceof Fault) return { ok: false, fault: error.fault };
    throw error;
  }
}

/** Carries a fault out of the depth of the verification. */
class Fault extends Error {
  readonly fault: LogFault;
  constructor(fault: LogFault) {
    super(fault.message);
    this.fault = fault;
  }
}

async function verify({
  fetchFile,
  origin,
  verifiers,
  since,
  onEntries,
  onProgress,
}: VerifyLogRequest): Promise<LogVerdict> {
  const checkpoint = await readCheckpoint(fetchFile, origin, verifiers);
  const { size } = checkpoint;
  const builder = new TileBuilder();
  let tiles = 0;
  const compare = async (tile: Tile) => {
    await compareTile(tile, size, fetchFile);
    tiles++;
  };
  checkHistory(builder, since, size);
  for (let index = 0; index * tileWidth < size; index++) {
    const name = tileOf(size, "entries", index)!;
    const entries = decode(name, await fetchTile(name, size, fetchFile));
    for (const entry of entries) {
      const full = builder.append(entry);
      for (const tile of full) await compare(tile);
      checkHistory(builder, since, size);
    }
    // The last bundle is compared here as well: its hashes before the root, so that the first bad entry is named.
    if (builder.size === size) for (const tile of builder.partials()) await compare(tile);
    const fault = await onEntries?.(index * tileWidth, entries);
    if (fault) throw new Fault(fault);
    onProgress?.(builder.size, size);
  }
  if (!builder.root().equals(checkpoint.root)) {
    throw new Fault({
      code: "ROOT_WRONG",
      path: "checkpoint",
      message: `the ${size} published entries do not lead to the root that the checkpoint signs`,
    });
  }
  return { ok: true, checkpoint, tiles };
}

async function readCheckpoint(
  fetchFile: FetchFile,
  origin: string,
  verifiers: readonly NoteVerifier[],
): Promise<Checkpoint> {
  const note = await fetchFile("checkpoint");
  if (!note) throw new Fault({ code: "CHECKPOINT_MISSING", path: "checkpoint", message: "there is no checkpoint" });
  try {
    return openCheckpoint(note, origin, verifiers);
  } catch (error) {
    if (!(error instanceof TlogError)) throw error;
    throw new Fault({
      code: "CHECKPOINT_REFUSED",
      path: "checkpoint",
      message: `the checkpoint is refused: ${error.message}`,
    });
  }
}

function checkHistory(builder: TileBuilder, since: Checkpoint | undefined, size: number): void {
  if (!since) return;
  if (since.size > size) {
    throw new Fault({
      code: "HISTORY_CHANGED",
      path: "checkpoint",
      index: size,
      message: `the log had ${since.size} entries and now has ${size}`,
    });
  }
  if (builder.size === since.size && !builder.root().equals(since.root)) {
    throw new Fault({
      code: "HISTORY_CHANGED",
      message: `the first ${since.size} entries are not those of the older checkpoint`,
    });
  }
}

/** A tile as published. A partial one may be gone once its full tile exists: then the full one's beginning stands for it. */
async function fetchTile(name: TileName, size: number, fetchFile: FetchFile): Promise<Uint8Array> {
  const bytes = await fetchFile(tilePath(name));
  if (bytes) return bytes;
  const whole = name.width < tileWidth ? await fetchFile(tilePath({ ...name, width: tileWidth })) : undefined;
  if (whole) return beginningOf(name, whole);
  throw new Fault({
    code: "FILE_MISSING",
    path: tilePath(name),
    index: firstEntryOf(name, 0),
    message: `${tilePath(name)} is missing from a log of ${size} entries`,
  });
}

function beginningOf(name: TileName, whole: Uint8Array): Uint8Array {
  if (name.level !== "entries") return whole.subarray(0, name.width * hashSize);
  let at = 0;
  for (let count = 0; count < name.width && at + 2 <= whole.length; count++)
    at += 2 + whole[at]! * 256 + whole[at + 1]!;
  return whole.subarray(0, at);
}

function decode(name: TileName, bytes: Uint8Array): Buffer[] {
  try {
    return decodeBundle(bytes, name.width);
  } catch (error) {
    if (!(error instanceof TlogError)) throw error;
    throw new Fault({
      code: "FILE_MALFORMED",
      path: tilePath(name),
      index: firstEntryOf(name, 0),
      message: `${tilePath(name)}: ${error.message}`,
    });
  }
}

async function compareTile({ name, bytes }: Tile, size: number, fetchFile: FetchFile): Promise<void> {
  // The bundle is what the tree is being rebuilt from: it has nothing to be compared with but the hashes above it.
  if (name.level === "entries") return;
  const published = Buffer.from(await fetchTile(name, size, fetchFile));
  if (published.equals(bytes)) return;
  let at = 0;
  while (at < Math.min(published.length, bytes.length) && published[at] === bytes[at]) at++;
  const index = firstEntryOf(name, Math.min(Math.floor(at / hashSize), name.width - 1));
  const what =
    name.level === 0 ? `entry ${index} and its hash disagree` : `the hash over the entries from ${index} on is another`;
  throw new Fault({
    code: "TILE_WRONG",
    path: tilePath(name),
    index,
    message: `${tilePath(name)} is not what the entries give: ${what}`,
  });
}

/** The first entry under hash `at` of a tile. */
function firstEntryOf({ level, index }: TileName, at: number): number {
  return (index * tileWidth + at) * tileWidth ** (level === "entries" ? 0 : level);
}
