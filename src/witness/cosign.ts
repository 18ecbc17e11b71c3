// The witness's one decision (c2sp.org/tlog-witness): cosign a checkpoint when it is the last one seen, grown. From
// reading the last one to keeping the new one nothing else runs, so two requests can never both go on from the same.
// SPDX-License-Identifier: Apache-2.0
import {
  type Checkpoint,
  emptyRoot,
  formatSignature,
  openNote,
  parseCheckpoint,
  parseWitnessRequest,
  splitNote,
  TlogError,
  verifyConsistency,
  type WitnessRequest,
} from "../lib/tlog/index.js";
import type { WitnessFolder } from "./folder.js";

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly type: string;
}

const plain = "text/plain; charset=utf-8";

/** Answers an add-checkpoint request. */
export function cosign(body: string, folder: WitnessFolder): Answer {
  const asked = readRequest(body);
  if (!asked) return refusal(400, "not an add-checkpoint request");
  const { request, checkpoint } = asked;
  const { origin, size, root } = checkpoint;
  const keys = folder.keysOf(origin);
  if (keys.length === 0) return refusal(404, "this witness does not know that log");
  const signatures = signaturesBy(request.note, keys);
  if (!signatures) return refusal(403, "not signed with a key that this witness trusts for that log");
  if (request.oldSize > size) return refusal(400, "the old size is beyond the checkpoint");
  const seen = folder.lastSeen(origin) ?? { size: 0, root: emptyRoot() };
  if (request.oldSize !== seen.size) return { status: 409, body: `${seen.size}\n`, type: "text/x.tlog.size" };
  const isGrown = verifyConsistency({
    oldSize: seen.size,
    newSize: size,
    oldRoot: seen.root,
    newRoot: root,
    proof: request.proof,
  });
  if (!isGrown) return refusal(422, `this is not the tree of ${seen.size} entries that this witness has seen, grown`);
  const { text } = splitNote(request.note);
  const own = formatSignature({ ...folder.signer, signature: folder.signer.sign(text) });
  folder.keep(origin, `${text}\n${signatures.join("")}${own}`);
  return { status: 200, body: own, type: plain };
}

function readRequest(body: string): { request: WitnessRequest; checkpoint: Checkpoint } | undefined {
  try {
    const request = parseWitnessRequest(body);
    return { request, checkpoint: parseCheckpoint(splitNote(request.note).text) };
  } catch (error) {
    if (error instanceof TlogError) return undefined;
    throw error;
  }
}

/** The trusted signatures as lines; others are left out. Undefined when there is none, or one is wrong. */
function signaturesBy(note: string, keys: Parameters<typeof openNote>[1]): string[] | undefined {
  try {
    return openNote(note, keys).verified.map(formatSignature);
  } catch (error) {
    if (error instanceof TlogError) return undefined;
    throw error;
  }
}

function refusal(status: number, why: string): Answer {
  return { status, body: `${why}\n`, type: plain };
}
