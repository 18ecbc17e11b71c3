// An entry of the disclosure log: who saw or changed what of whom, and why. Its canonical text is what the public
// leaf commits to. It names fields, never values.
// SPDX-License-Identifier: Apache-2.0
import { createHmac, type KeyObject } from "node:crypto";
import { commitmentOf, encodeLeaf } from "../lib/tlog/index.js";
import type { Decision } from "../modules/disclosure/gate.js";
import type { Explanation, LoggedField, Purpose } from "../modules/disclosure/types.js";
import { boxOverhead } from "./box.js";

/** From a miss on, kinds name no person. */
export const leafKinds = { disclosure: 1, change: 2, miss: 3, decision: 4, canaries: 5 } as const;
export type EntryKind = keyof typeof leafKinds;

/** What the recorder writes of each look, before it is bound to a person. */
export interface EntryFacts {
  readonly at: string;
  /** "account:<id>", "staff:<id>", "partner:<id>", "system:<service>", or the unproven claim of a refused request. */
  readonly actor: string;
  readonly role: string;
  readonly organisation: string;
  readonly purpose: Purpose | "own-log";
  readonly basis: string;
  readonly explanation: Explanation["kind"] | "finding" | "commitments";
  readonly fields: readonly LoggedField[];
}
export interface Entry extends EntryFacts {
  readonly v: 1;
  readonly kind: EntryKind;
  readonly request: string;
  /** What the explanation points at: an appointment, a challenge, an account, a vaccination, a consent. */
  readonly reference?: string;
  /** "yyyy-mm-dd/yyyy-mm-dd": only doses given from the first to the last of these days are opened. */
  readonly doseDates?: string;
  /** SHA-256, base64url, of the bytes that were signed under this entry. */
  readonly digest?: string;
  readonly subject: string;
  readonly n: number;
}
/** The half that survives the person's erasure, and all there is of a miss: nobody's name, id or counter. */
export interface AccountabilityEntry extends EntryFacts {
  readonly v: 1;
  readonly kind: EntryKind;
  /** Only where there is no person: with it the leaf can be recomputed from this half alone. */
  readonly salt?: string;
  /** Only in a decision: on which finding, and what was decided. Of canaries: which batch, and a hash of its commitments. */
  readonly reference?: string;
  readonly digest?: string;
  readonly decision?: Decision;
}

/** JSON with sorted keys and no spaces: RFC 8785 for our texts, whole numbers and flat lists. */
export function canonicalJson(value: object): string {
  const sorted: Record<string, unknown> = {};
  for (const key of Object.keys(value).sort()) sorted[key] = (value as Record<string, unknown>)[key];
  return JSON.stringify(sorted);
}

export function accountabilityOf(entry: EntryFacts & { kind: EntryKind }): AccountabilityEntry {
  const { at, actor, role, organisation, purpose, basis, explanation, fields, kind } = entry;
  return {
    v: 1,
    at,
    actor,
    role,
    organisation,
    purpose,
    basis,
    explanation,
    fields,
    kind,
  };
}

/** Sealed halves have one size each, so that length tells nothing. The bounds follow from the closed lists. */
export const subjectPlainBytes = 896;
export const accountabilityPlainBytes = 640;
export const subjectSealedBytes = subjectPlainBytes + boxOverhead;
export const accountabilitySealedBytes = accountabilityPlainBytes + boxOverhead;

const organisationBytes = 120;
/** Cuts a name to 120 bytes of UTF-8 at a character's end. */
export function boundedOrganisation(name: string): string {
  if (Buffer.byteLength(JSON.stringify(name)) - 2 <= organisationBytes) return name;
  let text = "";
  let used = 0;
  for (const character of name) {
    used += Math.max(Buffer.byteLength(character), Buffer.byteLength(JSON.stringify(character)) - 2);
    if (used > organisationBytes) return text;
    text += character;
  }
  return text;
}

/** The person's tag of counter n: unlinkable for others, computable for the person and whoever they give the key. */
export function tagOf(tagKey: KeyObject, n: number): Buffer {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(n));
  return createHmac("sha256", tagKey).update("vr/tag/v1").update(counter).digest();
}

export function leafOf(kind: EntryKind, tag: Buffer, salt: Buffer, entryText: string): Buffer {
  return encodeLeaf({
    kind: leafKinds[kind],
    tag,
    commitment: commitmentOf(salt, Buffer.from(entryText, "utf8")),
  });
}

/** Keyed pseudonym of a person or an actor in the log's index. */
export function pseudonymOf(key: KeyObject, kind: "subject" | "actor", id: string): Buffer {
  return createHmac("sha256", key).update(`vr/pseudonym/${kind}/v1\0`).update(id).digest().subarray(0, 16);
}
