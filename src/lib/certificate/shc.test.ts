// SMART Health Cards signed here: digits, parts, files, keys named by their thumbprint, claims, content and bounds.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { trusting } from "../../../tests/vectors/keys.js";
import { readIssuerKeys } from "./issuer-keys.js";
import { thumbprint } from "./jwk.js";
import { nodePrimitives } from "./node-primitives.js";
import type { VerifyOptions } from "./options.js";
import { readShcRevocations } from "./shc-revocation.js";
import { verifyCertificate } from "./verify.js";
import { webPrimitives } from "./web-primitives.js";

const issuer = "https://cards.example/issuer";
const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const { x, y } = publicKey.export({ format: "jwk" }) as { x: string; y: string };
const kid = await thumbprint(x, y, nodePrimitives());
const jwk = { kty: "EC", crv: "P-256", use: "sig", alg: "ES256", kid, x, y };
const at = new Date("2022-01-01T00:00:00Z");
const about = { issuer, country: "IN", name: "Demo" };
const keys = (jwks: unknown) => readIssuerKeys(jwks, about, nodePrimitives(), at);
const trust = trusting(...(await keys({ keys: [jwk] }))!);

function payload(): any {
  const coding = [{ system: "http://hl7.org/fhir/sid/cvx", code: "207" }];
  const dose = (occurrenceDateTime: string) => ({
    resourceType: "Immunization",
    status: "completed",
    vaccineCode: { coding },
    patient: { reference: "resource:0" },
    occurrenceDateTime,
    lotNumber: "DEMO1",
    performer: [{ actor: { display: "Demo PHC" } }],
  });
  const patient = { resourceType: "Patient", name: [{ family: "Demo", given: ["Asha"] }], birthDate: "1980-05-17" };
  const entry = [patient, dose("2021-04-03"), dose("2021-01-05")].map((resource, index) => ({
    fullUrl: `resource:${index}`,
    resource,
  }));
  const fhirBundle = { resourceType: "Bundle", type: "collection", entry };
  const vc = {
    type: ["https://smarthealth.cards#health-card"],
    credentialSubject: { fhirVersion: "4.0.1", fhirBundle },
  };
  return { iss: issuer, nbf: 1_620_000_000.5, vc };
}

const base64url = (value: string | Buffer) => Buffer.from(value).toString("base64url");

function signed(
  content: unknown,
  header: object = { alg: "ES256", zip: "DEF", kid },
  form: "ieee-p1363" | "der" = "ieee-p1363",
) {
  const body = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
  const input = `${base64url(JSON.stringify(header))}.${base64url(deflateRawSync(body))}`;
  return `${input}.${base64url(sign("sha256", Buffer.from(input), { key: privateKey, dsaEncoding: form }))}`;
}

const digits = (text: string) => [...text].map((c) => String(c.charCodeAt(0) - 45).padStart(2, "0")).join("");

async function judge(input: string, more: Partial<VerifyOptions> = {}) {
  const [node, web] = await Promise.all(
    [nodePrimitives(), webPrimitives()].map((primitives) =>
      verifyCertificate(input, { trust, at, primitives, ...more }),
    ),
  );
  assert.deepEqual(node, web);
  return node!;
}
async function codesOf(input: string, more: Partial<VerifyOptions> = {}): Promise<string[]> {
  return (await judge(input, more)).reasons.map(({ code, at: place }) =>
    place === undefined ? code : `${code} ${place}`,
  );
}

test("shc: one card as JWS, as digits, in parts, in a file and from a FHIR server", async () => {
  const jws = signed(payload());
  const half = Math.ceil(jws.length / 2);
  const parts = [`shc:/1/2/${digits(jws.slice(0, half))}`, `shc:/2/2/${digits(jws.slice(half))}`];
  const parameter = [{ name: "verifiableCredential", valueString: jws }];
  for (const text of [
    jws,
    `shc:/${digits(jws)}`,
    parts.join("\n"),
    parts.toReversed().join(" "),
    JSON.stringify({ verifiableCredential: [jws] }),
    JSON.stringify({ resourceType: "Parameters", parameter }),
  ]) {
    const verdict = await judge(text);
    assert.deepEqual([verdict.outcome, verdict.format], ["valid", "shc"]);
    assert.deepEqual(verdict.holder, { name: "Asha Demo", latinName: "Asha Demo", born: "1980-05-17" });
    const { statement } = verdict;
    assert.ok(statement?.kind === "vaccination");
    assert.deepEqual([statement.givenOn, statement.dose, statement.product], ["2021-04-03", 2, "CVX 207"]);
  }
});

test("shc: codes that are no whole card", async () => {
  const all = digits(signed(payload()));
  assert.deepEqual(await codesOf(`shc:/1/2/${all.slice(0, 800)}`), ["CERTIFICATE_PARTS_MISSING"]);
  const long = "1".repeat(2 * 1_192);
  for (const text of [
    `shc:/${all}1`,
    "shc:/",
    `shc:/3/2/${all}`,
    `shc:/1/11/${all}`,
    `shc:/1/2/${long}\nshc:/2/2/11`,
    `shc:/1/2/11\nshc:/1/2/11`,
    `shc:/1/2/11\nshc:/2/3/11`,
    `shc:/${"99".repeat(40)}`,
  ]) {
    assert.deepEqual(await codesOf(text), ["CERTIFICATE_JWS_INVALID"], text.slice(0, 20));
  }
});

test("shc: the header, the key and the signature", async () => {
  const card = payload();
  for (const [header, code] of [
    [{ alg: "ES256", kid }, "CERTIFICATE_JWS_INVALID"],
    [{ alg: "ES256", zip: "DEF" }, "CERTIFICATE_JWS_INVALID"],
    [{ alg: "ES256", zip: "DEF", kid, crit: ["x"] }, "CERTIFICATE_JWS_INVALID"],
    [{ alg: "none", zip: "DEF", kid }, "CERTIFICATE_ALGORITHM_REFUSED"],
    [{ alg: "HS256", zip: "DEF", kid }, "CERTIFICATE_ALGORITHM_REFUSED"],
    [{ alg: "ES256", zip: "DEF", kid: "0".repeat(43) }, "CERTIFICATE_KEY_UNKNOWN"],
  ] as const) {
    assert.deepEqual(await codesOf(signed(card, header)), [code]);
  }
  assert.deepEqual(await codesOf(signed({ ...card, iss: "https://other.example" })), ["CERTIFICATE_KEY_UNKNOWN"]);
  const der = signed(card, { alg: "ES256", zip: "DEF", kid }, "der");
  assert.deepEqual(await codesOf(der), ["CERTIFICATE_SIGNATURE_INVALID"]);
  const [head, , tail] = signed(card).split(".");
  const other = base64url(deflateRawSync(JSON.stringify({ ...card, nbf: 1 })));
  assert.deepEqual(await codesOf(`${head}.${other}.${tail}`), ["CERTIFICATE_SIGNATURE_INVALID"]);
});

test("shc: hostile payloads end within bounds", async () => {
  assert.deepEqual(await codesOf(signed(Buffer.alloc(8 << 20, 0x20))), ["CERTIFICATE_CONTENT_TOO_LARGE"]);
  assert.deepEqual(await codesOf(signed(Buffer.from("["))), ["CERTIFICATE_JSON_INVALID"]);
  const [head, , tail] = signed(payload()).split(".");
  assert.deepEqual(await codesOf(`${head}.${base64url("no deflate")}.${tail}`), ["CERTIFICATE_COMPRESSION_INVALID"]);
});

test("shc: claims and times", async () => {
  const change = (more: object) => signed({ ...payload(), ...more });
  assert.deepEqual(await codesOf(change({ exp: 1_620_000_001 })), ["CERTIFICATE_EXPIRED"]);
  assert.deepEqual(await codesOf(change({ nbf: 2_000_000_000 })), ["CERTIFICATE_NOT_YET_VALID"]);
  assert.deepEqual(await codesOf(change({ exp: 1_600_000_000 })), ["CERTIFICATE_CLAIMS_INVALID exp"]);
  assert.deepEqual(await codesOf(change({ nbf: "1" })), ["CERTIFICATE_CLAIMS_INVALID nbf"]);
  assert.deepEqual(await codesOf(change({ vc: { type: [] } })), ["CERTIFICATE_CLAIMS_INVALID vc.type"]);
});

test("shc: content that cannot be read without guessing is refused by place", async () => {
  const changes: readonly (readonly [string, (entry: any[]) => void])[] = [
    ["entry[1].resource.status", (e) => (e[1].resource.status = "not-done")],
    ["entry[1].resource.lotNumber", (e) => (e[1].resource.lotNumber = "")],
    ["entry[1].resource.vaccineCode", (e) => (e[1].resource.vaccineCode = { coding: [{ code: "1" }] })],
    ["entry[1].resource.patient.reference", (e) => (e[1].resource.patient.reference = "resource:9")],
    ["entry[1].resource.passport", (e) => (e[1].resource.passport = "1")],
    ["entry[0].resource.birthDate", (e) => (e[0].resource.birthDate = "17/05/1980")],
    ["entry[2].fullUrl", (e) => (e[2].fullUrl = "resource:1")],
    ["Patient", (e) => e.push({ fullUrl: "resource:3", resource: e[0].resource })],
  ];
  for (const [place, change] of changes) {
    const card = payload();
    change(card.vc.credentialSubject.fhirBundle.entry);
    assert.ok((await codesOf(signed(card))).includes(`CERTIFICATE_CONTENT_INVALID ${place}`), place);
  }
});

test("shc: revoked by rid, if issued before the time that the list names", async () => {
  const card = payload();
  card.vc.rid = "abc";
  const list = (...rids: string[]) => readShcRevocations([{ kid, method: "rid", ctr: 1, rids }])!;
  const text = signed(card);
  assert.deepEqual(await codesOf(text, { revokedShc: list("abc") }), ["CERTIFICATE_REVOKED"]);
  assert.deepEqual(await codesOf(text, { revokedShc: list("abc.1620000001") }), ["CERTIFICATE_REVOKED"]);
  assert.deepEqual(await codesOf(text, { revokedShc: list("abc.1620000000", "other") }), []);
  assert.equal(readShcRevocations([{ kid, method: "rid", ctr: 1, rids: ["a b"] }]), undefined);
});

test("shc: a key set is read whole or not at all", async () => {
  assert.equal((await keys({ keys: [jwk] }))?.length, 1);
  for (const change of [
    { kid: "x" },
    { use: "enc" },
    { alg: "ES384" },
    { crv: "P-384" },
    { kty: "RSA" },
    { d: x },
    { x: `${x}A` },
    { x5c: [] },
    { x5c: ["AAAA"] },
  ]) {
    assert.equal(await keys({ keys: [jwk, { ...jwk, ...change }] }), undefined, JSON.stringify(change));
  }
  assert.equal(await keys({ keys: [] }), undefined);
});
