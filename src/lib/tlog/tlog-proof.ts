// The .tlog-proof file (c2sp.org/tlog-proof): an index, an inclusion proof and the signed checkpoint it leads to,
// as text that a person can keep. It proves an entry of which it says nothing itself.
// SPDX-License-Identifier: Apache-2.0
import { fromBase64 } from "./base64.js";
import { type Checkpoint, openCheckpoint, parseDecimal } from "./checkpoint.js";
import { TlogError } from "./errors.js";
import { hashSize } from "./hash.js";
import type { NoteVerifier } from "./note.js";
import { verifyInclusion } from "./proofs.js";

const header = "c2sp.org/tlog-proof@v1";

export interface TlogProof {
  readonly index: number;
  readonly hashes: readonly Buffer[];
  /** The signed checkpoint, byte for byte as the log published it. */
  readonly checkpoint: string;
  /** Anything the application wants to carry along; nobody vouches for it. */
  readonly extra?: Buffer;
}

export function formatTlogProof({ index, hashes, checkpoint, extra }: TlogProof): string {
  const extraLine = extra ? [`extra ${extra.toString("base64")}`] : [];
  const lines = [header, ...extraLine, `index ${index}`, ...hashes.map((hash) => hash.toString("base64")), "", ""];
  return lines.join("\n") + checkpoint;
}

export function parseTlogProof(text: string): TlogProof {
  const blank = text.indexOf("\n\n");
  const [first, ...rest] = text.slice(0, Math.max(blank, 0)).split("\n");
  if (first !== header) throw new TlogError("PROOF_MALFORMED", `a proof begins with ${header}`);
  const extra = rest[0]?.startsWith("extra ") ? fromBase64(rest.shift()!.slice(6)) : null;
  const indexLine = rest.shift() ?? "";
  const index = indexLine.startsWith("index ") ? parseDecimal(indexLine.slice(6)) : undefined;
  const hashes = rest.map(fromBase64);
  if (
    index === undefined ||
    extra === undefined ||
    hashes.length > 63 ||
    !hashes.every((hash) => hash?.length === hashSize)
  ) {
    throw new TlogError("PROOF_MALFORMED", "the proof's index or hashes cannot be read");
  }
  const proof = { index, hashes: hashes as Buffer[], checkpoint: text.slice(blank + 2) };
  return extra ? { ...proof, extra } : proof;
}

export interface TlogProofCheck {
  readonly proof: string;
  /** The leaf hash of the entry that is claimed to be in the log. */
  readonly leaf: Uint8Array;
  readonly origin: string;
  readonly verifiers: readonly NoteVerifier[];
}

/** Checks signature, origin and inclusion; gives the checkpoint and the index. Throws when anything is wrong. */
export function verifyTlogProof({ proof, leaf, origin, verifiers }: TlogProofCheck): {
  index: number;
  checkpoint: Checkpoint;
} {
  const { index, hashes, checkpoint: note } = parseTlogProof(proof);
  const checkpoint = openCheckpoint(note, origin, verifiers);
  if (!verifyInclusion({ index, size: checkpoint.size, leaf, root: checkpoint.root, proof: hashes })) {
    throw new TlogError(
      "PROOF_WRONG",
      `the proof does not lead from this entry, at index ${index}, to the signed root`,
    );
  }
  return { index, checkpoint };
}
