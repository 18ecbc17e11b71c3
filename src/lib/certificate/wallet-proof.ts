// The proof by which a wallet shows its key (OpenID4VCI 1.0 appendix F.1): a JWT, signed with the key that stands in its
// own head, for this issuer, over a nonce of the issuer's. Only P-256: the key goes into "cnf" of an SD-JWT VC.
// SPDX-License-Identifier: Apache-2.0
import { utf8Text } from "./bytes.js";
import { isJsonObject, type JsonObject, parseJsonObject } from "./json.js";
import { thumbprintOf, trustedKeyOfJwk } from "./jwk.js";
import { parseJws } from "./jws.js";
import type { Primitives } from "./primitives.js";
import { clockSkewMs, instantOf } from "./time.js";

const mostAgeMs = 10 * 60_000;

export interface WalletProof {
  readonly nonce: string;
  /** kty, crv, x and y, and nothing else. */
  readonly holderKey: JsonObject;
  /** RFC 7638. */
  readonly thumbprint: string;
}

/** Undefined for whatever is no such proof; whether the nonce is one of ours, the caller knows. */
export async function readWalletProof(
  text: string,
  { audience, at, primitives }: { audience: string; at: Date; primitives: Primitives },
): Promise<WalletProof | undefined> {
  const jws = parseJws(text);
  const claims = jws && parseJsonObject(utf8Text(jws.payload) ?? "");
  if (!jws || !claims) return undefined;
  const { typ, alg, jwk, kid, x5c } = jws.header;
  // One key, in the head itself: nothing is looked up anywhere.
  if (typ !== "openid4vci-proof+jwt" || alg !== "ES256" || !isJsonObject(jwk)) return undefined;
  if (kid !== undefined || x5c !== undefined) return undefined;
  const key = await trustedKeyOfJwk(jwk, { country: "", name: "", uses: [] }, primitives);
  if (!key || !(await primitives.verify(key, jws.signed, jws.signature))) return undefined;
  const thumbprint = await thumbprintOf(key, primitives);
  const { aud, nonce, iat } = claims;
  const madeAt = instantOf(iat)?.getTime();
  const { kty, crv, x, y } = jwk;
  if (aud !== audience || typeof nonce !== "string" || madeAt === undefined || thumbprint === undefined)
    return undefined;
  const age = at.getTime() - madeAt;
  if (age < -clockSkewMs || age > mostAgeMs) return undefined;
  return { nonce, holderKey: { kty, crv, x, y } as JsonObject, thumbprint };
}
