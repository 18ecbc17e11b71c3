// Checkpoints (c2sp.org/tlog-checkpoint): origin, size and root of a log, as the text of a signed note.
// SPDX-License-Identifier: Apache-2.0
import { fromBase64 } from "./base64.js";
import { TlogError } from "./errors.js";
import { hashSize } from "./hash.js";
import { type NoteVerifier, openNote } from "./note.js";

export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
  /** Lines after the root; this project writes none. */
  readonly extensions?: readonly string[];
}

export function formatCheckpoint({ origin, size, root, extensions = [] }: Checkpoint): string {
  return [origin, String(size), root.toString("base64"), ...extensions, ""].join("\n");
}

export function parseCheckpoint(text: string): Checkpoint {
  const lines = text.split("\n");
  const [origin, sizeText, rootText] = lines;
  const size = parseDecimal(sizeText ?? "");
  const root = fromBase64(rootText ?? "");
  const extensions = lines.slice(3, -1);
  if (
    !origin ||
    size === undefined ||
    root?.length !== hashSize ||
    lines.length < 4 ||
    lines.at(-1) !== "" ||
    extensions.includes("")
  ) {
    throw new TlogError("CHECKPOINT_MALFORMED", "not the text of a checkpoint");
  }
  return extensions.length > 0 ? { origin, size, root, extensions } : { origin, size, root };
}

/**
 * Opens a signed checkpoint and checks that it is of the log that `origin` names.
 * @example
 * const { size, root } = openCheckpoint(text, "log.example/vaccination", [ed25519Verifier(vkey)]);
 */
export function openCheckpoint(
  note: string | Uint8Array,
  origin: string,
  verifiers: readonly NoteVerifier[],
): Checkpoint {
  const checkpoint = parseCheckpoint(openNote(note, verifiers).text);
  if (checkpoint.origin !== origin)
    throw new TlogError("CHECKPOINT_MALFORMED", `the checkpoint is of the log ${checkpoint.origin}`);
  return checkpoint;
}

/** A decimal number without leading zeros that a double holds exactly; undefined for anything else. */
export function parseDecimal(text: string): number | undefined {
  if (!/^(0|[1-9]\d{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
