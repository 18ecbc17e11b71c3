// Key binding (RFC 9901 section 7.3): the holder signs who asks, when, and which disclosures are shown, with the key that
// the credential names in "cnf".
// SPDX-License-Identifier: Apache-2.0
import { utf8Text } from "./bytes.js";
import { digestOf } from "./disclosures.js";
import { isJsonObject, type JsonObject, parseJsonObject } from "./json.js";
import { trustedKeyOfJwk } from "./jwk.js";
import { parseJws } from "./jws.js";
import type { VerifyOptions } from "./options.js";
import type { Hash } from "./primitives.js";
import { clockSkewMs, instantOf } from "./time.js";

const usualMaxAgeMs = 10 * 60_000;

export interface Presented {
  readonly proof: string;
  /** The presentation up to its last "~", which the proof signs by its hash. */
  readonly shown: string;
  readonly hash: Hash;
  readonly confirmation: unknown;
}

/** Whether the holder made this proof over what is shown; for the asked audience, nonce and time, if any was asked. */
export async function isHolderProven(presented: Presented, options: VerifyOptions): Promise<boolean> {
  const { primitives, holderBinding: asked, at } = options;
  const jws = parseJws(presented.proof);
  const claims = jws && parseJsonObject(utf8Text(jws.payload) ?? "");
  if (!jws || !claims || jws.header["typ"] !== "kb+jwt") return false;
  const jwk = isJsonObject(presented.confirmation) ? presented.confirmation["jwk"] : undefined;
  const about = { country: "", name: "", uses: [] };
  const key = isJsonObject(jwk) ? await trustedKeyOfJwk(jwk, about, primitives) : undefined;
  if (!key || jws.header["alg"] !== key.algorithm) return false;
  if (!(await primitives.verify(key, jws.signed, jws.signature))) return false;
  if (claims["sd_hash"] !== (await digestOf(presented.shown, presented.hash, primitives))) return false;
  return asked === undefined || answers(claims, asked, at);
}

function answers(claims: JsonObject, asked: NonNullable<VerifyOptions["holderBinding"]>, at: Date): boolean {
  const madeAt = instantOf(claims["iat"])?.getTime();
  if (madeAt === undefined || claims["aud"] !== asked.audience || claims["nonce"] !== asked.nonce) return false;
  const age = at.getTime() - madeAt;
  return age >= -clockSkewMs && age <= (asked.maxAgeMs ?? usualMaxAgeMs);
}
