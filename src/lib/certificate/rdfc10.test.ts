// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import { trustedKey, trusting } from "../../../tests/vectors/keys.js";
import { toBase58 } from "./bytes.js";
import type { JsonObject } from "./json.js";
import { parseNQuads, quadLine } from "./n-quads.js";
import { nodePrimitives } from "./node-primitives.js";
import { canonicalRdf } from "./rdfc10.js";
import { verifyCertificate } from "./verify.js";

const primitives = nodePrimitives();
const canonical = (text: string) => canonicalRdf(text, "SHA-256", primitives);
const arrow = (from: string, to: string) => `_:${from} <urn:p> _:${to} .\n`;

test("rdfc-1.0: names follow from what is said, not from how it was written", async () => {
  // A diamond and a double circle, each with other names and in another order.
  for (const [one, other] of [
    [arrow("a", "b") + arrow("a", "c") + arrow("b", "d") + arrow("c", "d"), ["z", "y", "x", "w"]],
    [arrow("a", "b") + arrow("b", "c") + arrow("c", "a") + arrow("b", "a") + arrow("a", "c"), ["q", "a", "b", "d"]],
  ] as const) {
    const renamed = one.replace(/_:([a-d])/g, (_, node: string) => `_:${other["abcd".indexOf(node)]}`);
    const turned = renamed.trimEnd().split("\n").reverse().join("\n");
    const result = await canonical(one);
    assert.ok(result);
    assert.match(result.text, /^_:c14n\d <urn:p> _:c14n\d \.\n/);
    assert.equal((await canonical(turned))?.text, result.text);
  }
  assert.notEqual((await canonical(arrow("a", "b")))?.text, (await canonical(arrow("a", "a")))?.text);
});

test("rdfc-1.0: a graph of which every node looks like every other is given up", async () => {
  const nodes = Array.from({ length: 10 }, (_, index) => `e${index}`);
  const clique = nodes.flatMap((from) => nodes.map((to) => arrow(from, to))).join("");
  assert.equal(await canonical(clique), undefined);
  // Small enough to be tried one by one, but too many of them.
  const ring = Array.from({ length: 2000 }, (_, index) => arrow(`r${index}`, `r${(index + 1) % 2000}`)).join("");
  assert.equal(await canonical(ring), undefined);
});

test("n-quads: each term has one form", () => {
  const written = (text: string) => parseNQuads(text)?.map(quadLine).join("");
  const line =
    '<urn:\\u0061> <urn:b> "\\u0022\\t\\U0001F303\\u0001"^^<http://www.w3.org/2001/XMLSchema#string> _:g . # why';
  assert.equal(written(line), '<urn:a> <urn:b> "\\"\\t\u{1f303}\\u0001" _:g .\n');
  assert.equal(written('_:a<urn:b>"x"@en-IN.\r\n\r\n# nothing\n_:a <urn:b> "x"@en-IN .'), '_:a <urn:b> "x"@en-IN .\n');
});

test("n-quads: what is none is refused, and too many of them", () => {
  for (const line of [
    '"text" <urn:b> <urn:c> .',
    "<urn:a> _:b <urn:c> .",
    "<urn:a> <urn:b> <urn:c>",
    "<urn:a> <urn:b> <urn:c> . more",
    "<urn:a b> <urn:b> <urn:c> .",
    '<urn:a> <urn:b> "\\x" .',
    '<urn:a> <urn:b> "\\uD800" .',
    '<urn:a> <urn:b> "\\U00110000" .',
    '<urn:a> <urn:b> "x" @en .',
    '<urn:a> <urn:b> "x"^^_:t .',
    "<urn:a> <urn:b> <urn:c> <urn:g> <urn:h> .",
  ])
    assert.equal(parseNQuads(line), undefined, line);
  const many = Array.from({ length: 5000 }, (_, index) => `<urn:a> <urn:b> <urn:${index}> .`).join("\n");
  assert.equal(parseNQuads(many), undefined);
});

const base = "https://www.w3.org/ns/credentials/v2";
const issuer = "did:example:demo";
const document = {
  "@context": [base],
  id: "urn:demo",
  type: ["VerifiableCredential"],
  issuer,
  credentialSubject: { id: "urn:asha" },
};
const options = {
  type: "DataIntegrityProof",
  cryptosuite: "eddsa-rdfc-2022",
  verificationMethod: `${issuer}#1`,
  proofPurpose: "assertionMethod",
};
const pair = generateKeyPairSync("ed25519");
const trust = trusting(trustedKey(pair.publicKey, { verificationMethod: options.verificationMethod, issuer }));

/** A vocabulary of three words, where jsonld reads real ones (tests/vectors). */
async function asRdf(json: JsonObject): Promise<string | undefined> {
  const { id, credentialSubject, cryptosuite, more } = json as Partial<Record<string, string>>;
  if (more !== undefined) return undefined;
  if (cryptosuite !== undefined) return `_:p <urn:suite> "${cryptosuite}" .\n`;
  return `<${id}> <urn:subject> ${JSON.stringify(JSON.stringify(credentialSubject))} .\n`;
}

async function signed(by = options) {
  const parts = [{ ...by, "@context": [base] }, document].map(async (part) => {
    const { text } = (await canonical((await asRdf(part as JsonObject))!))!;
    return primitives.digest("SHA-256", Buffer.from(text));
  });
  const signature = sign(null, Buffer.concat(await Promise.all(parts)), pair.privateKey);
  return { ...document, proof: { ...by, proofValue: `z${toBase58(signature)}` } };
}

async function codesOf(credential: object, lent: { asRdf?: typeof asRdf } = { asRdf }) {
  const at = new Date("2026-12-01T00:00:00Z");
  const verdict = await verifyCertificate(JSON.stringify(credential), { trust, at, primitives, ...lent });
  return verdict.outcome === "valid" ? ["valid"] : verdict.reasons.map(({ code }) => code);
}

test("vc-2.0: a proof over RDF holds if a reader of its vocabulary is lent, and is refused otherwise", async () => {
  const credential = await signed();
  assert.deepEqual(await codesOf(credential), ["valid"]);
  assert.deepEqual(await codesOf(credential, {}), ["CERTIFICATE_PROOF_INVALID"]);
  const changed = { ...credential, credentialSubject: { id: "urn:other" } };
  assert.deepEqual(await codesOf(changed), ["CERTIFICATE_SIGNATURE_INVALID"]);
  assert.deepEqual(await codesOf({ ...credential, more: "a word without a meaning" }), ["CERTIFICATE_CONTEXT_UNKNOWN"]);
});

test("vc-2.0: a document over RDF must not bring meanings along", async () => {
  const credential = await signed();
  const inline = { ...credential, "@context": [base, { name: "urn:name" }] };
  assert.deepEqual(await codesOf(inline), ["CERTIFICATE_PROOF_INVALID"]);
  const nested = { ...credential, credentialSubject: { id: "urn:asha", "@context": "urn:context" } };
  assert.deepEqual(await codesOf(nested), ["CERTIFICATE_PROOF_INVALID"]);
});
