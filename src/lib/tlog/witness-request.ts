// What a log sends to a witness (c2sp.org/tlog-witness, add-checkpoint): the size that the witness is thought to have
// seen last, the proof from there, and the signed checkpoint.
// SPDX-License-Identifier: Apache-2.0
import { fromBase64 } from "./base64.js";
import { parseDecimal } from "./checkpoint.js";
import { TlogError } from "./errors.js";
import { hashSize, sha256 } from "./hash.js";

export interface WitnessRequest {
  readonly oldSize: number;
  readonly proof: readonly Buffer[];
  /** The signed checkpoint. */
  readonly note: string;
}

const maxProofHashes = 63;

export function formatWitnessRequest({ oldSize, proof, note }: WitnessRequest): string {
  return [`old ${oldSize}`, ...proof.map((hash) => hash.toString("base64")), "", note].join("\n");
}

export function parseWitnessRequest(body: string): WitnessRequest {
  const blank = body.indexOf("\n\n");
  const [first, ...lines] = body.slice(0, Math.max(blank, 0)).split("\n");
  const oldSize = first?.startsWith("old ") ? parseDecimal(first.slice(4)) : undefined;
  const proof = lines.length > maxProofHashes ? [] : lines.map(fromBase64);
  if (
    oldSize === undefined ||
    lines.length > maxProofHashes ||
    !proof.every((hash): hash is Buffer => hash?.length === hashSize)
  )
    throw new TlogError("WITNESS_REQUEST_MALFORMED", "the old size or the proof cannot be read");
  return { oldSize, proof, note: body.slice(blank + 2) };
}

/** Where a witness shows its latest view of a log, below its address. */
export function witnessViewPath(origin: string): string {
  return `${sha256(Buffer.from(origin, "utf8")).toString("hex")}/checkpoint`;
}
