// jsonld, a general JSON-LD processor, with the contexts that our certificates and their proofs name, and no network.
// SPDX-License-Identifier: Apache-2.0
import { contexts as credentials } from "@digitalbazaar/credentials-context";
import { contexts as security } from "@digitalbazaar/security-context";
import jsonld from "jsonld";
import { courseContext, coursePath, hardenedContext, hardenedPath } from "../../src/lib/certificate/index.js";
import { names } from "../support/issued-forms.js";

/** The meanings of Co-WIN's v1 context (DIVOC vaccination-context 1.1.0, MIT), each word at the top, as all have one place. */
const schema = "https://schema.org/";
const cowinContext = {
  "@context": {
    ...Object.fromEntries(
      "name gender nationality streetAddress addressRegion postalCode addressCountry"
        .split(" ")
        .map((word) => [word, schema + word]),
    ),
    ProofOfVaccinationCredential: `${schema}ProofOfVaccinationCredential`,
    Person: `${schema}Person`,
    Vaccination: "vac:Vaccination",
    nonTransferable: "vac:nonTransferable",
    refId: `${schema}id`,
    age: `${schema}Number`,
    address: `${schema}PostalAddress`,
    city: "vac:city",
    district: "vac:district",
    ...Object.fromEntries("certificateId batch vaccine manufacturer".split(" ").map((word) => [word, `${schema}id`])),
    ...Object.fromEntries("date effectiveStart effectiveUntil".split(" ").map((word) => [word, `${schema}date`])),
    ...Object.fromEntries("dose totalDoses".split(" ").map((word) => [word, `${schema}doseValue`])),
    ...Object.fromEntries("feedbackUrl infoUrl".split(" ").map((word) => [word, `${schema}url`])),
    verifier: "vac:verifier",
    facility: "vac:Facility",
  },
};

const documents = new Map<string, unknown>([
  ...credentials,
  ...security,
  ["https://cowin.gov.in/credentials/vaccination/v1", cowinContext],
  [`${names.url}${hardenedPath}`, hardenedContext(names)],
  [`${names.url}${coursePath}`, courseContext(names)],
]);

export async function documentLoader(url: string) {
  const document = documents.get(url);
  if (document === undefined) throw new Error(`no context ${url} here`);
  return { contextUrl: null, document, documentUrl: url };
}

/** Canonical N-Quads by URDNA2015, as the 2018 suites sign them; what has no meaning in RDF is an error. */
export async function canonicalByJsonld(document: object): Promise<string> {
  const options = { algorithm: "URDNA2015", format: "application/n-quads", documentLoader, safe: true };
  return (await jsonld.canonize(document as never, options as never)) as string;
}
