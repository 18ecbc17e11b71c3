// Inflating and signature checks with what browsers have: DecompressionStream and WebCrypto.
// SPDX-License-Identifier: Apache-2.0
import type { Inflated, Primitives } from "./primitives.js";
import type { TrustedKey } from "./trust.js";

// WebCrypto takes raw r||s for ECDSA and refuses any other length.
const importParameters = {
  ES256: { name: "ECDSA", namedCurve: "P-256" },
  ES384: { name: "ECDSA", namedCurve: "P-384" },
  EdDSA: { name: "Ed25519" },
  PS256: { name: "RSA-PSS", hash: "SHA-256" },
} as const;
const verifyParameters = {
  ES256: { name: "ECDSA", hash: "SHA-256" },
  ES384: { name: "ECDSA", hash: "SHA-384" },
  EdDSA: { name: "Ed25519" },
  PS256: { name: "RSA-PSS", saltLength: 32 },
} as const;

export function webPrimitives(): Primitives {
  return {
    inflate: inflateBounded,
    async digest(hash, bytes) {
      return new Uint8Array(await crypto.subtle.digest(hash, copy(bytes)));
    },
    async verify(key, message, signature) {
      const publicKey = await usableKey(key);
      if (!publicKey) return false;
      // Some engines throw for a signature of another length where others say false.
      const parameters = verifyParameters[key.algorithm];
      return crypto.subtle.verify(parameters, publicKey, copy(signature), copy(message)).catch(() => false);
    },
  };
}

async function inflateBounded(bytes: Uint8Array, limit: number, form: "zlib" | "raw" = "zlib"): Promise<Inflated> {
  const decompression = new DecompressionStream(form === "raw" ? "deflate-raw" : "deflate");
  const reader = new Blob([copy(bytes)]).stream().pipeThrough(decompression).getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      size += value.length;
      if (size > limit) {
        await reader.cancel();
        return "too-large";
      }
      chunks.push(value);
    }
  } catch {
    return "corrupt";
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return { bytes: whole };
}

async function usableKey(key: TrustedKey): Promise<CryptoKey | undefined> {
  try {
    const der = Uint8Array.from(atob(key.publicKey), (character) => character.charCodeAt(0));
    const publicKey = await crypto.subtle.importKey("spki", der, importParameters[key.algorithm], false, ["verify"]);
    const bits = (publicKey.algorithm as { modulusLength?: number }).modulusLength;
    return bits === undefined || bits >= 2048 ? publicKey : undefined;
  } catch {
    return undefined;
  }
}

/** WebCrypto wants bytes over a plain ArrayBuffer of their own. */
function copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
