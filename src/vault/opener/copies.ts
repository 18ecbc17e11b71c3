// What a person's own request may have signed: the attributes of a signed paper. By their first bytes these can be no
// HCERT, health card, proof or status list, which only the certificate service has signed.
// SPDX-License-Identifier: Apache-2.0
import { paperAttributesStart } from "../../lib/certificate/cms.js";

/** A set (its head has two or three bytes) whose first attribute says that plain data follow. */
export function isPaper(bytes: Buffer): boolean {
  const startsAt = (at: number) => bytes.subarray(at, at + paperAttributesStart.length).equals(paperAttributesStart);
  return bytes[0] === 0x31 && bytes.length < 0x100 && (startsAt(2) || startsAt(3));
}
