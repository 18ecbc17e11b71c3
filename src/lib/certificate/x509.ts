// A certificate of a signing key, signed by the key itself (RFC 5280): what readers of signed papers ask for. It says whose
// key this is; whether to believe it, they decide by the published trust list.
// SPDX-License-Identifier: Apache-2.0
import { bits, ecdsaSignature, integer, octets, oid, sequence, setOf, tagged, text, time, yes } from "./der.js";
import { onlySignature, type Unsigned } from "./unsigned.js";

export interface KeyCertificate {
  readonly serial: Uint8Array;
  readonly organisation: string;
  readonly country: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** SubjectPublicKeyInfo of a P-256 key, DER. */
  readonly publicKey: Uint8Array;
}

export const ecdsaWithSha256 = sequence(oid("1.2.840.10045.4.3.2"));

export function nameOf({ organisation, country }: Pick<KeyCertificate, "organisation" | "country">): Uint8Array {
  return sequence(
    setOf(sequence(oid("2.5.4.6"), tagged(0x13, new TextEncoder().encode(country)))),
    setOf(sequence(oid("2.5.4.10"), text(organisation))),
    setOf(sequence(oid("2.5.4.3"), text(organisation))),
  );
}

export function unsignedKeyCertificate(about: KeyCertificate): Unsigned<Uint8Array> {
  const name = nameOf(about);
  const signing = extension("2.5.29.15", bits(new Uint8Array([0xc0]), 6), true); // digitalSignature, nonRepudiation
  const isNoAuthority = extension("2.5.29.19", sequence(), true);
  const documents = extension("2.5.29.37", sequence(oid("1.3.6.1.5.5.7.3.36"))); // RFC 9336
  const body = sequence(
    tagged(0xa0, integer(new Uint8Array([2]))),
    integer(about.serial),
    ecdsaWithSha256,
    name,
    sequence(time(about.notBefore), time(about.notAfter)),
    name,
    about.publicKey,
    tagged(0xa3, sequence(signing, isNoAuthority, documents)),
  );
  return {
    parts: [{ algorithm: "ES256", bytes: body }],
    finish: (signatures) => sequence(body, ecdsaWithSha256, bits(ecdsaSignature(onlySignature(signatures)))),
  };
}

function extension(id: string, value: Uint8Array, isCritical = false): Uint8Array {
  return sequence(oid(id), ...(isCritical ? [yes] : []), octets(value));
}
