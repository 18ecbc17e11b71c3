// VC 2.0 with proofs over canonical JSON, ICAO seals, and the canonical form itself: examples that RFC 8785 and W3C's
// vc-di-ecdsa (commit 00781de, W3C software and document licence) publish, and certificates signed here.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createPublicKey, ECDH, generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import { trustedKey, trusting } from "../../../tests/vectors/keys.js";
import { fromBase58 } from "./bytes.js";
import { digestOf } from "./disclosures.js";
import { canonicalJson } from "./jcs.js";
import { type Json, parseJson } from "./json.js";
import { nodePrimitives } from "./node-primitives.js";
import type { VerifyOptions } from "./options.js";
import { verifyCertificate } from "./verify.js";
import { webPrimitives } from "./web-primitives.js";

const at = new Date("2026-06-01T00:00:00Z");
async function judge(json: unknown, more: Pick<VerifyOptions, "trust"> & Partial<VerifyOptions>) {
  const text = typeof json === "string" ? json : JSON.stringify(json);
  const [node, web] = await Promise.all(
    [nodePrimitives(), webPrimitives()].map((primitives) => verifyCertificate(text, { at, primitives, ...more })),
  );
  assert.deepEqual(node, web);
  return node!;
}
const codesOf = async (...given: Parameters<typeof judge>) =>
  (await judge(...given)).reasons.map(({ code, at: place }) => (place === undefined ? code : `${code} ${place}`));

test("jcs: the example of RFC 8785 section 3.2.2", () => {
  const text = String.raw`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`;
  // Whole numbers that a double cannot hold exactly are refused before they get here.
  const value = parseJson(text.replace("1E30,", ""));
  assert.equal(
    canonicalJson(value as Json),
    String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  );
  assert.equal(
    canonicalJson({ "\ufb33": 1, "\u{1f600}": 2, "\u20ac": 3, "1": 4 }),
    '{"1":4,"\u20ac":3,"\u{1f600}":2,"\ufb33":1}',
  );
});

test("sd-jwt: the digest of RFC 9901 section 4.2.3", async () => {
  const disclosure = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0";
  const digest = await digestOf(disclosure, "SHA-256", nodePrimitives());
  assert.equal(digest, "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0");
});

const context = ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"];
const alumni = {
  "@context": context,
  id: "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
  type: ["VerifiableCredential", "AlumniCredential"],
  name: "Alumni Credential",
  description: "A minimum viable example of an Alumni Credential.",
  issuer: "https://vc.example/issuers/5678",
  validFrom: "2023-01-01T00:00:00Z",
  credentialSubject: { id: "did:example:abcdefgh", alumniOf: "The School of Examples" },
};
const published = "z82LkuBieyGShVBhvtE2zoiD6Kma4tJGFtkAhxR5pfkp5QPw4LutoYWhvQCnGjdVn14kujQ";

test("vc-2.0: W3C's example of ecdsa-jcs-2019 with P-384", async () => {
  const proof = {
    type: "DataIntegrityProof",
    cryptosuite: "ecdsa-jcs-2019",
    created: "2023-02-24T23:36:38Z",
    verificationMethod: `did:key:${published}#${published}`,
    proofPurpose: "assertionMethod",
    "@context": context,
    proofValue:
      "zq3EuTeLiGurmB2JR5oL8oWEsT7u2tba4HT1oZbiMYWc5qzsoW2kLYcBcF4HM5vCpJyTkceULKrVXuJQkXeN5seL4uXrFNFRMm53GWy1Yrto8r" +
      "TWxZi9DkNeWP7yUPs7ELAm",
  };
  const point = fromBase58(published.slice(1))!.subarray(2);
  const whole = ECDH.convertKey(point, "secp384r1", undefined, undefined, "uncompressed") as Buffer;
  const [x, y] = [whole.subarray(1, 49), whole.subarray(49)].map((part) => part.toString("base64url"));
  const key = createPublicKey({ key: { kty: "EC", crv: "P-384", x: x!, y: y! }, format: "jwk" });
  const { verificationMethod } = proof;
  const trust = trusting(trustedKey(key, { verificationMethod, issuer: alumni.issuer }));
  assert.equal((await judge({ ...alumni, proof }, { trust })).outcome, "valid");
  // Without an issuer in the trust list the key speaks for its own name only.
  const unnamed = trusting(trustedKey(key, { verificationMethod }));
  assert.deepEqual(await codesOf({ ...alumni, proof }, { trust: unnamed }), ["CERTIFICATE_ISSUER_MISMATCH"]);
  const renamed = { ...alumni, name: "alumni Credential", proof };
  assert.deepEqual(await codesOf(renamed, { trust }), ["CERTIFICATE_SIGNATURE_INVALID"]);
});

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const issuer = "did:web:issuer.example";
const trust = trusting(trustedKey(publicKey, { verificationMethod: `${issuer}#1` }));
const options = {
  type: "DataIntegrityProof",
  cryptosuite: "eddsa-jcs-2022",
  verificationMethod: `${issuer}#1`,
  proofPurpose: "assertionMethod",
};

function base58(bytes: Buffer): string {
  const letters = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  let text = "";
  for (let n = BigInt(`0x${bytes.toString("hex")}`); n > 0n; n /= 58n) text = letters[Number(n % 58n)]! + text;
  return "1".repeat(bytes.findIndex((byte) => byte !== 0)) + text;
}

async function signed(document: object, more: object = {}) {
  const given = { ...options, ...more };
  const { digest } = nodePrimitives();
  const parts = [given, document].map((part) => digest("SHA-256", Buffer.from(canonicalJson(part as Json))));
  const signature = sign(null, Buffer.concat(await Promise.all(parts)), privateKey);
  return { ...document, proof: { ...given, proofValue: `z${base58(signature)}` } };
}

test("vc-2.0: eddsa-jcs-2022, whatever the order of names", async () => {
  const document = { ...alumni, issuer: { id: issuer } };
  const credential = await signed(document);
  const verdict = await judge(credential, { trust });
  assert.deepEqual([verdict.outcome, verdict.issuer], ["valid", issuer]);
  assert.deepEqual(verdict.claims, document);
  const turned = Object.fromEntries(Object.entries(credential).toReversed());
  assert.equal((await judge(turned, { trust })).outcome, "valid");
});

test("vc-2.0: proofs that are none, and times", async () => {
  const document = { ...alumni, issuer };
  const { proof } = await signed(document);
  for (const change of [
    undefined,
    [proof, proof],
    { ...proof, proofValue: "u" },
    { ...proof, cryptosuite: "eddsa-rdfc-2022" },
    { ...proof, type: "Ed25519Signature2020" },
    { ...proof, proofPurpose: "authentication" },
    { ...proof, previousProof: "urn:x" },
    { ...proof, created: "yesterday" },
    { ...proof, "@context": context.slice(0, 1) },
  ])
    assert.deepEqual(await codesOf({ ...document, proof: change }, { trust }), ["CERTIFICATE_PROOF_INVALID proof"]);
  const other = { ...proof, cryptosuite: "ecdsa-jcs-2019" };
  assert.deepEqual(await codesOf({ ...document, proof: other }, { trust }), ["CERTIFICATE_ALGORITHM_REFUSED"]);
  assert.deepEqual(await codesOf({ ...document, proof }, { trust: trusting() }), ["CERTIFICATE_KEY_UNKNOWN"]);
  const expired = await signed({ ...document, validUntil: "2024-01-01T00:00:00Z" });
  assert.deepEqual(await codesOf(expired, { trust }), ["CERTIFICATE_EXPIRED"]);
  const over = await signed(document, { expires: "2024-01-01T00:00:00Z" });
  assert.deepEqual(await codesOf(over, { trust }), ["CERTIFICATE_EXPIRED"]);
  const early = await signed({ ...document, validFrom: "2027-01-01T00:00:00Z" });
  assert.deepEqual(await codesOf(early, { trust }), ["CERTIFICATE_NOT_YET_VALID"]);
  const shapeless = await signed({ ...document, type: ["AlumniCredential"], credentialSubject: {} });
  assert.deepEqual(await codesOf(shapeless, { trust }), [
    "CERTIFICATE_CONTENT_INVALID type",
    "CERTIFICATE_CONTENT_INVALID credentialSubject",
  ]);
});

test("vds-nc: a seal is trusted for its key, not for the certificate that it brings along", async () => {
  const keys = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const data = {
    hdr: { t: "icao.vacc", v: 1, is: "IND" },
    msg: {
      uvci: "DEMO1",
      pid: { n: "Demo Asha", dob: "1980-05-17" },
      ve: [{ des: "XM68M6", nam: "Demo", dis: "RA01.0", vd: [{ dvc: "2021-03-03", seq: "1", ctr: "IND" }] }],
    },
  };
  const sealed = (content: typeof data, key = keys) => {
    const input = Buffer.from(canonicalJson(content as unknown as Json));
    const signature = sign("sha256", input, { key: key.privateKey, dsaEncoding: "ieee-p1363" });
    const der = key.publicKey.export({ type: "spki", format: "der" });
    const padded = (bytes: Buffer) => bytes.toString("base64").replaceAll("+", "-").replaceAll("/", "_");
    // The verifier looks for the key inside; what else a certificate holds is not its business.
    return {
      data: content,
      sig: { alg: "ES256", sigvl: padded(signature), cer: padded(Buffer.concat([Buffer.alloc(9), der])) },
    };
  };
  const own = { trust: trusting(trustedKey(keys.publicKey, { country: "IND" })) };
  const verdict = await judge(sealed(data), own);
  assert.deepEqual([verdict.outcome, verdict.format, verdict.holder?.name], ["valid", "vds-nc", "Demo Asha"]);
  const seal = sealed(data);
  assert.deepEqual(await codesOf({ ...seal, sig: { ...seal.sig, alg: "none" } }, own), [
    "CERTIFICATE_ALGORITHM_REFUSED",
  ]);
  assert.deepEqual(await codesOf({ ...seal, more: 1 }, own), ["CERTIFICATE_PROOF_INVALID"]);
  const changed = { ...seal, data: { ...data, hdr: { ...data.hdr, v: 2 } } };
  assert.deepEqual(await codesOf(changed, own), ["CERTIFICATE_SIGNATURE_INVALID"]);
  const stranger = generateKeyPairSync("ec", { namedCurve: "P-256" });
  assert.deepEqual(await codesOf(sealed(data, stranger), own), ["CERTIFICATE_KEY_UNKNOWN"]);
  const foreign = sealed({ ...data, hdr: { ...data.hdr, is: "UTO" } });
  assert.deepEqual(await codesOf(foreign, own), ["CERTIFICATE_ISSUER_MISMATCH"]);
});
