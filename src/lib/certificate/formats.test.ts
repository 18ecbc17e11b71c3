// Every format beside the others: whatever comes, a verdict comes back, with a reason, soon, and the same in a browser.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { trusting } from "../../../tests/vectors/keys.js";
import { parseJson } from "./json.js";
import { nodePrimitives } from "./node-primitives.js";
import { outcomeOf } from "./verdict.js";
import { verifyCertificate } from "./verify.js";
import { webPrimitives } from "./web-primitives.js";

const at = new Date("2026-01-01T00:00:00Z");
async function judge(input: string | Uint8Array) {
  const [node, web] = await Promise.all(
    [nodePrimitives(), webPrimitives()].map((primitives) =>
      verifyCertificate(input, { trust: trusting(), at, primitives }),
    ),
  );
  assert.deepEqual(node, web);
  assert.notEqual(node!.outcome, "valid");
  assert.ok(node!.reasons.length > 0);
  assert.equal(node!.outcome, outcomeOf(node!.reasons));
  assert.deepEqual([node!.holder, node!.claims, node!.signer], [undefined, undefined, undefined]);
  return node!;
}

const jws = `${Buffer.from('{"alg":"ES256","zip":"DEF","kid":"x","typ":"dc+sd-jwt"}').toString("base64url")}.e30.AAAA`;
const seeds = [
  "HC1:NCFTW2BM75VOO10KHHCUGEE45",
  "PK\u0003\u0004\u0014\u0000\u0008\u0000",
  "shc:/567629095243206034602924374044603122295953265460346029254077280433602870286471674522280928",
  "shc:/1/3/5676",
  jws,
  `${jws}~WyJhIiwiYiIsMV0~`,
  `{"verifiableCredential":["${jws}"]}`,
  `{"resourceType":"Parameters","parameter":[{"name":"verifiableCredential","valueString":"${jws}"}]}`,
  '{"payload":"e30","protected":"e30","signature":"AA","header":{"disclosures":["WyJhIl0"],"kb_jwt":"a.b.c"}}',
  '{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],"proof":{"type":"DataIntegrityProof","cryptosuite":"eddsa-jcs-2022","verificationMethod":"x","proofPurpose":"assertionMethod","proofValue":"z1"}}',
  '{"@context":["https://www.w3.org/2018/credentials/v1","https://cowin.gov.in/credentials/vaccination/v1"],"type":["VerifiableCredential","ProofOfVaccinationCredential"],"credentialSubject":{},"evidence":[{}],"proof":{"type":"RsaSignature2018","created":"2021-01-01T00:00:00Z","verificationMethod":"did:india","proofPurpose":"assertionMethod","jws":"e30..AA"}}',
  '{"data":{"hdr":{"t":"icao.vacc","is":"UTO"},"msg":{}},"sig":{"alg":"ES256","sigvl":"AAAA","cer":"AAAA"}}',
];

test("formats: damaged texts of every format get a verdict", async () => {
  const damage = fc.record({
    seed: fc.constantFrom(...seeds),
    at: fc.nat(400),
    cut: fc.nat(4),
    put: fc.string({ maxLength: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(damage, async ({ seed, at: place, cut, put }) => {
      const from = place % (seed.length + 1);
      await judge(seed.slice(0, from) + put + seed.slice(from + cut));
    }),
    { numRuns: 500 },
  );
});

test("formats: JSON of any shape under the names that the formats look for", async () => {
  const value = fc.jsonValue({ maxDepth: 3 });
  const names = ["@context", "type", "proof", "credentialSubject", "evidence", "issuer", "verifiableCredential"];
  const more = ["data", "sig", "payload", "protected", "signature", "header", "resourceType", "parameter"];
  const object = fc.dictionary(fc.constantFrom(...names, ...more), value);
  await fc.assert(
    fc.asyncProperty(object, fc.constantFrom(...seeds.filter((seed) => seed.startsWith("{"))), async (json, seed) => {
      await judge(JSON.stringify({ ...(JSON.parse(seed) as object), ...json }));
    }),
    { numRuns: 300 },
  );
});

test("formats: bytes of any kind, and a zip's start before them", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      await judge(bytes);
      await judge(Buffer.concat([Buffer.from("PK\u0003\u0004"), bytes]));
    }),
    { numRuns: 200 },
  );
});

test("formats: what is too long or too deep is refused before it costs anything", async () => {
  assert.deepEqual((await judge("x".repeat(10 << 20))).reasons, [{ code: "CERTIFICATE_TEXT_TOO_LARGE" }]);
  assert.deepEqual((await judge(new Uint8Array(10 << 20))).reasons, [{ code: "CERTIFICATE_TEXT_TOO_LARGE" }]);
  for (const open of ["[", '{"a":', '["a",{"b":[']) {
    assert.deepEqual((await judge(`{"proof":${open.repeat(5_000)}`)).reasons, [{ code: "CERTIFICATE_JSON_INVALID" }]);
  }
});

test("formats: JSON has one meaning or none", () => {
  for (const text of [
    '{"a":1,"a":1}',
    '{"__proto__":1}',
    '{"a":{"b":1,"\\u0062":2}}',
    "[1,]",
    "{}x",
    "\ufeff{}",
    "01",
    "1.",
    "+1",
    "NaN",
    "1e999",
    "9007199254740993",
    '"\\ud800"',
    '"a\nb"',
    "'a'",
    "",
    " ",
    "nul",
    "[1 2]",
    '{"a" 1}',
    "{a:1}",
    '"',
  ])
    assert.equal(parseJson(text), undefined, text);
  for (const text of ["0", "-0.5e3", " [ ] ", '{"a":{"a":[null,true,"\\u00e9"]},"constructor":1}', '"\\ud83d\\ude00"'])
    assert.deepEqual(parseJson(text), JSON.parse(text), text);
});
