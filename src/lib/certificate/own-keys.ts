// An issuer's own keys as the world finds them: trust list, JWKS, DID document, and the names that its statements use.
// SPDX-License-Identifier: Apache-2.0
import { joinBytes, toBase58, toBase64url } from "./bytes.js";
import type { JsonObject } from "./json.js";
import { thumbprintOf } from "./jwk.js";
import type { Primitives } from "./primitives.js";
import type { TrustedKey, TrustList } from "./trust.js";

export interface OwnKey {
  readonly keyId: string;
  readonly algorithm: "ES256" | "EdDSA";
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  /** Null for the first key of its algorithm. */
  readonly signsFrom: Date | null;
  readonly signsUntil: Date | null;
  /** Since when it counts as stolen; null for a key that is believed. */
  readonly revokedAt: Date | null;
}
export interface IssuerNames {
  /** In JOSE formats: SMART Health Card, SD-JWT VC, Token Status List. */
  readonly url: string;
  /** In W3C credentials: did:web of the same host. */
  readonly did: string;
}

/** A signature stands for five years, so its key is believed for that long after it stopped signing. */
const longestLifeMs = (5 * 366 + 1) * 86_400_000;

/**
 * The names of the issuer at an address such as "https://sakshi.example". Both are https names: a demonstration at an
 * http address uses names that nobody can look up.
 */
export function issuerNames(origin: string): IssuerNames {
  const { host } = new URL(origin);
  return { url: `https://${host}`, did: `did:web:${host.replace(":", "%3A")}` };
}

export function proofMethod(did: string, keyId: string): string {
  return `${did}#${keyId}`;
}

/** The name of a P-256 key in JOSE headers (RFC 7638). */
export async function keyThumbprint(key: Pick<OwnKey, "publicKey">, primitives: Primitives): Promise<string> {
  const publicKey = btoa(String.fromCharCode(...key.publicKey));
  const name = await thumbprintOf(
    { keyId: "", country: "", name: "", algorithm: "ES256", publicKey, uses: [] },
    primitives,
  );
  if (name === undefined) throw new Error("not a P-256 key");
  return name;
}

export function ownTrustList(
  keys: readonly OwnKey[],
  names: IssuerNames,
  about: Pick<TrustedKey, "country" | "name">,
): TrustList {
  return {
    version: 1,
    keys: keys.map(({ keyId, algorithm, publicKey, signsFrom, signsUntil, revokedAt }) => ({
      keyId,
      ...about,
      algorithm,
      publicKey: btoa(String.fromCharCode(...publicKey)),
      issuer: algorithm === "EdDSA" ? names.did : names.url,
      ...(algorithm === "EdDSA" && { verificationMethod: proofMethod(names.did, keyId) }),
      uses: ["vaccination"],
      ...(signsFrom && { notBefore: signsFrom.toISOString() }),
      ...(signsUntil && { notAfter: new Date(signsUntil.getTime() + longestLifeMs).toISOString() }),
      // A verifier that knows no stolen keys still reads dates, and no certificate is as old as this.
      ...(revokedAt && { notAfter: new Date(0).toISOString(), revokedAt: revokedAt.toISOString() }),
    })),
  };
}

/**
 * The key set under /.well-known/jwks.json, as SMART Health Cards and SD-JWT VC want it. A key set has no word for a stolen
 * key, so that such a key is not in it.
 */
export async function ownKeySet(keys: readonly OwnKey[], primitives: Primitives): Promise<JsonObject> {
  const signing = keys.filter(({ algorithm, revokedAt }) => algorithm === "ES256" && revokedAt === null);
  return {
    keys: await Promise.all(
      signing.map(async (key) => {
        const [x, y] = [pointOf(key).subarray(1, 33), pointOf(key).subarray(33)].map(toBase64url) as [string, string];
        return { kty: "EC", kid: await keyThumbprint(key, primitives), use: "sig", alg: "ES256", crv: "P-256", x, y };
      }),
    ),
  };
}

/** The document under /.well-known/did.json (did:web), with Ed25519 keys for proofs; a stolen one is named, and asserts nothing. */
export function ownDidDocument(keys: readonly OwnKey[], { did }: IssuerNames): JsonObject {
  const methods = keys
    .filter(({ algorithm }) => algorithm === "EdDSA")
    .map(({ keyId, publicKey, revokedAt }) => ({
      id: proofMethod(did, keyId),
      type: "Multikey",
      controller: did,
      publicKeyMultibase: `z${toBase58(joinBytes(ed25519Prefix, publicKey.subarray(-32)))}`,
      ...(revokedAt && { revoked: revokedAt.toISOString() }),
    }));
  return {
    "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
    id: did,
    verificationMethod: methods,
    assertionMethod: methods.filter(({ revoked }) => revoked === undefined).map(({ id }) => id),
  };
}
const ed25519Prefix = new Uint8Array([0xed, 0x01]);

/** The uncompressed point at the end of a P-256 key: 04, x, y. */
function pointOf({ publicKey }: OwnKey): Uint8Array {
  return publicKey.subarray(-65);
}
