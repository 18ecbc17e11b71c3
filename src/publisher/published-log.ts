// Reads the published log back for those who hand out proofs: what is published, and that an entry is in it.
// Files only: a proof from here is one that anybody could have made.
// SPDX-License-Identifier: Apache-2.0
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type Checkpoint,
  type DisclosedEntry,
  ed25519Verifier,
  formatTlogProof,
  inclusionFromTiles,
  leafHash,
  leafOf,
  openByPolicy,
  openCheckpoint,
  type Policy,
  parsePolicy,
  type TileName,
  tilePath,
  tileWidth,
  type Witnessed,
} from "../lib/tlog/index.js";
import { isAbsent } from "./files.js";

export interface SignedCheckpoint extends Checkpoint {
  /** The signed note, as published, with the cosignatures that came in. */
  readonly note: string;
  /** Who has cosigned, and whether they are enough; undefined when the log has no witnesses. */
  readonly witnessed: Omit<Witnessed, "checkpoint"> | undefined;
}
export interface PlacedEntry extends DisclosedEntry {
  readonly index: number;
}
export interface PublishedLog {
  /** Undefined as long as nothing was published. */
  checkpoint(): Promise<SignedCheckpoint | undefined>;
  /** The .tlog-proof of an entry below the checkpoint's size. Throws when the log holds another entry there. */
  proofOf(entry: PlacedEntry, checkpoint: SignedCheckpoint): Promise<string>;
}

/** @param directory where the publisher writes */
export function publishedLog(directory: string): PublishedLog {
  const read = (path: string) => readFile(join(directory, path));

  async function fetchTile(tile: TileName): Promise<Uint8Array> {
    try {
      return await read(tilePath(tile));
    } catch (error) {
      if (!isAbsent(error)) throw error;
      // The partial tile gave way to the full one since the checkpoint was read.
      const whole = await read(tilePath({ ...tile, width: tileWidth }));
      return whole.subarray(0, tile.width * 32);
    }
  }

  async function checkpoint(): Promise<SignedCheckpoint | undefined> {
    try {
      const [note, key] = await Promise.all([read("checkpoint"), read("key")]);
      const vkey = key.toString("utf8").trim();
      const verifier = ed25519Verifier(vkey);
      const opened = openCheckpoint(note, verifier.name, [verifier]);
      const policy = await publishedPolicy();
      const witnessed = policy && openByPolicy(note, { ...policy, logs: [{ vkey, verifier }] });
      return { ...opened, note: note.toString("utf8"), witnessed };
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  async function publishedPolicy(): Promise<Policy | undefined> {
    try {
      return parsePolicy(await read("policy"));
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  return {
    checkpoint,
    async proofOf({ index, ...entry }, at) {
      const hashes = await inclusionFromTiles({ index, leaf: leafHash(leafOf(entry)), checkpoint: at, fetchTile });
      return formatTlogProof({ index, hashes, checkpoint: at.note });
    },
  };
}
