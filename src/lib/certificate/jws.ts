// A compact JWS (RFC 7515), parsed strictly. Which algorithm counts is the key's business: the header may only agree.
// SPDX-License-Identifier: Apache-2.0
import { fromBase64url, toBase64url, utf8Bytes, utf8Text } from "./bytes.js";
import { type JsonObject, parseJsonObject } from "./json.js";
import type { VerifyOptions } from "./options.js";
import { type TrustedKey, unlessRevoked } from "./trust.js";
import { onlySignature, type Unsigned } from "./unsigned.js";
import type { ReasonCode } from "./verdict.js";

export interface Jws {
  readonly header: JsonObject;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  readonly signed: Uint8Array;
}

const mostKeysTried = 8;

/** Undefined for anything else, and for a header that demands something ("crit", "b64"): we know no extension. */
export function parseJws(text: string): Jws | undefined {
  const parts = text.split(".");
  if (parts.length !== 3) return undefined;
  const [headerBytes, payload, signature] = parts.map(fromBase64url);
  const header = headerBytes && parseJsonObject(utf8Text(headerBytes) ?? "");
  if (!header || !payload || !signature || "crit" in header || "b64" in header) return undefined;
  return { header, payload, signature, signed: utf8Bytes(`${parts[0]}.${parts[1]}`) };
}

/** A compact JWS, to be signed with ES256; the header says so. */
export function unsignedJws(header: JsonObject, payload: Uint8Array | JsonObject): Unsigned<string> {
  const bytes = payload instanceof Uint8Array ? payload : utf8Bytes(JSON.stringify(payload));
  const head = toBase64url(utf8Bytes(JSON.stringify({ alg: "ES256", ...header })));
  const input = `${head}.${toBase64url(bytes)}`;
  return {
    parts: [{ algorithm: "ES256", bytes: utf8Bytes(input) }],
    finish: (signatures) => `${input}.${toBase64url(onlySignature(signatures))}`,
  };
}

/** The first of the candidates that made the signature, or why none counts. */
export async function findJwsSigner(
  { header, signed, signature }: Jws,
  candidates: readonly TrustedKey[],
  { trust, primitives }: VerifyOptions,
): Promise<TrustedKey | ReasonCode> {
  if (candidates.length === 0) return "CERTIFICATE_KEY_UNKNOWN";
  const fitting = candidates.filter(({ algorithm }) => algorithm === header["alg"]).slice(0, mostKeysTried);
  if (fitting.length === 0) return "CERTIFICATE_ALGORITHM_REFUSED";
  for (const key of fitting) if (await primitives.verify(key, signed, signature)) return unlessRevoked(key, trust);
  return "CERTIFICATE_SIGNATURE_INVALID";
}
