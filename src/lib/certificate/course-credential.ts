// A whole course of doses as a W3C verifiable credential 2.0, for an eddsa-jcs-2022 proof, and the context that gives its
// words a meaning. Verifiers need not load the context: the proof binds the words themselves.
// SPDX-License-Identifier: Apache-2.0
import { type CourseFacts, courseClaims, timeText } from "./facts.js";
import type { JsonObject } from "./json.js";
import type { IssuerNames } from "./own-keys.js";
import { vc2Context } from "./vc2-shape.js";

export const coursePath = "/credentials/course/v1";
export const courseType = "VaccinationCourseCredential";

export function courseCredential(facts: CourseFacts): JsonObject {
  const { name, ...claims } = courseClaims(facts);
  const { certificateId, issuer, issuedAt, expiresAt, status } = facts;
  return {
    "@context": [vc2Context, `${issuer.url}${coursePath}`],
    id: `urn:vaccination-certificate:${certificateId}`,
    type: ["VerifiableCredential", courseType],
    issuer: { id: issuer.did, name: issuer.name },
    validFrom: timeText(issuedAt),
    validUntil: timeText(expiresAt),
    credentialSubject: { type: "Person", name, ...claims },
    credentialStatus: {
      id: `${status.uri}#${status.index}`,
      type: "BitstringStatusListEntry",
      statusPurpose: "revocation",
      statusListCredential: status.uri,
      statusListIndex: String(status.index),
    },
  };
}

/** Each of our words, one meaning each; those of the base context stay as they are. */
export function courseContext({ url }: Pick<IssuerNames, "url">): JsonObject {
  const own = `${url}${coursePath}#`;
  const words =
    "birthYear birthDate gender passportNumber stage dose kind vaccine product manufacturer batch givenOn place";
  return {
    "@context": {
      "@version": 1.1,
      "@protected": true,
      [courseType]: own + courseType,
      Person: "https://schema.org/Person",
      ...Object.fromEntries([...words.split(" "), "country"].map((word) => [word, own + word])),
      vaccinations: { "@id": `${own}vaccinations`, "@container": "@list" },
    },
  };
}
