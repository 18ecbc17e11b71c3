// Status lists in both forms: what is written is read back, what is not ours or not whole is no list, and certificates of
// each format are looked up in the list that they name.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { test } from "node:test";
import { deflateSync, gzipSync } from "node:zlib";
import { issuedAt, payloadOf, testIssuer } from "../../../tests/support/certificate.js";
import { trustedKey, trusting } from "../../../tests/vectors/keys.js";
import {
  bitstringStatusCredential,
  type Part,
  readStatusList,
  signedBy,
  tokenStatusClaims,
  unsignedHcert,
  unsignedJws,
  unsignedVc2,
  verifyCertificate,
} from "./index.js";
import type { JsonObject } from "./json.js";
import { thumbprintOf } from "./jwk.js";
import { nodePrimitives } from "./node-primitives.js";
import { webPrimitives } from "./web-primitives.js";

const issuer = "https://issuer.example";
const did = "did:web:issuer.example";
const method = `${did}#key-1`;
const [jose, proofs] = [generateKeyPairSync("ec", { namedCurve: "P-256" }), generateKeyPairSync("ed25519")];
const joseKey = trustedKey(jose.publicKey, { issuer });
const trust = trusting(joseKey, trustedKey(proofs.publicKey, { issuer: did, verificationMethod: method }));
const primitives = nodePrimitives();
const at = issuedAt;
const expiresAt = new Date(at.getTime() + 7 * 86_400_000);
const signing = async ({ algorithm, bytes }: Part) =>
  algorithm === "EdDSA" ? sign(null, bytes, proofs.privateKey) : es256(bytes, jose.privateKey);
const es256 = (bytes: Uint8Array, key: KeyObject) => sign("sha256", bytes, { key, dsaEncoding: "ieee-p1363" });

const uri = `${issuer}/status/1`;
const revoked = [0, 9, 131_071];
const about = { uri, issuedAt: at, expiresAt, revoked };
async function token(change: JsonObject = {}, typ = "statuslist+jwt"): Promise<string> {
  const claims = { ...tokenStatusClaims({ ...about, refreshSeconds: 3_600 }, deflateSync), ...change };
  return signedBy(unsignedJws({ typ, kid: (await thumbprintOf(joseKey, primitives))! }, claims), signing);
}
async function credential(change: JsonObject = {}): Promise<string> {
  const document = { ...bitstringStatusCredential({ ...about, issuer: did }, (bytes) => gzipSync(bytes)), ...change };
  return JSON.stringify(
    await signedBy(await unsignedVc2(document, { verificationMethod: method, created: at }, primitives), signing),
  );
}

for (const [form, make] of [
  ["token", token],
  ["credential", credential],
] as const) {
  test(`a ${form} says which are revoked, in Node and with WebCrypto`, async () => {
    for (const each of [primitives, webPrimitives()]) {
      const list = await readStatusList(await make(), { trust, at, primitives: each });
      assert.ok(list);
      assert.deepEqual([list.uri, list.expiresAt], [uri, expiresAt]);
      const states = [0, 1, 7, 8, 9, 10, 131_070, 131_071, 131_072].map((index) => list.isRevoked(index));
      assert.deepEqual(states, [true, false, false, false, true, false, false, true, undefined]);
    }
  });
}

test("what is not signed by a trusted key, changed, of the future, or of another kind is no list", async () => {
  const later = new Date(at.getTime() - 86_400_000);
  const good = await token();
  const strange = { status_list: { bits: 2, lst: "eNoDAAAAAAE" } };
  for (const [what, text, more] of [
    ["a stranger's", good, { trust: trusting(testIssuer().trust.keys[0]!) }],
    ["changed", `${good.slice(0, 200)}A${good.slice(201)}`, {}],
    ["of the future", good, { at: later }],
    ["of another type", await token({}, "JWT"), {}],
    ["of two bits a certificate", await token(strange), {}],
    ["not compressed", await token({ status_list: { bits: 1, lst: "AAAA" } }), {}],
    [
      "for suspension",
      await credential({ credentialSubject: { type: "BitstringStatusList", statusPurpose: "suspension" } }),
      {},
    ],
    ["a changed credential", (await credential()).replace("revocation", "revocatioN"), {}],
    ["nothing", "", {}],
  ] as const) {
    assert.equal(await readStatusList(text, { trust, at, primitives, ...more }), undefined, what);
  }
});

test("a list that unpacks to more than a megabyte is none", async () => {
  const bomb = deflateSync(new Uint8Array(2_000_000)).toString("base64url");
  assert.equal(
    await readStatusList(await token({ status_list: { bits: 1, lst: bomb } }), { trust, at, primitives }),
    undefined,
  );
});

async function certificates(index: number): Promise<Record<string, string>> {
  const keyId = Buffer.from(joseKey.keyId, "hex");
  const life = { country: "IN", issuedAt: at, expiresAt: new Date(at.getTime() + 9e10), keyId, deflate: deflateSync };
  const hcert = unsignedHcert({ ...life, payload: payloadOf("Asha Demo"), status: { uri, index } });
  const claims = { iss: issuer, vct: "urn:demo", status: { status_list: { uri, idx: index } } };
  const entry = { statusPurpose: "revocation", statusListCredential: uri, statusListIndex: String(index) };
  const document = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    type: ["VerifiableCredential"],
    issuer: did,
    credentialSubject: { name: "Asha Demo" },
    credentialStatus: { type: "BitstringStatusListEntry", ...entry },
  };
  return {
    hcert: await signedBy(hcert, signing),
    "sd-jwt-vc": `${await signedBy(unsignedJws({ typ: "dc+sd-jwt" }, claims), signing)}~`,
    "vc-2.0": JSON.stringify(
      await signedBy(await unsignedVc2(document, { verificationMethod: method, created: at }, primitives), signing),
    ),
  };
}

test("each format is looked up by the place it names; without its list nothing is said about revocation", async () => {
  const options = { trust, at, primitives };
  const read = async (text: string) => (await readStatusList(text, options))!;
  const lists = { hcert: [await read(await token())], "vc-2.0": [await read(await credential())] };
  for (const [place, outcome] of [
    [9, "invalid"],
    [10, "valid"],
  ] as const) {
    for (const [format, text] of Object.entries(await certificates(place))) {
      const statusLists = lists[format === "vc-2.0" ? "vc-2.0" : "hcert"];
      const verdict = await verifyCertificate(text, { ...options, statusLists });
      assert.equal(verdict.outcome, outcome, `${format}: ${JSON.stringify(verdict.reasons)}`);
      assert.deepEqual(verdict.reasons, outcome === "valid" ? [] : [{ code: "CERTIFICATE_REVOKED" }]);
      assert.equal(verdict.passed.includes("revocation"), outcome === "valid");
      const alone = await verifyCertificate(text, options);
      assert.deepEqual([alone.outcome, alone.passed.includes("revocation")], ["valid", false]);
      // A list whose time is over cannot tell any more.
      const late = new Date(expiresAt.getTime() + 1);
      const stale = await verifyCertificate(text, { ...options, at: late, statusLists });
      assert.deepEqual([stale.outcome, stale.passed.includes("revocation")], ["valid", false]);
    }
  }
});

test("a list of one issuer says nothing about certificates of another", async () => {
  const other = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const otherKey = trustedKey(other.publicKey, { issuer: "https://other.example" });
  const options = { trust: trusting(...trust.keys, otherKey), at, primitives };
  const statusLists = [(await readStatusList(await token(), options))!];
  const claims = { iss: "https://other.example", vct: "urn:demo", status: { status_list: { uri, idx: 9 } } };
  const text = await signedBy(unsignedJws({ typ: "dc+sd-jwt" }, claims), async ({ bytes }) =>
    es256(bytes, other.privateKey),
  );
  const verdict = await verifyCertificate(`${text}~`, { ...options, statusLists });
  assert.deepEqual([verdict.outcome, verdict.passed.includes("revocation")], ["valid", false]);
});

test("a place that is none is refused", async () => {
  const claims = { iss: issuer, vct: "urn:demo", status: { status_list: { uri, idx: -1 } } };
  const text = await signedBy(unsignedJws({ typ: "dc+sd-jwt" }, claims), signing);
  const verdict = await verifyCertificate(`${text}~`, { trust, at, primitives });
  assert.deepEqual(verdict.reasons, [{ code: "CERTIFICATE_CLAIMS_INVALID", at: "status" }]);
});
