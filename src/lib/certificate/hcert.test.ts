// HCERT against hostile and broken input: every refusal has its stable code, nothing crashes, nothing is unbounded, and
// Node and browsers come to the same verdict.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createPublicKey, sign } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { claimsOf, issuedAt, payloadOf, testIssuer, textOf, wrap } from "../../../tests/support/certificate.js";
import { encodeBase45 } from "./base45.js";
import { encodeCbor, Tagged } from "./cbor.js";
import { deflate, nodePrimitives } from "./node-primitives.js";
import type { TrustList } from "./trust.js";
import { type ReasonCode, reasons, type Verdict } from "./verdict.js";
import { verifyCertificate } from "./verify.js";
import { webPrimitives } from "./web-primitives.js";

const issuer = testIssuer();
const other = testIssuer();
const key = issuer.trust.keys[0]!;
const node = nodePrimitives();
const web = webPrimitives();
const seen = new Set<ReasonCode>();

async function verdictOf(text: string, trust: TrustList = issuer.trust, at = issuedAt): Promise<Verdict> {
  const verdict = await verifyCertificate(text, { trust, at, primitives: node });
  assert.deepEqual(await verifyCertificate(text, { trust, at, primitives: web }), verdict);
  for (const reason of verdict.reasons) seen.add(reason.code);
  return verdict;
}

async function refuses(text: string, code: ReasonCode, trust?: TrustList, at?: Date): Promise<Verdict> {
  const verdict = await verdictOf(text, trust, at);
  assert.equal(verdict.outcome, reasons[code], JSON.stringify(verdict.reasons));
  assert.ok(
    verdict.reasons.some((reason) => reason.code === code),
    JSON.stringify(verdict.reasons),
  );
  return verdict;
}

const header = new Map<number, unknown>([
  [1, -7],
  [4, issuer.keyId],
]);
const goodClaims = () => encodeCbor(claimsOf(payloadOf("Asha Demo")));

test("a good certificate is valid, and says whose key, what was checked and what it states", async () => {
  const verdict = await verdictOf(await issuer.issue());
  assert.equal(verdict.outcome, "valid");
  assert.equal(verdict.format, "hcert");
  assert.deepEqual(verdict.passed, [
    "encoding",
    "compression",
    "envelope",
    "key",
    "signature",
    "claims",
    "time",
    "use",
    "content",
  ]);
  assert.deepEqual(verdict.signer, { country: "IN", name: "Test issuer", algorithm: "ES256" });
  assert.equal(verdict.holder?.name, "Asha Demo");
});

test("it fits a QR code well, and is written in its alphanumeric letters", async () => {
  const text = await issuer.issue("Venkatanarasimharajuvaripeta Demo");
  assert.match(text, /^[0-9A-Z $%*+\-./:]+$/);
  assert.ok(text.length < 700, String(text.length));
});

test("white space around a pasted text does not matter; inside it does", async () => {
  const text = await issuer.issue();
  assert.equal((await verdictOf(`\n  ${text} \r\n`)).outcome, "valid");
  assert.notEqual((await verdictOf(`${text.slice(0, 50)}\n${text.slice(50)}`)).outcome, "valid");
});

test("a PS256 key verifies", async () => {
  const rsa = testIssuer("PS256");
  const pss = async (bytes: Uint8Array) => sign("sha256", bytes, { key: rsa.privateKey, padding: 6, saltLength: 32 });
  const rsaHeader = new Map<number, unknown>([
    [1, -37],
    [4, rsa.keyId],
  ]);
  const text = await textOf({ ...rsa, sign: pss }, { header: rsaHeader, claims: goodClaims() });
  assert.equal((await verdictOf(text, rsa.trust)).outcome, "valid");
});

test("text that is no certificate", async () => {
  await refuses("", "CERTIFICATE_FORMAT_UNKNOWN");
  await refuses("https://example.org/?HC1:", "CERTIFICATE_FORMAT_UNKNOWN");
  await refuses("hc1:6BF", "CERTIFICATE_FORMAT_UNKNOWN");
  await refuses("HC2:6BF", "CERTIFICATE_FORMAT_UNKNOWN");
  await refuses("\u0000\ud800", "CERTIFICATE_FORMAT_UNKNOWN");
  await refuses("HC1:é", "CERTIFICATE_BASE45_INVALID");
  await refuses(`HC1:${":".repeat(300)}`, "CERTIFICATE_BASE45_INVALID");
  await refuses("HC1:", "CERTIFICATE_COMPRESSION_INVALID");
});

test("ten megabytes of text, and a text just over the largest QR code", async () => {
  await refuses("A".repeat(10_000_000), "CERTIFICATE_TEXT_TOO_LARGE");
  await refuses(`HC1:${"A".repeat(10_000_000)}`, "CERTIFICATE_TEXT_TOO_LARGE");
  await refuses(`HC1:${"0".repeat(4_293)}`, "CERTIFICATE_TEXT_TOO_LARGE");
});

test("zlib: a bomb is stopped, a tail and a missing end are refused", async () => {
  await refuses(`HC1:${encodeBase45(deflate(new Uint8Array(2_000_000)))}`, "CERTIFICATE_CONTENT_TOO_LARGE");
  const good = deflate(encodeCbor([1]));
  await refuses(`HC1:${encodeBase45(Buffer.concat([good, Buffer.from("tail")]))}`, "CERTIFICATE_COMPRESSION_INVALID");
  await refuses(`HC1:${encodeBase45(good.subarray(0, -2))}`, "CERTIFICATE_COMPRESSION_INVALID");
  await refuses(`HC1:${encodeBase45(encodeCbor([1]))}`, "CERTIFICATE_COMPRESSION_INVALID");
});

test("CBOR: depth, repeated keys, trailing bytes, lengths that lie", async () => {
  await refuses(wrap(new Uint8Array(10_000).fill(0x81)), "CERTIFICATE_COSE_INVALID");
  await refuses(wrap(new Uint8Array(10_000).fill(0xd2)), "CERTIFICATE_COSE_INVALID");
  await refuses(wrap(new Uint8Array(10_000).fill(0x9f)), "CERTIFICATE_COSE_INVALID");
  for (const hex of [
    "5b7fffffffffffffff00",
    "9b00000000ffffffff01",
    "bb00000000ffffffff0101",
    "84a0a04040",
    "ff",
    "f7",
    "00ff",
  ]) {
    await refuses(wrap(Buffer.from(hex, "hex")), "CERTIFICATE_COSE_INVALID");
  }
  await refuses(
    await textOf(issuer, { header, claims: Buffer.from("a201010102", "hex") }),
    "CERTIFICATE_CLAIMS_INVALID",
  );
  let deep: unknown = "x";
  for (let i = 0; i < 40; i++) deep = [deep];
  await refuses(await textOf(issuer, { header, claims: encodeCbor(claimsOf(deep)) }), "CERTIFICATE_CLAIMS_INVALID");
});

test("COSE: another tag, another shape, a critical header", async () => {
  const parts = [encodeCbor(header), new Map(), goodClaims(), new Uint8Array(64)];
  await refuses(wrap(encodeCbor(new Tagged(98, parts))), "CERTIFICATE_COSE_INVALID");
  await refuses(wrap(encodeCbor(new Tagged(18, new Tagged(18, parts)))), "CERTIFICATE_COSE_INVALID");
  await refuses(wrap(encodeCbor(parts.slice(0, 3))), "CERTIFICATE_COSE_INVALID");
  await refuses(wrap(encodeCbor([...parts, 1])), "CERTIFICATE_COSE_INVALID");
  const critical = new Map([...header, [2, [99]]]);
  await refuses(await textOf(issuer, { header: critical, claims: goodClaims() }), "CERTIFICATE_COSE_INVALID");
});

test("the message does not choose its algorithm", async () => {
  for (const algorithm of [undefined, null, 0, -8, -37, -257, 5, "none", "ES256"]) {
    const claimed = new Map<number, unknown>([[4, issuer.keyId]]);
    if (algorithm !== undefined) claimed.set(1, algorithm);
    await refuses(await textOf(issuer, { header: claimed, claims: goodClaims() }), "CERTIFICATE_ALGORITHM_REFUSED");
  }
});

test("key ids: of the wrong size or kind, unknown, or of another key", async () => {
  for (const keyId of [new Uint8Array(7), new Uint8Array(9), "01234567", 1, null]) {
    const text = await textOf(issuer, {
      header: new Map<number, unknown>([
        [1, -7],
        [4, keyId],
      ]),
      claims: goodClaims(),
    });
    await refuses(text, "CERTIFICATE_KEY_ID_INVALID");
  }
  const unknown = await refuses(await other.issue("Forged Demo"), "CERTIFICATE_KEY_UNKNOWN");
  assert.equal(unknown.holder, undefined);
  const stolen = await refuses(await textOf(other, { header, claims: goodClaims() }), "CERTIFICATE_SIGNATURE_INVALID");
  assert.equal(stolen.holder, undefined);
});

test("every key with the id is tried, a broken one among them does no harm, the number is bounded", async () => {
  const broken = { ...key, publicKey: "AAAA" };
  const foreign = { ...key, publicKey: other.trust.keys[0]!.publicKey };
  const asRsa = { ...key, algorithm: "PS256" as const };
  const text = await issuer.issue();
  assert.equal((await verdictOf(text, { version: 1, keys: [broken, foreign, asRsa, key] })).outcome, "valid");
  await refuses(text, "CERTIFICATE_SIGNATURE_INVALID", {
    version: 1,
    keys: [...Array.from({ length: 8 }, () => foreign), key],
  });
  await refuses(text, "CERTIFICATE_ALGORITHM_REFUSED", { version: 1, keys: [asRsa] });
});

test("signatures: DER, empty, long, zero, of another payload", async () => {
  const der = sign("sha256", Buffer.from("x"), issuer.privateKey);
  for (const signature of [der, new Uint8Array(), new Uint8Array(64), new Uint8Array(65), new Uint8Array(8_000)]) {
    await refuses(await textOf(issuer, { header, claims: goodClaims(), signature }), "CERTIFICATE_SIGNATURE_INVALID");
  }
  const taken = await issuer.sign(encodeCbor(["Signature1", encodeCbor(header), new Uint8Array(), goodClaims()]));
  const changed = encodeCbor(claimsOf(payloadOf("Asha Changed")));
  await refuses(await textOf(issuer, { header, claims: changed, signature: taken }), "CERTIFICATE_SIGNATURE_INVALID");
});

test("time: expired, from the future, outside the life of its key", async () => {
  const text = await issuer.issue();
  const expired = await refuses(text, "CERTIFICATE_EXPIRED", undefined, new Date("2031-11-23T06:00:01.000Z"));
  assert.equal(expired.holder?.name, "Asha Demo");
  assert.equal((await verdictOf(text, undefined, new Date("2031-11-23T06:00:00.000Z"))).outcome, "valid");
  await refuses(text, "CERTIFICATE_NOT_YET_VALID", undefined, new Date("2026-11-23T05:54:59.000Z"));
  assert.equal((await verdictOf(text, undefined, new Date("2026-11-23T05:55:00.000Z"))).outcome, "valid");
  const late = { ...key, notBefore: "2026-11-24T00:00:00Z" };
  await refuses(text, "CERTIFICATE_KEY_NOT_IN_FORCE", { version: 1, keys: [late] });
  const early = { ...key, notAfter: "2027-01-01T00:00:00Z" };
  await refuses(text, "CERTIFICATE_KEY_NOT_IN_FORCE", { version: 1, keys: [early] });
  const stolen = { ...key, revokedAt: "2026-12-01T00:00:00Z" };
  await refuses(text, "CERTIFICATE_KEY_REVOKED", { version: 1, keys: [stolen] });
});

test("claims: missing, of the wrong kind, or from another country than the key", async () => {
  const without = (label: number) => {
    const claims = claimsOf(payloadOf("Asha Demo"));
    claims.delete(label);
    return encodeCbor(claims);
  };
  const withClaim = (label: number, value: unknown) => encodeCbor(claimsOf(payloadOf("Asha Demo")).set(label, value));
  const broken = [
    without(4),
    without(6),
    without(-260),
    withClaim(4, "2031"),
    withClaim(6, -1),
    withClaim(6, Number.NaN),
    withClaim(4, 1e15),
    withClaim(-260, new Map([[2, new Map()]])),
    withClaim(1, 7),
    Buffer.from("01", "hex"),
  ];
  for (const claims of broken) await refuses(await textOf(issuer, { header, claims }), "CERTIFICATE_CLAIMS_INVALID");
  await refuses(await textOf(issuer, { header, claims: withClaim(1, "XX") }), "CERTIFICATE_ISSUER_MISMATCH");
  const fraction = await textOf(issuer, { header, claims: withClaim(6, issuedAt.getTime() / 1000 + 0.5) });
  assert.equal((await verdictOf(fraction)).outcome, "valid");
});

test("content: exactly one of v, t and r, and the rules of DCC 1.3", async () => {
  const entry = (payloadOf("Asha Demo").get("v") as Map<string, unknown>[])[0]!;
  const changed = (change: (payload: Map<string, unknown>, vaccination: Map<string, unknown>) => void) => {
    const payload = payloadOf("Asha Demo");
    const vaccination = new Map(entry);
    payload.set("v", [vaccination]);
    change(payload, vaccination);
    return textOf(issuer, { header, claims: encodeCbor(claimsOf(payload)) });
  };
  const broken = [
    changed((payload) => payload.delete("v")),
    changed((payload) => payload.set("t", [new Map()])),
    changed((payload) => payload.set("r", null)),
    changed((payload) => payload.set("v", [])),
    changed((payload) => payload.set("v", [entry, entry])),
    changed((payload) => payload.set("v", entry)),
    changed((payload) => payload.delete("nam")),
    changed((payload) => payload.set("nam", new Map([["fn", "Asha"]]))),
    changed((payload) => payload.set("nam", new Map([["fnt", "Asha"]]))),
    changed((payload) => payload.set("nam", new Map([["fnt", "A".repeat(81)]]))),
    changed((payload) => payload.set("dob", "17-05-1980")),
    changed((payload) => payload.set("ver", 1)),
    changed((_payload, vaccination) => vaccination.delete("ci")),
    changed((_payload, vaccination) => vaccination.set("dt", "2023-02-29")),
    changed((_payload, vaccination) => vaccination.set("dn", 0)),
    changed((_payload, vaccination) => vaccination.set("sd", 1.5)),
    changed((_payload, vaccination) => vaccination.set("is", "x".repeat(81))),
    textOf(issuer, { header, claims: encodeCbor(claimsOf("not a map")) }),
    textOf(issuer, { header, claims: encodeCbor(claimsOf(new Map([[1, 2]]))) }),
  ];
  for (const text of await Promise.all(broken)) {
    const verdict = await refuses(text, "CERTIFICATE_CONTENT_INVALID");
    assert.equal(verdict.holder, undefined);
  }
  const unknown = await refuses(
    await changed((_payload, vaccination) => vaccination.set("mp", "EU/1/99/0001")),
    "CERTIFICATE_CODE_UNKNOWN",
  );
  assert.equal(unknown.reasons[0]?.at, "v[0].mp");
  for (const name of ["__proto__", "constructor", "toString"]) {
    await refuses(await changed((_payload, vaccination) => vaccination.set("mp", name)), "CERTIFICATE_CODE_UNKNOWN");
  }
});

test("a key for tests does not sign vaccinations", async () => {
  const forTests = { ...key, uses: ["test" as const] };
  await refuses(await issuer.issue(), "CERTIFICATE_KEY_USE_REFUSED", { version: 1, keys: [forTests] });
});

// A few bits of the compressed form carry nothing (RFC 1951 pads the last byte): turning one leaves the same certificate.
test("no change of one character makes a certificate say anything else and stay valid", async () => {
  const text = await issuer.issue();
  const untouched = await verdictOf(text);
  const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
  await fc.assert(
    fc.asyncProperty(fc.nat(text.length - 1), fc.nat(letters.length - 1), async (at, letter) => {
      const changed = text.slice(0, at) + letters[letter]! + text.slice(at + 1);
      if (changed === text || changed.trim() === text) return;
      const verdict = await verdictOf(changed);
      if (verdict.outcome === "valid") assert.deepEqual(verdict, untouched);
    }),
    { numRuns: 300 },
  );
});

test("no bytes inside the envelope make the verifier throw", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
      assert.notEqual((await verdictOf(wrap(bytes))).outcome, "valid");
      const claims = await textOf(issuer, { header, claims: bytes });
      assert.notEqual((await verdictOf(claims)).outcome, "valid");
    }),
    { numRuns: 200 },
  );
});

test("a public key is enough to verify: the private one is not in the trust list", () => {
  const publicKey = createPublicKey({ key: Buffer.from(key.publicKey, "base64"), format: "der", type: "spki" });
  assert.equal(publicKey.type, "public");
});

/** Tested beside the formats that give them. */
const ofOtherFormats = new Set([
  "CERTIFICATE_CONTAINER_INVALID",
  "CERTIFICATE_JSON_INVALID",
  "CERTIFICATE_CONTEXT_UNKNOWN",
  "CERTIFICATE_PROOF_INVALID",
  "CERTIFICATE_JWS_INVALID",
  "CERTIFICATE_DISCLOSURE_INVALID",
  "CERTIFICATE_HOLDER_UNPROVEN",
  "CERTIFICATE_REVOKED",
  "CERTIFICATE_PARTS_MISSING",
]);

test("every stable code was seen above", () => {
  assert.deepEqual(
    Object.keys(reasons).filter((code) => !seen.has(code as ReasonCode) && !ofOtherFormats.has(code)),
    [],
  );
});
