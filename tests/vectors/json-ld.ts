// Statements of foreign vocabularies as RDF, by jsonld, a general JSON-LD processor: with the contexts that the
// collections name, and no network. What has no meaning under them is an error, not left away.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { contexts as credentials } from "@digitalbazaar/credentials-context";
import { contexts as security } from "@digitalbazaar/security-context";
import jsonld from "jsonld";
import type { JsonObject } from "../../src/lib/certificate/json.js";
import { projectRoot } from "../../src/platform/root.js";

const examples = { "@context": { "@vocab": "https://www.w3.org/ns/credentials/examples#" } };
const time = "http://www.w3.org/2001/XMLSchema#dateTime";

/** As much of the suite's context as a proof of 2020 uses, its words with their published meanings. */
const ed25519Of2020 = {
  "@context": {
    "@version": 1.1,
    "@protected": true,
    id: "@id",
    type: "@type",
    Ed25519Signature2020: {
      "@id": "https://w3id.org/security#Ed25519Signature2020",
      "@context": {
        "@version": 1.1,
        "@protected": true,
        id: "@id",
        type: "@type",
        created: { "@id": "http://purl.org/dc/terms/created", "@type": time },
        expires: { "@id": "https://w3id.org/security#expiration", "@type": time },
        proofPurpose: {
          "@id": "https://w3id.org/security#proofPurpose",
          "@type": "@vocab",
          "@context": { "@protected": true, assertionMethod: "https://w3id.org/security#assertionMethod" },
        },
        proofValue: { "@id": "https://w3id.org/security#proofValue", "@type": "https://w3id.org/security#multibase" },
        verificationMethod: { "@id": "https://w3id.org/security#verificationMethod", "@type": "@id" },
      },
    },
  },
};

const documents = new Map<string, unknown>([
  ...credentials,
  ...security,
  ["https://www.w3.org/ns/credentials/examples/v2", examples],
  ["https://w3id.org/citizenship/v4rc1", fromFile("citizenship-v4rc1.json")],
  ["https://w3id.org/security/suites/ed25519-2020/v1", ed25519Of2020],
]);

function fromFile(name: string): unknown {
  return JSON.parse(readFileSync(join(projectRoot, "tests", "vectors", "contexts", name), "utf8"));
}

async function documentLoader(url: string) {
  const document = documents.get(url);
  if (document === undefined) throw new Error(`no context ${url} here`);
  return { contextUrl: null, document, documentUrl: url };
}

/** N-Quads of a document, or undefined for one with words or contexts that are not known here. */
export async function asRdf(document: JsonObject): Promise<string | undefined> {
  try {
    const options = { format: "application/n-quads", documentLoader, safe: true };
    return (await jsonld.toRDF(document as never, options as never)) as string;
  } catch {
    return undefined;
  }
}
