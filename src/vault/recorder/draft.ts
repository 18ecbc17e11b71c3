// An entry on its way into the log: as a draft, with its place, sealed, and as a row. Pure functions.
// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from "node:crypto";
import { leafSize } from "../../lib/tlog/index.js";
import type { Decision } from "../../modules/disclosure/gate.js";
import {
  accountabilityOf,
  accountabilitySealedBytes,
  canonicalJson,
  type EntryFacts,
  type EntryKind,
  leafOf,
  pseudonymOf,
  subjectSealedBytes,
} from "../entry.js";
import type { SealedEntry, Unsealed } from "../sealing.js";

/** An entry before it has its place: `subject` is absent in a miss and in a decision. */
export interface Draft {
  readonly kind: EntryKind;
  readonly facts: Omit<EntryFacts, "at">;
  readonly request: string;
  readonly reference?: string | undefined;
  readonly digest?: string | undefined;
  readonly doseDates?: string | undefined;
  readonly decision?: Decision;
  readonly subject?: string;
  readonly isNew: boolean;
}
/** With the person's pseudonym and counter, and the text that the leaf commits to. */
export interface Placed {
  readonly draft: Draft;
  readonly pseudonym: Buffer | undefined;
  readonly n: number;
  readonly entry: string;
}
export interface SealedPlaced extends Placed {
  readonly sealed: SealedEntry;
  readonly leaf: Buffer;
}

export function placeForNobody(draft: Draft, at: string): Placed {
  const { facts, kind, reference, digest, decision } = draft;
  // A miss says what was asked and points at nothing.
  const about = kind === "miss" ? {} : { reference, digest, decision };
  const entry = canonicalJson({ ...accountabilityOf({ ...facts, kind, at }), ...about });
  return { draft, pseudonym: undefined, n: 0, entry };
}

export function placeFor(pseudonym: Buffer, n: number, draft: Draft, at: string): Placed {
  const { kind, facts, request, reference, digest, doseDates, subject } = draft;
  const entry = canonicalJson({ v: 1, kind, at, ...facts, request, reference, digest, doseDates, subject, n });
  return { draft, pseudonym, n, entry };
}

/** What the opener is asked to seal. */
export function unsealedOf({ draft, n, entry }: Placed, at: string): Unsealed {
  const { kind, subject, isNew, facts } = draft;
  if (subject === undefined) return { kind, isNew: false, n, entry };
  const accountability = canonicalJson(accountabilityOf({ ...facts, kind, at }));
  return { kind, subject, isNew, n, entry, accountability };
}

export function withSeal(placed: Placed, sealed: SealedEntry): SealedPlaced {
  return { ...placed, sealed, leaf: leafOf(placed.draft.kind, sealed.tag, sealed.salt, placed.entry) };
}

const rowBytes = leafSize + 16 + 8 + 16 + 16 + accountabilitySealedBytes + subjectSealedBytes;

/** The rows that log.append_batch takes apart, one behind the other. */
export function rowsOf(entries: readonly SealedPlaced[], pseudonyms: KeyObject): Buffer {
  const rows = Buffer.alloc(entries.length * rowBytes);
  let at = 0;
  for (const { draft, pseudonym, n, sealed, leaf } of entries) {
    at += leaf.copy(rows, at);
    // A miss is about nobody: zeros.
    pseudonym?.copy(rows, at);
    at = rows.writeBigUInt64BE(BigInt(n), at + 16);
    at += pseudonymOf(pseudonyms, "actor", draft.facts.actor).copy(rows, at);
    at += rows.write(draft.request.replaceAll("-", ""), at, "hex");
    at += sealed.accountability.copy(rows, at);
    at += sealed.subject.copy(rows, at);
  }
  return rows;
}
