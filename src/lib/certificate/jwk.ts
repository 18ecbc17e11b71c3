// Elliptic-curve public keys as JSON (RFC 7517) and as trusted keys. Only P-256: the curve of all JOSE formats here.
// SPDX-License-Identifier: Apache-2.0
import { fromBase64, fromBase64url, hex, joinBytes, toBase64url, utf8Bytes } from "./bytes.js";
import type { JsonObject } from "./json.js";
import type { Primitives } from "./primitives.js";
import type { TrustedKey } from "./trust.js";

/** SubjectPublicKeyInfo of a P-256 key up to its point, which is 04, x and y. */
const spkiStart = new Uint8Array([
  0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
  0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
]);
const spkiSize = spkiStart.length + 64;

/** RFC 7638: the key's name made of the key; undefined for a key of another kind. */
export async function thumbprintOf(key: TrustedKey, primitives: Primitives): Promise<string | undefined> {
  const der = key.algorithm === "ES256" ? fromBase64(key.publicKey) : undefined;
  if (der?.length !== spkiSize) return undefined;
  const start = spkiStart.length;
  return thumbprint(toBase64url(der.subarray(start, start + 32)), toBase64url(der.subarray(start + 32)), primitives);
}

export async function thumbprint(x: string, y: string, primitives: Primitives): Promise<string> {
  const canonical = `{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`;
  return toBase64url(await primitives.digest("SHA-256", utf8Bytes(canonical)));
}

/** The name of a public P-256 JWK; undefined for any other, and for one with a private part. */
export async function thumbprintOfJwk(jwk: JsonObject, primitives: Primitives): Promise<string | undefined> {
  const key = await trustedKeyOfJwk(jwk, { country: "", name: "", uses: [] }, primitives);
  return key && thumbprintOf(key, primitives);
}

/** A trusted key from a public P-256 JWK; undefined for any other, and for one with a private part. */
export async function trustedKeyOfJwk(
  jwk: JsonObject,
  about: Pick<TrustedKey, "country" | "name" | "uses" | "issuer">,
  primitives: Primitives,
): Promise<TrustedKey | undefined> {
  const { kty, crv, x, y } = jwk;
  if (kty !== "EC" || crv !== "P-256" || "d" in jwk || typeof x !== "string" || typeof y !== "string") return undefined;
  const [xBytes, yBytes] = [fromBase64url(x), fromBase64url(y)];
  if (xBytes?.length !== 32 || yBytes?.length !== 32) return undefined;
  const der = joinBytes(spkiStart, xBytes, yBytes);
  const publicKey = btoa(String.fromCharCode(...der));
  const keyId = hex((await primitives.digest("SHA-256", der)).subarray(0, 8));
  return { ...about, keyId, algorithm: "ES256", publicKey };
}
