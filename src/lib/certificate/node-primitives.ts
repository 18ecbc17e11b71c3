// Inflating and signature checks with node:zlib and node:crypto.
// SPDX-License-Identifier: Apache-2.0
import { constants, createPublicKey, hash, type KeyObject, verify } from "node:crypto";
import { deflateRawSync, deflateSync, inflateRawSync, inflateSync } from "node:zlib";
import type { Primitives } from "./primitives.js";
import type { TrustedKey } from "./trust.js";

export function nodePrimitives(): Primitives {
  const known = new WeakMap<TrustedKey, KeyObject | "unusable">();
  return {
    async inflate(bytes, limit, form = "zlib") {
      try {
        // With `info`, Node also hands back the engine, whose byte count shows anything after the stream's end.
        const inflateAll = form === "raw" ? inflateRawSync : inflateSync;
        const result = inflateAll(bytes, { maxOutputLength: limit, info: true }) as unknown as {
          buffer: Buffer;
          engine: { bytesWritten: number };
        };
        return result.engine.bytesWritten === bytes.length ? { bytes: result.buffer } : "corrupt";
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE" ? "too-large" : "corrupt";
      }
    },
    async digest(name, bytes) {
      return hash(digestNames[name], bytes, "buffer");
    },
    async verify(key, message, signature) {
      let publicKey = known.get(key);
      if (!publicKey) {
        publicKey = usableKey(key);
        known.set(key, publicKey);
      }
      if (publicKey === "unusable") return false;
      return checkers[key.algorithm](publicKey, message, signature);
    },
  };
}

const digestNames = { "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512" } as const;

type Checker = (key: KeyObject, message: Uint8Array, signature: Uint8Array) => boolean;
const ecdsa =
  (digest: string, size: number): Checker =>
  (key, message, signature) =>
    signature.length === size && verify(digest, message, { key, dsaEncoding: "ieee-p1363" }, signature);
const checkers: Record<TrustedKey["algorithm"], Checker> = {
  ES256: ecdsa("sha256", 64),
  ES384: ecdsa("sha384", 96),
  EdDSA: (key, message, signature) => verify(null, message, key, signature),
  PS256: (key, message, signature) =>
    verify("sha256", message, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }, signature),
};

/** zlib with the best compression, as every byte makes the QR code denser. */
export function deflate(bytes: Uint8Array): Uint8Array {
  return deflateSync(bytes, { level: 9 });
}

/** Deflate without a header, as zips and SMART Health Cards have it. */
export function deflateRaw(bytes: Uint8Array): Uint8Array {
  return deflateRawSync(bytes, { level: 9 });
}

function usableKey(key: TrustedKey): KeyObject | "unusable" {
  try {
    const publicKey = createPublicKey({ key: Buffer.from(key.publicKey, "base64"), format: "der", type: "spki" });
    return fits(key, publicKey) ? publicKey : "unusable";
  } catch {
    return "unusable";
  }
}

/** A key of another kind than its algorithm says is a mistake in the list, and never tried. */
function fits(key: TrustedKey, publicKey: KeyObject): boolean {
  const details = publicKey.asymmetricKeyDetails;
  if (key.algorithm === "ES256") return publicKey.asymmetricKeyType === "ec" && details?.namedCurve === "prime256v1";
  if (key.algorithm === "ES384") return publicKey.asymmetricKeyType === "ec" && details?.namedCurve === "secp384r1";
  if (key.algorithm === "EdDSA") return publicKey.asymmetricKeyType === "ed25519";
  return publicKey.asymmetricKeyType?.startsWith("rsa") === true && (details?.modulusLength ?? 0) >= 2048;
}
