// Cosignatures of witnesses (c2sp.org/tlog-cosignature, Ed25519, type 0x04): "at this time this was the largest
// consistent tree of this log that I had seen". One key a witness: the message does not name the cosigner.
// SPDX-License-Identifier: Apache-2.0
import { type KeyObject, sign, verify } from "node:crypto";
import { TlogError } from "./errors.js";
import {
  ed25519PublicKey,
  formatVkey,
  keyIdOf,
  type NoteSigner,
  type NoteVerifier,
  parseVkey,
  rawEd25519,
} from "./note.js";

export const cosignatureType = 0x04;

/** Cosigns checkpoints at the time that `clock` gives. */
export function cosigner(name: string, privateKey: KeyObject, clock: () => Date): NoteSigner {
  const key = rawEd25519(privateKey);
  return {
    name,
    keyId: keyIdOf(name, cosignatureType, key),
    vkey: formatVkey(name, cosignatureType, key),
    sign(text) {
      const seconds = Math.floor(clock().getTime() / 1000);
      const time = Buffer.alloc(8);
      time.writeBigUInt64BE(BigInt(seconds));
      return Buffer.concat([time, sign(null, message(BigInt(seconds), text), privateKey)]);
    },
  };
}

/** Checks cosignatures of type 0x04. */
export function cosignatureVerifier(vkey: string): NoteVerifier {
  const { name, keyId, type, key } = parseVkey(vkey);
  if (type !== cosignatureType) throw new TlogError("VKEY_MALFORMED", `key type ${type} is not that of a cosigner`);
  const publicKey = ed25519PublicKey(key);
  return {
    name,
    keyId,
    verify: (text, signature) =>
      signature.length === 72 &&
      verify(null, message(signature.readBigUInt64BE(0), text), publicKey, signature.subarray(8)),
  };
}

/** When a cosignature (what follows the key id) was made. */
export function cosignedAt(signature: Uint8Array): Date {
  return new Date(Number(Buffer.from(signature).readBigUInt64BE(0)) * 1000);
}

function message(seconds: bigint, text: string): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`, "utf8");
}
