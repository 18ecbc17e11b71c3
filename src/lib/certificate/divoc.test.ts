// Co-WIN certificates: a fixture that DIVOC's own signer made (egovernments/DIVOC, commit 1c74fb0c, MIT; the person is
// invented) proves the signed form; certificates signed here prove that no field can be exchanged, and the container.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { test } from "node:test";
import { crc32, deflateRawSync } from "node:zlib";
import { fromEd25519Base58, trustedKey, trusting } from "../../../tests/vectors/keys.js";
import { canonicalCredential, canonicalProof } from "./divoc-canonical.js";
import { readRevocationList } from "./divoc-revocation.js";
import { nodePrimitives } from "./node-primitives.js";
import type { VerifyOptions } from "./options.js";
import type { Primitives } from "./primitives.js";
import { verifyCertificate } from "./verify.js";
import { webPrimitives } from "./web-primitives.js";

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const trust = trusting(trustedKey(publicKey, { verificationMethod: "did:india", issuer: "https://cowin.gov.in/" }));
const at = new Date("2022-01-01T00:00:00Z");

function document(): any {
  const address = {
    streetAddress: "",
    streetAddress2: "",
    district: "Pune",
    city: "",
    addressRegion: "Maharashtra",
    addressCountry: "IN",
    postalCode: 411001,
  };
  return {
    "@context": ["https://www.w3.org/2018/credentials/v1", "https://cowin.gov.in/credentials/vaccination/v1"],
    type: ["VerifiableCredential", "ProofOfVaccinationCredential"],
    issuer: "https://cowin.gov.in/",
    issuanceDate: "2021-04-03T04:30:00.134Z",
    nonTransferable: "true",
    credentialSubject: {
      type: "Person",
      id: "did:Aadhaar Card:********1234",
      refId: "10000000000001",
      name: 'Asha "Demo"\tटेस्ट',
      gender: "Female",
      age: "34",
      nationality: "Indian",
      address,
    },
    evidence: [
      {
        id: "https://cowin.gov.in/vaccine/90000000001",
        feedbackUrl: "https://cowin.gov.in/?90000000001",
        infoUrl: "https://cowin.gov.in/?90000000001",
        certificateId: "90000000001",
        type: ["Vaccination"],
        batch: "DEMO1",
        vaccine: "COVISHIELD",
        manufacturer: "Serum Institute of India",
        date: "2021-04-03T04:30:00.134Z",
        effectiveStart: "2021-04-03",
        effectiveUntil: "2021-06-26",
        dose: 1,
        totalDoses: 2,
        verifier: { name: "Demo Vaccinator" },
        facility: { name: "Demo PHC", address: { ...address, postalCode: "" } },
      },
    ],
  };
}

async function signed(credential: any, version: "v1" | "v2" = "v1"): Promise<any> {
  const proof = { type: "Ed25519Signature2018", created: "2021-04-03T04:30:01Z", verificationMethod: "did:india" };
  const header = Buffer.from('{"alg":"EdDSA","b64":false,"crit":["b64"]}').toString("base64url");
  const { digest } = nodePrimitives();
  const hashes = [canonicalProof(proof), await canonicalCredential(credential, version, nodePrimitives())];
  const parts = await Promise.all(hashes.map((text) => digest("SHA-256", Buffer.from(text))));
  const signature = sign(null, Buffer.concat([Buffer.from(`${header}.`), ...parts]), privateKey).toString("base64url");
  return { ...credential, proof: { ...proof, proofPurpose: "assertionMethod", jws: `${header}..${signature}` } };
}

const both: readonly Primitives[] = [nodePrimitives(), webPrimitives()];

async function judge(input: string | Uint8Array, more: Partial<VerifyOptions> = {}) {
  const verdicts = await Promise.all(
    both.map((primitives) => verifyCertificate(input, { trust, at, primitives, ...more })),
  );
  assert.deepEqual(verdicts[0], verdicts[1]);
  return verdicts[0]!;
}

async function placesWrong(input: string | Uint8Array): Promise<string[]> {
  const { outcome, reasons } = await judge(input);
  assert.notEqual(outcome, "valid");
  return reasons.map(({ code, at: place }) => (place === undefined ? code : `${code} ${place}`));
}

test("divoc: what DIVOC's own signer signed verifies", async () => {
  const fixture =
    '{"@context":["https://www.w3.org/2018/credentials/v1","https://divoc.dev/credentials/vaccination/v1"],"type":["Verifia' +
    'bleCredential","ProofOfVaccinationCredential"],"credentialSubject":{"type":"Person","id":"did:in.gov.uidai.aadhaar:234' +
    '2343334","refId":"12346","name":"Bhaya Mitra","gender":"Male","age":"26","nationality":"Indian","address":{"streetAddr' +
    'ess":"","streetAddress2":"","district":"","city":"","addressRegion":"","addressCountry":"IN","postalCode":""}},"issuer' +
    '":"https://divoc.dev/","issuanceDate":"2021-08-27T10:57:57.237Z","evidence":[{"id":"https://divoc.dev/vaccine/undefine' +
    'd","feedbackUrl":"https://divoc.dev/?undefined","infoUrl":"https://divoc.dev/?undefined","type":["Vaccination"],"batch' +
    '":"MB3428BX","vaccine":"CoVax","manufacturer":"COVPharma","date":"2020-12-02T19:21:18.646Z","effectiveStart":"2020-12-' +
    '02","effectiveUntil":"2025-12-02","dose":"","totalDoses":"","verifier":{"name":"Sooraj Singh"},"facility":{"name":"ABC' +
    ' Medical Center","address":{"streetAddress":"123, Koramangala","streetAddress2":"","district":"Bengaluru South","city"' +
    ':"Bengaluru","addressRegion":"Karnataka","addressCountry":"IN","postalCode":""}}}],"nonTransferable":"true","proof":{"' +
    'type":"Ed25519Signature2018","created":"2021-08-27T10:57:57Z","verificationMethod":"did:india","proofPurpose":"asserti' +
    'onMethod","jws":"eyJhbGciOiJFZERTQSIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19..4Em2HzSFj0swnmZOfDro1NxAjKsndZlbs-rz2BvN9V' +
    'Jg1a4dYCJ0bKGvyJBcBYs7PnsxyS9TT73SPWVbKKYhBQ"}}';
  const key = fromEd25519Base58("DaipNW4xaH2bh1XGNNdqjnSYyru3hLnUgTBSfSvmZ2hi");
  const own = { trust: trusting(trustedKey(key, { verificationMethod: "did:india" })) };
  assert.ok((await judge(fixture, own)).passed.includes("signature"));
  const changed = await judge(fixture.replace("Bhaya", "Maya"), own);
  assert.deepEqual(changed.reasons, [{ code: "CERTIFICATE_SIGNATURE_INVALID" }]);
});

test("divoc: a certificate is read only once its signature holds", async () => {
  const good = await judge(JSON.stringify(await signed(document())));
  assert.equal(good.outcome, "valid");
  assert.equal(good.holder?.name, document().credentialSubject.name);
  assert.equal(good.statement?.certificateId, "90000000001");
  const stranger = await judge(JSON.stringify(await signed(document())), { trust: trusting() });
  assert.deepEqual(stranger.reasons, [{ code: "CERTIFICATE_KEY_UNKNOWN" }]);
  assert.equal(stranger.holder, undefined);
});

// Each of these leaves the signed statements as they are.
const exchanges: readonly (readonly [what: string, place: string, change: (evidence: any, subject: any) => void])[] = [
  ["dose and total", "evidence[0].totalDoses", (e) => ([e.dose, e.totalDoses] = [e.totalDoses, e.dose])],
  ["vaccine and maker", "evidence[0].vaccine", (e) => ([e.vaccine, e.manufacturer] = [e.manufacturer, e.vaccine])],
  ["vaccine and batch", "evidence[0].vaccine", (e) => ([e.vaccine, e.batch] = [e.batch, e.vaccine])],
  ["maker and batch", "evidence[0].manufacturer", (e) => ([e.manufacturer, e.batch] = [e.batch, e.manufacturer])],
  ["id and batch", "evidence[0].certificateId", (e) => ([e.certificateId, e.batch] = [e.batch, e.certificateId])],
  ["date and start", "evidence[0].date", (e) => ([e.date, e.effectiveStart] = [e.effectiveStart, e.date])],
  [
    "start and end",
    "evidence[0].effectiveStart",
    (e) => ([e.effectiveStart, e.effectiveUntil] = [e.effectiveUntil, e.effectiveStart]),
  ],
  [
    "refId as uhid",
    "credentialSubject.refId",
    (_, s) => {
      s.uhid = s.refId;
      delete s.refId;
    },
  ],
  [
    "one URL dropped",
    "evidence[0].infoUrl",
    (e) => {
      delete e.infoUrl;
    },
  ],
];
for (const [what, place, change] of exchanges) {
  test(`divoc: refused though its signature holds: ${what}`, async () => {
    const credential = await signed(document());
    change(credential.evidence[0], credential.credentialSubject);
    const verdict = await judge(JSON.stringify(credential));
    assert.ok(verdict.passed.includes("signature"), "the signature cannot tell");
    assert.equal(verdict.outcome, "invalid");
    assert.ok(
      verdict.reasons.some((reason) => reason.at === place),
      JSON.stringify(verdict.reasons),
    );
    assert.equal(verdict.holder, undefined);
  });
}

test("divoc: contexts are known or refused, and say no more than the certificate uses", async () => {
  const credential = await signed(document());
  for (const context of [
    "https://cowin.gov.in/credentials/vaccination/v3",
    { name: null },
    [credential["@context"][1]],
  ]) {
    const changed = { ...credential, "@context": [credential["@context"][0], context] };
    assert.deepEqual(await placesWrong(JSON.stringify(changed)), ["CERTIFICATE_CONTEXT_UNKNOWN @context"]);
  }
  for (const alias of [
    "https://divoc.dev/credentials/vaccination/v1",
    "https://cowin.gov.in/credentials/vaccination/v2",
  ]) {
    const changed = { ...credential, "@context": [credential["@context"][0], alias] };
    assert.deepEqual(await placesWrong(JSON.stringify(changed)), ["CERTIFICATE_CONTENT_INVALID @context"]);
  }
  const unknown = { ...credential, evidence: [{ ...credential.evidence[0], passport: "X" }] };
  assert.deepEqual(await placesWrong(JSON.stringify(unknown)), ["CERTIFICATE_CONTENT_INVALID evidence[0].passport"]);
});

test("divoc: a proof has exactly its parts, and its algorithm is the key's", async () => {
  const credential = await signed(document());
  const [, , signature] = credential.proof.jws.split(".");
  const jws = (header: object) => `${Buffer.from(JSON.stringify(header)).toString("base64url")}..${signature}`;
  const crit = { b64: false, crit: ["b64"] };
  const changes: readonly (readonly [object | undefined, string])[] = [
    [undefined, "CERTIFICATE_PROOF_INVALID"],
    [{ ...credential.proof, nonce: "1" }, "CERTIFICATE_PROOF_INVALID"],
    [{ ...credential.proof, proofPurpose: "authentication" }, "CERTIFICATE_PROOF_INVALID"],
    [{ ...credential.proof, jws: jws({ alg: "EdDSA" }) }, "CERTIFICATE_PROOF_INVALID"],
    [{ ...credential.proof, jws: jws({ alg: "EdDSA", ...crit, kid: "x" }) }, "CERTIFICATE_PROOF_INVALID"],
    [{ ...credential.proof, jws: jws({ alg: "none", ...crit }) }, "CERTIFICATE_ALGORITHM_REFUSED"],
    [{ ...credential.proof, jws: jws({ alg: "HS256", ...crit }) }, "CERTIFICATE_ALGORITHM_REFUSED"],
    [{ ...credential.proof, type: "RsaSignature2018" }, "CERTIFICATE_ALGORITHM_REFUSED"],
    [{ ...credential.proof, created: "2021-04-03T04:30:02Z" }, "CERTIFICATE_SIGNATURE_INVALID"],
    [{ ...credential.proof, verificationMethod: "did:other" }, "CERTIFICATE_KEY_UNKNOWN"],
  ];
  for (const [proof, code] of changes) {
    const verdict = await judge(JSON.stringify({ ...credential, proof }));
    assert.deepEqual(
      verdict.reasons.map((reason) => reason.code),
      [code],
    );
  }
});

test("divoc: under v2 the code of the vaccine and the batch cannot change places", async () => {
  for (const [batch, icd11Code, outcome] of [
    ["DEMO1", "XM9QW8", "valid"],
    ["XM9QW8", "DEMO1", "invalid"],
    ["XM1234", "XM9QW8", "invalid"],
  ] as const) {
    const credential = document();
    credential["@context"][1] = "https://divoc.dev/credentials/vaccination/v2";
    credential.credentialSubject.dob = "1980-05-17";
    Object.assign(credential.evidence[0], { batch, icd11Code });
    assert.equal((await judge(JSON.stringify(await signed(credential, "v2")))).outcome, outcome, batch);
  }
});

test("divoc: two identifiers of one look are refused, an ABHA number with hyphens is not", async () => {
  for (const [uhid, outcome] of [
    ["10000000000002", "invalid"],
    ["91-0000-0000-0000", "valid"],
  ] as const) {
    const credential = document();
    credential.credentialSubject.uhid = uhid;
    assert.equal((await judge(JSON.stringify(await signed(credential)))).outcome, outcome);
  }
});

test("divoc: revoked by the list, and only then", async () => {
  const rows = (dose: number) => ({
    rows: [{ preEnrollmentCode: "10000000000001", previousCertificateId: "90000000001", certificateId: "", dose }],
  });
  const text = JSON.stringify(await signed(document()));
  const revoked = await judge(text, { revokedDivoc: readRevocationList(rows(1))! });
  assert.deepEqual(revoked.reasons, [{ code: "CERTIFICATE_REVOKED" }]);
  const other = await judge(text, { revokedDivoc: readRevocationList(rows(2))! });
  assert.equal(other.outcome, "valid");
  assert.ok(other.passed.includes("revocation"));
  assert.equal(readRevocationList({ rows: [{ dose: 1 }] }), undefined);
});

interface ZipChange {
  readonly name?: string;
  readonly localName?: string;
  readonly size?: number;
  readonly checksum?: number;
  readonly between?: number;
}

/** A zip of one member, written by hand so that each part of it can be wrong. */
function zipped(content: string | Buffer, change: ZipChange = {}): Buffer {
  const data = deflateRawSync(content);
  const name = Buffer.from(change.name ?? "certificate.json");
  const localName = Buffer.from(change.localName ?? change.name ?? "certificate.json");
  const numbers = Buffer.alloc(12);
  numbers.writeUInt32LE(change.checksum ?? crc32(content), 0);
  numbers.writeUInt32LE(data.length, 4);
  numbers.writeUInt32LE(change.size ?? Buffer.byteLength(content), 8);
  const common = Buffer.from("14000000080000000000", "hex");
  const lengthOf = (bytes: Buffer) => Buffer.from([bytes.length, 0]);
  const local = Buffer.concat([
    Buffer.from("PK\u0003\u0004"),
    common,
    numbers,
    lengthOf(localName),
    Buffer.alloc(2),
    localName,
  ]);
  const central = Buffer.concat([
    Buffer.from("PK\u0001\u0002\u0014\u0000"),
    common,
    numbers,
    lengthOf(name),
    Buffer.alloc(16),
    name,
  ]);
  const gap = Buffer.alloc(change.between ?? 0);
  const end = Buffer.alloc(22);
  end.write("PK\u0005\u0006", 0, "latin1");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length + data.length + gap.length, 16);
  return Buffer.concat([local, data, gap, central, end]);
}

/** The one entry of a zip a second time, each with its own row in the directory. */
function twice(zip: Buffer): Buffer {
  const end = Buffer.from(zip.subarray(-22));
  const directoryAt = end.readUInt32LE(16);
  const [entry, row] = [zip.subarray(0, directoryAt), zip.subarray(directoryAt, -22)];
  const secondRow = Buffer.from(row);
  secondRow.writeUInt32LE(entry.length, 42);
  end.writeUInt16LE(2, 8);
  end.writeUInt16LE(2, 10);
  end.writeUInt32LE(2 * row.length, 12);
  end.writeUInt32LE(2 * entry.length, 16);
  return Buffer.concat([entry, entry, row, secondRow, end]);
}

test("divoc: the zip of a code is read as bytes, as text and in UTF-8", async () => {
  const zip = zipped(JSON.stringify(await signed(document())));
  for (const input of [zip, zip.toString("latin1"), Buffer.from(zip.toString("latin1"), "utf8")]) {
    assert.equal((await judge(input)).outcome, "valid");
  }
});

test("divoc: containers that are not exactly one certificate are refused", async () => {
  const content = JSON.stringify(await signed(document()));
  const zip = zipped(content);
  const refused: readonly (readonly [string, Buffer])[] = [
    ["another name", zipped(content, { name: "certificate.txt" })],
    ["a path", zipped(content, { name: "../certificate.json" })],
    ["two entries", twice(zip)],
    ["two names", zipped(content, { localName: "certificatf.json" })],
    ["another size", zipped(content, { size: 10 })],
    ["a wrong checksum", zipped(content, { checksum: 1 })],
    ["bytes between", zipped(content, { between: 3 })],
    ["bytes before", Buffer.concat([Buffer.from("PK\u0003\u0004"), zip])],
    ["bytes after", Buffer.concat([zip, Buffer.from("x")])],
    ["cut off", zip.subarray(0, -30)],
    ["a start only", Buffer.from("PK\u0003\u0004")],
  ];
  for (const [what, input] of refused) {
    const verdict = await judge(input);
    assert.deepEqual(verdict.reasons, [{ code: "CERTIFICATE_CONTAINER_INVALID" }], what);
  }
  for (const bomb of [zipped(Buffer.alloc(8 << 20)), zipped(Buffer.alloc(8 << 20), { size: 100 })])
    assert.deepEqual((await judge(bomb)).reasons, [{ code: "CERTIFICATE_CONTENT_TOO_LARGE" }]);
});

test("divoc: JSON with two meanings is refused", async () => {
  const content = JSON.stringify(await signed(document()));
  for (const text of [
    content.replace('"dose":1', '"dose":2,"dose":1'),
    content.replace('"dose":1', '"\\u0064ose":2,"dose":1'),
    content.replace("{", '{"__proto__":{},'),
    `${content}x`,
    content.slice(0, -1),
    `{"type":["ProofOfVaccinationCredential"],"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}`,
    "{".repeat(20_000),
  ]) {
    assert.deepEqual(await placesWrong(text), ["CERTIFICATE_JSON_INVALID"]);
    assert.deepEqual(await placesWrong(zipped(text)), ["CERTIFICATE_JSON_INVALID"]);
  }
});
