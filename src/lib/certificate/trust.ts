// The trust list: whose public keys a verifier believes. A plain JSON file that anyone may fetch, keep and compare.
// SPDX-License-Identifier: Apache-2.0
/** EdDSA is Ed25519 only. */
export const keyAlgorithms = ["ES256", "ES384", "EdDSA", "PS256"] as const;
export type KeyAlgorithm = (typeof keyAlgorithms)[number];
export type KeyUse = "vaccination" | "test" | "recovery";

export interface TrustedKey {
  /** 16 hex digits: the first 8 bytes of SHA-256. Not unique; every key with the id is tried. */
  readonly keyId: string;
  readonly country: string;
  readonly name: string;
  /** The algorithm belongs to the key. A message that names another one is refused. */
  readonly algorithm: KeyAlgorithm;
  /** SubjectPublicKeyInfo in DER, base64. */
  readonly publicKey: string;
  /** Whose statements the key may sign, in the formats that name their issuer by a URI. Absent: no such format. */
  readonly issuer?: string;
  /** The name under which a proof refers to the key, such as "did:india"; in the formats that have proofs. */
  readonly verificationMethod?: string;
  /** Empty means any use. */
  readonly uses: readonly KeyUse[];
  readonly notBefore?: string;
  readonly notAfter?: string;
  /** The key was stolen: nothing that it signed is believed, whatever its date says. */
  readonly revokedAt?: string;
}
export interface TrustList {
  readonly version: 1;
  readonly keys: readonly TrustedKey[];
}

const maxKeys = 10_000;

/** The key that made a signature, unless the list says in any of its lines that the key was stolen. */
export function unlessRevoked(key: TrustedKey, { keys }: TrustList): TrustedKey | "CERTIFICATE_KEY_REVOKED" {
  const isRevoked = keys.some(({ publicKey, revokedAt }) => revokedAt !== undefined && publicKey === key.publicKey);
  return isRevoked ? "CERTIFICATE_KEY_REVOKED" : key;
}

/** Reads a trust list strictly; undefined if any key of it is not understood (half a list would be a silent refusal). */
export function readTrustList(json: unknown): TrustList | undefined {
  if (!isObject(json) || json["version"] !== 1 || !Array.isArray(json["keys"])) return undefined;
  const keys = json["keys"] as unknown[];
  if (keys.length > maxKeys || !keys.every(isTrustedKey)) return undefined;
  return { version: 1, keys };
}

function isTrustedKey(value: unknown): value is TrustedKey {
  if (!isObject(value)) return false;
  const { keyId, country, name, algorithm, publicKey, uses, notBefore, notAfter } = value;
  const { issuer, verificationMethod, revokedAt } = value;
  return (
    isText(keyId) &&
    /^[0-9a-f]{16}$/.test(keyId) &&
    isText(country) &&
    isText(name) &&
    isText(algorithm) &&
    keyAlgorithms.some((known) => known === algorithm) &&
    isText(publicKey) &&
    /^[A-Za-z0-9+/]+={0,2}$/.test(publicKey) &&
    (issuer === undefined || isText(issuer)) &&
    (verificationMethod === undefined || isText(verificationMethod)) &&
    Array.isArray(uses) &&
    uses.every((use) => use === "vaccination" || use === "test" || use === "recovery") &&
    isInstantOrAbsent(notBefore) &&
    isInstantOrAbsent(notAfter) &&
    isInstantOrAbsent(revokedAt)
  );
}

function isInstantOrAbsent(value: unknown): boolean {
  return value === undefined || (isText(value) && !Number.isNaN(Date.parse(value)));
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length <= 4096;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
