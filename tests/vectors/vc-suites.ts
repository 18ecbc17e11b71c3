// W3C collections: Data Integrity (vc-di-eddsa, vc-di-ecdsa), shapes of the data model 2.0, and RDF canonicalisation.
// SPDX-License-Identifier: Apache-2.0
import { ECDH } from "node:crypto";
import { basename } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { fromBase58 } from "../../src/lib/certificate/bytes.js";
import { isJsonObject, type JsonObject, parseJsonObject } from "../../src/lib/certificate/json.js";
import { nodePrimitives } from "../../src/lib/certificate/node-primitives.js";
import { Problems } from "../../src/lib/certificate/problems.js";
import { type Canonical, canonicalRdf } from "../../src/lib/certificate/rdfc10.js";
import type { TrustedKey } from "../../src/lib/certificate/trust.js";
import { checkCredential, checkPresentation } from "../../src/lib/certificate/vc2-shape.js";
import { verifyCertificate } from "../../src/lib/certificate/verify.js";
import { webPrimitives } from "../../src/lib/certificate/web-primitives.js";
import { asRdf } from "./json-ld.js";
import { fromJwk, trustedKey, trusting } from "./keys.js";
import { type CaseResult, compared, type Suite, type SuiteFolder } from "./suite.js";

const at = new Date("2026-12-01T00:00:00Z");

const dataIntegrity: Suite = {
  name: "vc-di",
  marker: "manifest.json",
  async run(folder) {
    const results: CaseResult[] = [];
    for (const item of folder.json("manifest.json")) results.push(await runGroup(item, folder));
    return results;
  },
};

async function runGroup({ id, signed }: any, folder: SuiteFolder): Promise<CaseResult> {
  const documents: any[] = signed.map((file: string) => folder.json(id, file));
  const proofs = documents.flatMap(({ proof }) => (Array.isArray(proof) ? proof : [proof]));
  if (proofs.length === 0) return { id, passed: false, leftOut: "holds no signed document" };
  if (proofs.length !== documents.length) return { id, passed: false, leftOut: "sets and chains of proofs: refused" };
  for (const document of documents) {
    const suite = document.proof.cryptosuite ?? document.proof.type;
    if (suite === "ecdsa-sd-2023") return { id, passed: false, leftOut: "ecdsa-sd-2023: refused" };
    const verdicts = await verdictsOf(document);
    const wrong = verdicts.find(({ outcome }) => outcome !== "valid");
    if (wrong) return compared(id, "valid", wrong.outcome, wrong.reasons.map(({ code }) => code).join(", "));
    const changed = await verdictsOf({ ...document, id: `${document.id ?? "urn:"}x` });
    if (changed.some(({ outcome }) => outcome === "valid")) return compared(id, "changed: invalid", "changed: valid");
  }
  return { id, passed: true };
}

function verdictsOf(document: any) {
  const { verificationMethod } = [document.proof].flat()[0];
  const issuer = typeof document.issuer === "string" ? document.issuer : document.issuer.id;
  const key = fromDidKey(verificationMethod, issuer);
  const trust = trusting(...(key ? [key] : []));
  const text = JSON.stringify(document);
  const all = [nodePrimitives(), webPrimitives()];
  return Promise.all(all.map((primitives) => verifyCertificate(text, { trust, at, primitives, asRdf })));
}

/** The public key that a did:key name spells out (multicodec 0xed, 0x1200, 0x1201). */
function fromDidKey(verificationMethod: string, issuer: string): TrustedKey | undefined {
  const bytes = fromBase58(/#z(.+)$/.exec(verificationMethod)?.[1] ?? "");
  if (!bytes || bytes.length < 3) return undefined;
  const [kind, point] = [Buffer.from(bytes.subarray(0, 2)).toString("hex"), bytes.subarray(2)];
  const more = { verificationMethod, issuer };
  if (kind === "ed01") {
    const x = Buffer.from(point).toString("base64url");
    return trustedKey(fromJwk({ kty: "OKP", crv: "Ed25519", x }), more);
  }
  const [crv, curve] = kind === "8024" ? ["P-256", "prime256v1"] : ["P-384", "secp384r1"];
  const whole = ECDH.convertKey(point, curve!, undefined, undefined, "uncompressed") as Buffer;
  const half = (whole.length - 1) / 2;
  const [x, y] = [whole.subarray(1, 1 + half), whole.subarray(1 + half)].map((part) => part.toString("base64url"));
  return trustedKey(fromJwk({ kty: "EC", crv: crv!, x: x!, y: y! }), more);
}

const shape: Suite = {
  name: "vcdm2-shape",
  marker: "manifest.json",
  async run(folder) {
    return folder.json("manifest.json").map(({ id, file, kind, expect }: any) => {
      // Two words stand for dates, as in the test suite that the files come from.
      const text = folder
        .text(file)
        .replace("PAST DATE", "2020-01-01T00:00:00Z")
        .replace("FUTURE DATE", "2120-01-01T00:00:00Z");
      const answer = shapeOf(parseJsonObject(text), kind);
      const known = expect === "valid" || expect === "invalid";
      return compared(id, known ? expect : answer.outcome, answer.outcome, answer.detail);
    });
  },
};

function shapeOf(json: JsonObject | undefined, kind: string): { outcome: string; detail: string } {
  const problems = new Problems();
  if (!isJsonObject(json)) problems.wrong("");
  else if (kind === "presentation") checkPresentation(json, problems);
  else checkCredential(json, problems);
  return { outcome: problems.reasons.length === 0 ? "valid" : "invalid", detail: JSON.stringify(problems.reasons) };
}

const canonicalisation: Suite = {
  name: "rdfc10",
  marker: "manifest.json",
  async run(folder) {
    const results: CaseResult[] = [];
    for (const item of folder.json("manifest.json")) results.push(await runGraph(item, folder));
    return results;
  },
};

/** One graph; its entries ask for the canonical text, for the names of its nodes, or that it be given up. */
async function runGraph({ id, entries }: any, folder: SuiteFolder): Promise<CaseResult> {
  for (const { type, action, result, hashAlgorithm } of entries) {
    const input = folder.text(basename(action));
    const hash = hashAlgorithm === "SHA384" ? "SHA-384" : "SHA-256";
    for (const primitives of [nodePrimitives(), webPrimitives()]) {
      const canonical = await canonicalRdf(input, hash, primitives);
      const differing = differenceOf(canonical, type, result && folder.text(basename(result)));
      if (differing) return { id, passed: false, difference: differing };
    }
  }
  return { id, passed: true };
}

function differenceOf(canonical: Canonical | undefined, type: string, expected: string): string | undefined {
  if (type.endsWith("NegativeEvalTest")) return canonical && "named though it is poison";
  if (!canonical) return "given up";
  const same = type.endsWith("MapTest")
    ? isDeepStrictEqual(Object.fromEntries(canonical.names), JSON.parse(expected))
    : canonical.text === expected;
  return same ? undefined : `another result for ${type}: ${canonical.text}`;
}

export const vcSuites: readonly Suite[] = [dataIntegrity, shape, canonicalisation];
