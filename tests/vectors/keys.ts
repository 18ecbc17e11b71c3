// Trusted keys made from the key files of the collections.
// SPDX-License-Identifier: Apache-2.0
import { createHash, createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { fromBase58 } from "../../src/lib/certificate/bytes.js";
import type { KeyAlgorithm, TrustedKey, TrustList } from "../../src/lib/certificate/trust.js";

export function trustedKey(key: KeyObject, more: Partial<TrustedKey> = {}): TrustedKey {
  const der = key.export({ type: "spki", format: "der" });
  return {
    keyId: createHash("sha256").update(der).digest("hex").slice(0, 16),
    country: "",
    name: "",
    algorithm: algorithmOf(key),
    publicKey: der.toString("base64"),
    uses: [],
    ...more,
  };
}

function algorithmOf(key: KeyObject): KeyAlgorithm {
  if (key.asymmetricKeyType === "ed25519") return "EdDSA";
  if (key.asymmetricKeyType !== "ec") return "PS256";
  return key.asymmetricKeyDetails?.namedCurve === "secp384r1" ? "ES384" : "ES256";
}

export function trusting(...keys: readonly TrustedKey[]): TrustList {
  return { version: 1, keys };
}

export function fromPem(pem: string): KeyObject {
  return createPublicKey(pem);
}

export function fromJwk(jwk: JsonWebKey): KeyObject {
  return createPublicKey({ key: jwk, format: "jwk" });
}

export function fromEd25519Base58(text: string): KeyObject {
  const x = Buffer.from(fromBase58(text) ?? []).toString("base64url");
  return fromJwk({ kty: "OKP", crv: "Ed25519", x });
}
