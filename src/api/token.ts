// Bearer tokens as Co-WIN made them: JWT (RFC 7519), HS256, fifteen minutes. Clients read them without checking; the
// signature is for us. A token names a sign-in, and holds no longer than it. The key is derived from the application's.
// SPDX-License-Identifier: Apache-2.0
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Macs } from "../platform/macs.js";
import { isUuid } from "../platform/random.js";

export const tokenSeconds = 900;

/** The payload as Co-WIN's had it; `jti` is ours and names the sign-in. */
export interface TokenClaims {
  readonly user_name: string;
  readonly user_type: "BENEFICIARY" | "GUEST" | "STATUS";
  readonly user_id: string;
  readonly mobile_number?: number | undefined;
  readonly beneficiary_reference_id?: number | undefined;
  readonly txnId?: string;
  readonly secret_key?: string;
  readonly ua?: string;
  readonly jti?: string;
  /** In tokens for a status: whose, as a keyed hash of the name. */
  readonly name?: string;
  readonly iat: number;
  readonly exp: number;
}

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
const head = encoded({ alg: "HS256", typ: "JWT" });

function signatureOf(macs: Macs, signed: string): Buffer {
  return createHmac("sha256", macs.mac("api-token-key")).update(signed).digest();
}

export function makeToken(macs: Macs, now: Date, claims: Omit<TokenClaims, "iat" | "exp">): string {
  const iat = Math.floor(now.getTime() / 1000);
  const signed = `${head}.${encoded({ ...claims, iat, exp: iat + tokenSeconds })}`;
  return `${signed}.${signatureOf(macs, signed).toString("base64url")}`;
}

/** The claims of a token of ours that still holds. The head is compared as a whole: no other algorithm is taken. */
export function readToken(macs: Macs, now: Date, token: string): TokenClaims | undefined {
  const [, signed, payload, signature] = /^([\w-]{10,100}\.([\w-]{10,4000}))\.([\w-]{43})$/.exec(token) ?? [];
  if (!signed?.startsWith(`${head}.`) || !payload || !signature) return undefined;
  if (!timingSafeEqual(Buffer.from(signature, "base64url"), signatureOf(macs, signed))) return undefined;
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as TokenClaims;
  return claims.exp * 1000 > now.getTime() && (claims.jti === undefined || isUuid(claims.jti)) ? claims : undefined;
}
