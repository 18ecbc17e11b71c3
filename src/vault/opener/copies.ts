// What a person's own request may have signed: the attributes of a signed paper, or a credential for a wallet. By their first
// bytes these can be no HCERT, health card, proof or status list, which only the certificate service has signed.
// SPDX-License-Identifier: Apache-2.0
import { paperAttributesStart } from "../../lib/certificate/cms.js";

export function isCopy(bytes: Buffer): boolean {
  return isPaper(bytes) || isWalletCredential(bytes);
}

/** After the head of the set: its first attribute says that plain data follow. */
function isPaper(bytes: Buffer): boolean {
  return bytes[0] === 0x31 && bytes.length < 0x100 && [2, 3].some((at) => startsAt(bytes, at));
}
function startsAt(bytes: Buffer, at: number): boolean {
  return bytes.subarray(at, at + paperAttributesStart.length).equals(paperAttributesStart);
}

function isWalletCredential(bytes: Buffer): boolean {
  const [head, payload, ...more] = bytes.toString("latin1").split(".");
  if (head === undefined || payload === undefined || more.length > 0) return false;
  try {
    const { typ } = JSON.parse(Buffer.from(head, "base64url").toString("utf8")) as { typ?: unknown };
    const { cnf } = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as { cnf?: unknown };
    return typ === "dc+sd-jwt" && typeof cnf === "object" && cnf !== null;
  } catch {
    return false;
  }
}
