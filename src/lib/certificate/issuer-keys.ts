// The key set of a SMART Health Card issuer (its .well-known/jwks.json), read strictly: public P-256 signing keys named by
// their thumbprint; where a certificate is added, it must be the key's own, name the issuer and be signed by the next one.
// Runs where keys are taken in (Node), not where certificates are verified.
// SPDX-License-Identifier: Apache-2.0
import { X509Certificate } from "node:crypto";
import { isJsonArray, isJsonObject, type JsonObject } from "./json.js";
import { thumbprint, trustedKeyOfJwk } from "./jwk.js";
import type { Primitives } from "./primitives.js";
import type { TrustedKey } from "./trust.js";

const mostKeys = 100;

export interface Issuer {
  readonly issuer: string;
  readonly country: string;
  readonly name: string;
}

/**
 * All keys of the set, or undefined if one is not as it must be. With `inForceAt`, certificates beside keys must be in
 * force then: for taking in a new set. Cards outlive these certificates, so a set that is already trusted is read without.
 */
export async function readIssuerKeys(
  json: unknown,
  about: Issuer,
  primitives: Primitives,
  inForceAt?: Date,
): Promise<TrustedKey[] | undefined> {
  const list = isJsonObject(json) ? json["keys"] : undefined;
  if (!isJsonArray(list) || list.length === 0 || list.length > mostKeys) return undefined;
  const keys: TrustedKey[] = [];
  for (const jwk of list) {
    const key = isJsonObject(jwk) ? await readKey(jwk, about, primitives, inForceAt) : undefined;
    if (!key) return undefined;
    keys.push(key);
  }
  return keys;
}

async function readKey(
  jwk: JsonObject,
  about: Issuer,
  primitives: Primitives,
  inForceAt: Date | undefined,
): Promise<TrustedKey | undefined> {
  const { use, alg, kid, x, y, x5c } = jwk;
  if (use !== "sig" || alg !== "ES256" || typeof kid !== "string") return undefined;
  const key = await trustedKeyOfJwk(jwk, { ...about, uses: [] }, primitives);
  if (!key || (await thumbprint(x as string, y as string, primitives)) !== kid) return undefined;
  return x5c === undefined || isOwnChain(x5c, key, about.issuer, inForceAt) ? key : undefined;
}

function isOwnChain(x5c: unknown, key: TrustedKey, issuer: string, at: Date | undefined): boolean {
  const chain = isJsonArray(x5c) && x5c.length > 0 && x5c.length <= 5 ? x5c.map(certificateOf) : [];
  const [own] = chain;
  if (!own || chain.includes(undefined)) return false;
  if (own.publicKey.export({ type: "spki", format: "der" }).toString("base64") !== key.publicKey) return false;
  const names = (own.subjectAltName ?? "").split(", ");
  if (!names.includes(`URI:${issuer}`)) return false;
  return chain.every((certificate, index) => {
    const signer = chain[index + 1];
    const inForce = !at || (new Date(certificate!.validFrom) <= at && at <= new Date(certificate!.validTo));
    return inForce && (!signer || (certificate!.checkIssued(signer) && certificate!.verify(signer.publicKey)));
  });
}

function certificateOf(text: unknown): X509Certificate | undefined {
  if (typeof text !== "string" || text.length > 8_192) return undefined;
  try {
    return new X509Certificate(Buffer.from(text, "base64"));
  } catch {
    return undefined;
  }
}
