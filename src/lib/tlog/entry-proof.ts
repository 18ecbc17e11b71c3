// What a person takes away from "who saw my record": one entry in clear, the secret salt, and the proof that the
// log holds it. Whoever has this file can check it for ever, without us; whoever has not learns nothing.
// SPDX-License-Identifier: Apache-2.0
import { fromBase64 } from "./base64.js";
import type { Checkpoint } from "./checkpoint.js";
import { TlogError } from "./errors.js";
import { leafHash } from "./hash.js";
import { commitmentOf, encodeLeaf } from "./leaf.js";
import { ed25519Verifier, type NoteVerifier } from "./note.js";
import { firstIndexOf, openShardList, shardOrigin } from "./shard-list.js";
import { parseTlogProof, verifyTlogProof } from "./tlog-proof.js";

export interface DisclosedEntry {
  /** The text that the leaf commits to, exactly. */
  readonly entry: string;
  /** 32 bytes, in hexadecimal or base64, as the tag. */
  readonly salt: string;
  readonly tag: string;
  readonly kind: number;
}
export interface EntryProof extends DisclosedEntry {
  /** A .tlog-proof text. Its index counts within the shard that its checkpoint is of. */
  readonly proof: string;
  /** The signed list of shards, when the entry is in another than the first. */
  readonly shards?: string;
}

/** The leaf of a disclosed entry, as it stands in the published bundles. */
export function leafOf({ entry, salt, tag, kind }: DisclosedEntry): Buffer {
  return encodeLeaf({ kind, tag: bytesOf(tag), commitment: commitmentOf(bytesOf(salt), Buffer.from(entry, "utf8")) });
}

/** The proofs in a file: one, or a list under "entries". */
export function parseEntryProofs(json: string): EntryProof[] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw new TlogError("PROOF_MALFORMED", "the proof file is not JSON");
  }
  const { entries } = (value ?? {}) as { entries?: unknown };
  const proofs = Array.isArray(entries) ? entries.map(checkShape) : [checkShape(value)];
  if (proofs.length === 0) throw new TlogError("PROOF_MALFORMED", "the file holds no proof");
  return proofs;
}

function checkShape(value: unknown): EntryProof {
  const { entry, salt, tag, kind, proof, shards } = (value ?? {}) as Record<string, unknown>;
  if (
    typeof entry !== "string" ||
    typeof salt !== "string" ||
    typeof tag !== "string" ||
    typeof kind !== "number" ||
    typeof proof !== "string" ||
    (shards !== undefined && typeof shards !== "string")
  ) {
    throw new TlogError("PROOF_MALFORMED", "the proof file lacks entry, salt, tag, kind or proof");
  }
  return { entry, salt, tag, kind, proof, ...(shards === undefined ? {} : { shards }) };
}

/**
 * Checks that the log of `origin` holds this entry, word for word; `index` counts from the log's beginning. Throws when
 * it does not.
 * @example
 * const { index } = verifyEntryProof(parseEntryProofs(json)[0]!, { origin: "log.example", verifiers: [ed25519Verifier(vkey)] });
 */
export function verifyEntryProof(
  entry: EntryProof,
  { origin, verifiers }: { origin: string; verifiers: readonly NoteVerifier[] },
): { index: number; checkpoint: Checkpoint; vkey?: string } {
  const { proof, shards } = entry;
  const leaf = leafHash(leafOf(entry));
  const [named] = parseTlogProof(proof).checkpoint.split("\n");
  if (shards === undefined || named === origin) return verifyTlogProof({ proof, leaf, origin, verifiers });
  const list = openShardList(shards, origin, verifiers);
  const place = list.findIndex((shard) => shardOrigin(shard) === named);
  const shard = list[place];
  if (!shard) throw new TlogError("PROOF_WRONG", `the list of shards does not name ${named}`);
  const verified = verifyTlogProof({ proof, leaf, origin: named!, verifiers: [ed25519Verifier(shard.vkey)] });
  return { ...verified, index: firstIndexOf(list, place) + verified.index, vkey: shard.vkey };
}

function bytesOf(text: string): Buffer {
  const bytes = /^[0-9a-f]{64}$/.test(text) ? Buffer.from(text, "hex") : fromBase64(text);
  if (!bytes) throw new TlogError("PROOF_MALFORMED", "salt and tag are 32 bytes in hexadecimal or base64");
  return bytes;
}
