// A whole course as a SMART Health Card (specification 1.4): the smallest FHIR R4 bundle that says it, deflated and signed.
// SPDX-License-Identifier: Apache-2.0

import { utf8Bytes } from "./bytes.js";
import { type CourseFacts, type DoseFacts, seconds } from "./facts.js";
import type { JsonObject } from "./json.js";
import { unsignedJws } from "./jws.js";
import { shcPrefix } from "./shc.js";
import type { Unsigned } from "./unsigned.js";

/** A single QR code holds this many characters of the JWS. */
export const longestInOneCode = 1_195;

export interface ShcOptions {
  readonly keyName: string;
  /** Deflate without a header. */
  readonly deflateRaw: (bytes: Uint8Array) => Uint8Array;
  /** Its name in the issuer's list of revoked cards. */
  readonly rid: string;
}

/** The JWS; `shcCode` makes it the text of a QR code. Places of vaccination are left out where the code would not hold them. */
export function unsignedShc(facts: CourseFacts, options: ShcOptions): Unsigned<string> {
  const whole = cardOf(facts, options, true);
  // Ninety characters for the signature and its point.
  return textLength(whole) + 90 > longestInOneCode ? cardOf(facts, options, false) : whole;
}

function textLength({ parts }: Unsigned<string>): number {
  return parts[0]!.bytes.length;
}

function cardOf(facts: CourseFacts, { keyName, deflateRaw, rid }: ShcOptions, withPlaces: boolean): Unsigned<string> {
  const { issuer, issuedAt, expiresAt, status } = facts;
  const fhirBundle = bundleOf(facts, withPlaces);
  const payload = {
    iss: issuer.url,
    nbf: seconds(issuedAt),
    exp: seconds(expiresAt),
    vc: {
      type: ["#health-card", "#immunization", "#covid19"].map((type) => `https://smarthealth.cards${type}`),
      credentialSubject: { fhirVersion: "4.0.1", fhirBundle },
      rid,
    },
    status: { status_list: { idx: status.index, uri: status.uri } },
  };
  return unsignedJws({ zip: "DEF", kid: keyName }, deflateRaw(utf8Bytes(JSON.stringify(payload))));
}

function bundleOf({ person, doses }: CourseFacts, withPlaces: boolean): JsonObject {
  const holder = {
    resourceType: "Patient",
    name: [{ text: person.name }],
    birthDate: person.birthDate ?? String(person.birthYear),
  };
  const entries = [holder, ...doses.map((dose) => immunizationOf(dose, withPlaces))];
  return {
    resourceType: "Bundle",
    type: "collection",
    entry: entries.map((resource, at) => ({ fullUrl: `resource:${at}`, resource })),
  };
}

function immunizationOf(dose: DoseFacts, withPlace: boolean): JsonObject {
  const coding =
    dose.cvx === undefined
      ? { system: "http://snomed.info/sct", code: dose.vaccine }
      : { system: "http://hl7.org/fhir/sid/cvx", code: dose.cvx };
  return {
    resourceType: "Immunization",
    status: "completed",
    vaccineCode: { coding: [coding] },
    ["patient"]: { reference: "resource:0" },
    occurrenceDateTime: dose.givenOn,
    lotNumber: dose.batch,
    ...(withPlace && { performer: [{ actor: { display: dose.place } }] }),
  };
}

/** The text of the QR code: each character of the JWS as two digits, less 45. */
export function shcCode(jws: string): string {
  return shcPrefix + Array.from(jws, (character) => String(character.charCodeAt(0) - 45).padStart(2, "0")).join("");
}
