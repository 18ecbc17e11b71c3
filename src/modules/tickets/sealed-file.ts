// One file under a key of its own, AES-256-GCM: nonce, ciphertext, tag. The key is used for this file and no other and goes
// into the vault; where the file belongs is bound, so that moved to another ticket it does not open.
// SPDX-License-Identifier: Apache-2.0
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

const nonceBytes = 12;
const tagBytes = 16;

export interface FilePlace {
  readonly beneficiaryId: string;
  readonly ticketId: string;
  readonly n: number;
}
const placeOf = ({ beneficiaryId, ticketId, n }: FilePlace): Buffer =>
  Buffer.from(`evidence/${beneficiaryId}/${ticketId}/${n}`, "utf8");

export function sealFile(content: Buffer, place: FilePlace): { readonly key: Buffer; readonly box: Buffer } {
  const [key, nonce] = [randomBytes(32), randomBytes(nonceBytes)];
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(placeOf(place));
  return { key, box: Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()]) };
}

/** Throws for a box that was changed or lies elsewhere. */
export function openFile(key: Buffer, box: Buffer, place: FilePlace): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", key, box.subarray(0, nonceBytes), { authTagLength: tagBytes });
  decipher.setAAD(placeOf(place));
  decipher.setAuthTag(box.subarray(-tagBytes));
  return Buffer.concat([decipher.update(box.subarray(nonceBytes, -tagBytes)), decipher.final()]);
}
