// COSE_Sign1 (RFC 9052): one signature over a protected header and a payload. Parses strictly; decides nothing about trust.
// SPDX-License-Identifier: Apache-2.0
import { decodeCbor, encodeCbor, Tagged } from "./cbor.js";
import { onlySignature, type Unsigned } from "./unsigned.js";

/** COSE algorithm numbers of the two algorithms that certificates may be signed with. */
export const algorithms = { ES256: -7, PS256: -37 } as const;
export type Algorithm = keyof typeof algorithms;
export function isAlgorithm(name: string): name is Algorithm {
  return Object.hasOwn(algorithms, name);
}

const label = { algorithm: 1, critical: 2, keyId: 4 } as const;
const sign1Tag = 18;
const cwtTag = 61;

export interface Sign1 {
  readonly protectedBytes: Uint8Array;
  readonly protectedHeader: ReadonlyMap<unknown, unknown>;
  readonly unprotectedHeader: ReadonlyMap<unknown, unknown>;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
}

/** Reads a COSE_Sign1 message, bare or tagged 18, with or without the CWT tag around it; undefined for anything else. */
export function parseSign1(bytes: Uint8Array): Sign1 | undefined {
  let item = decodeCbor(bytes, "envelope");
  // RFC 8392 puts the CWT tag outside; some issuers put it inside. Both orders, each tag at most once.
  const seen = new Set<number>();
  while (item instanceof Tagged) {
    if (seen.has(item.tag) || (item.tag !== sign1Tag && item.tag !== cwtTag)) return undefined;
    seen.add(item.tag);
    item = item.value;
  }
  if (!Array.isArray(item) || item.length !== 4) return undefined;
  const [protectedBytes, unprotectedHeader, payload, signature] = item as unknown[];
  if (!isBytes(protectedBytes) || !(unprotectedHeader instanceof Map) || !isBytes(payload) || !isBytes(signature))
    return undefined;
  const protectedHeader = protectedBytes.length === 0 ? new Map() : decodeCbor(protectedBytes, "content");
  if (!(protectedHeader instanceof Map)) return undefined;
  // RFC 9052 3.1: whoever does not understand a critical header must refuse the message. We know none.
  if (protectedHeader.has(label.critical) || unprotectedHeader.has(label.critical)) return undefined;
  // RFC 9052 3: an empty protected header is signed as no bytes, even when it was sent as an empty map.
  return {
    protectedBytes: protectedHeader.size === 0 ? new Uint8Array() : protectedBytes,
    protectedHeader,
    unprotectedHeader,
    payload,
    signature,
  };
}

/** The algorithm number that the message claims, from the protected header only. */
export function claimedAlgorithm(message: Sign1): unknown {
  return message.protectedHeader.get(label.algorithm);
}

/** The key id: the protected one wins over the unprotected one (HCERT specification 3.3.2). */
export function claimedKeyId(message: Sign1): unknown {
  return message.protectedHeader.get(label.keyId) ?? message.unprotectedHeader.get(label.keyId);
}

/** The bytes that are signed (RFC 9052 4.4, Sig_structure). */
export function bytesToSign(
  protectedBytes: Uint8Array,
  payload: Uint8Array,
  external = new Uint8Array(),
): Uint8Array<ArrayBuffer> {
  return encodeCbor(["Signature1", protectedBytes, external, payload]);
}

/** A COSE_Sign1 message over a payload, to be signed with ES256. */
export function unsignedSign1(payload: Uint8Array, keyId: Uint8Array): Unsigned<Uint8Array<ArrayBuffer>> {
  const protectedBytes = encodeCbor(
    new Map<number, unknown>([
      [label.algorithm, algorithms.ES256],
      [label.keyId, keyId],
    ]),
  );
  return {
    parts: [{ algorithm: "ES256", bytes: bytesToSign(protectedBytes, payload) }],
    finish: (signatures) =>
      encodeCbor(new Tagged(sign1Tag, [protectedBytes, new Map(), payload, onlySignature(signatures)])),
  };
}

export function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array;
}
