// A detached signature over a document (CMS SignedData, RFC 5652) with the attributes that CAdES baseline B asks for
// (ETSI EN 319 122-1): content type, digest, and which certificate signed. One ES256 signature, one certificate.
// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { joinBytes } from "./bytes.js";
import { ecdsaSignature, integer, octets, oid, sequence, setOf, tagged } from "./der.js";
import { onlySignature, type Unsigned } from "./unsigned.js";
import { ecdsaWithSha256 } from "./x509.js";

const data = oid("1.2.840.113549.1.7.1");
const sha256 = sequence(oid("2.16.840.1.101.3.4.2.1"));
const one = integer(new Uint8Array([1]));
const attribute = (id: string, value: Uint8Array) => sequence(oid(id), setOf(value));

const contentType = attribute("1.2.840.113549.1.9.3", data);
/** How the signed attributes begin, after the head of their set: the shortest attribute stands first. */
export const paperAttributesStart: Uint8Array = contentType;

/** `digest` is SHA-256 of the document; the certificate is DER and its key the one that signs. */
export function unsignedCms(digest: Uint8Array, certificate: Uint8Array): Unsigned<Uint8Array> {
  const certificateHash = createHash("sha256").update(certificate).digest();
  const attributes = setOf(
    contentType,
    attribute("1.2.840.113549.1.9.4", octets(digest)),
    // signing-certificate-v2 (RFC 5035); SHA-256 is its default.
    attribute("1.2.840.113549.1.9.16.2.47", sequence(sequence(sequence(octets(certificateHash))))),
  );
  return {
    parts: [{ algorithm: "ES256", bytes: attributes }],
    finish(signatures) {
      const signer = sequence(
        one,
        issuerAndSerial(certificate),
        sha256,
        // Signed as a SET, sent under a tag of its place (RFC 5652 5.4).
        joinBytes(new Uint8Array([0xa0]), attributes.subarray(1)),
        ecdsaWithSha256,
        octets(ecdsaSignature(onlySignature(signatures))),
      );
      const signed = sequence(one, setOf(sha256), sequence(data), tagged(0xa0, certificate), setOf(signer));
      return sequence(oid("1.2.840.113549.1.7.2"), tagged(0xa0, signed));
    },
  };
}

/** Both stand in the certificate as they are wanted here. */
function issuerAndSerial(certificate: Uint8Array): Uint8Array {
  const [body] = itemsOf(certificate);
  const [, serial, , issuer] = itemsOf(body ?? new Uint8Array());
  if (!serial || !issuer) throw new Error("not an X.509 certificate");
  return sequence(issuer, serial);
}

/** The items inside a sequence, each with its head. */
function itemsOf(whole: Uint8Array): Uint8Array[] {
  const items: Uint8Array[] = [];
  for (let at = headSize(whole, 0); at < whole.length; ) {
    const end = at + headSize(whole, at) + contentSize(whole, at);
    items.push(whole.subarray(at, end));
    at = end;
  }
  return items;
}
function headSize(bytes: Uint8Array, at: number): number {
  const first = bytes[at + 1] ?? 0;
  return first < 0x80 ? 2 : 2 + (first & 0x7f);
}
function contentSize(bytes: Uint8Array, at: number): number {
  const first = bytes[at + 1] ?? 0;
  if (first < 0x80) return first;
  return bytes.subarray(at + 2, at + headSize(bytes, at)).reduce((size, byte) => size * 256 + byte, 0);
}
