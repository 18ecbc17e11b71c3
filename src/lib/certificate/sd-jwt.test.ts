// SD-JWT signed here: what RFC 9901 and the SD-JWT VC draft refuse, key binding, and both forms of writing it down.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { test } from "node:test";
import { trustedKey, trusting } from "../../../tests/vectors/keys.js";
import { nodePrimitives } from "./node-primitives.js";
import type { VerifyOptions } from "./options.js";
import { verifyCertificate } from "./verify.js";
import { webPrimitives } from "./web-primitives.js";

const issuer = "https://issuer.example";
const issuerKeys = generateKeyPairSync("ec", { namedCurve: "P-256" });
const holderKeys = generateKeyPairSync("ec", { namedCurve: "P-256" });
const trust = trusting(trustedKey(issuerKeys.publicKey, { issuer }));
const at = new Date("2026-01-01T12:00:00Z");
const seconds = at.getTime() / 1000;

const base64url = (value: string) => Buffer.from(value).toString("base64url");
const disclosure = (...parts: unknown[]) => base64url(JSON.stringify(["salt", ...parts]));
const digest = (text: string) => createHash("sha256").update(text).digest("base64url");
function jws(header: object, payload: object, key: KeyObject = issuerKeys.privateKey): string {
  const input = `${base64url(JSON.stringify(header))}.${base64url(JSON.stringify(payload))}`;
  return `${input}.${sign("sha256", Buffer.from(input), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
}
const header = { alg: "ES256", typ: "dc+sd-jwt" };
const claims = { iss: issuer, iat: seconds - 60, exp: seconds + 60, vct: "urn:example:vaccination" };
const name = disclosure("name", "Asha Demo");

async function judge(text: string, more: Partial<VerifyOptions> = {}) {
  const [node, web] = await Promise.all(
    [nodePrimitives(), webPrimitives()].map((primitives) =>
      verifyCertificate(text, { trust, at, primitives, ...more }),
    ),
  );
  assert.deepEqual(node, web);
  return node!;
}
async function codesOf(text: string, more: Partial<VerifyOptions> = {}): Promise<string[]> {
  return (await judge(text, more)).reasons.map(({ code, at: place }) =>
    place === undefined ? code : `${code} ${place}`,
  );
}

test("sd-jwt: what was disclosed stands in its place, the rest is left out", async () => {
  const street = disclosure("street", "1 Demo Road");
  const address = disclosure("address", { _sd: [digest(street), digest("decoy")], country: "IN" });
  const dose = disclosure({ product: "Demo" });
  const payload = {
    ...claims,
    _sd_alg: "sha-256",
    _sd: [digest(name), digest(address)],
    doses: [{ "...": digest(dose) }, { "...": digest("x") }],
  };
  const jwt = jws(header, payload);
  const verdict = await judge(`${jwt}~${name}~${street}~${address}~${dose}~`);
  assert.equal(verdict.outcome, "valid");
  assert.deepEqual(verdict.claims, {
    ...claims,
    name: "Asha Demo",
    address: { country: "IN", street: "1 Demo Road" },
    doses: [{ product: "Demo" }],
  });
  const [head, body, signature] = jwt.split(".");
  const written = { payload: body, protected: head, signature, header: { disclosures: [name] } };
  const general = { payload: body, signatures: [{ protected: head, signature, header: { disclosures: [name] } }] };
  for (const json of [written, general])
    assert.equal((await judge(JSON.stringify(json))).claims?.["name"], "Asha Demo");
});

test("sd-jwt: disclosures that nothing asks for, twice, or under a name they may not have", async () => {
  const given = (payload: object, ...texts: string[]) =>
    `${[jws(header, { ...claims, ...payload }), ...texts].join("~")}~`;
  const sd = (...texts: string[]) => ({ _sd: texts.map(digest) });
  const bad = (...parts: unknown[]) => given(sd(disclosure(...parts)), disclosure(...parts));
  for (const [what, text] of [
    ["unasked", given({}, name)],
    ["twice", given(sd(name), name, name)],
    ["digest twice", given(sd(name, name), name)],
    ["digest twice, deeper", given({ ...sd(name), more: sd(name) }, name)],
    ["name taken", given({ ...sd(name), name: "Plain" }, name)],
    ["_sd", bad("_sd", "x")],
    ["...", bad("...", "x")],
    ["__proto__", bad("__proto__", "x")],
    ["no name", bad("only")],
    ["number as name", bad(5, "x")],
    ["four parts", bad("name", "x", "y")],
    ["no array", given({ _sd: [digest(base64url('{"a":1}'))] }, base64url('{"a":1}'))],
    ["_sd no array", given({ _sd: digest(name) }, name)],
    ["item with more", given({ list: [{ "...": digest(disclosure("v")), x: 1 }] }, disclosure("v"))],
    ["named item", given({ list: [{ "...": digest(name) }] }, name)],
    ["dots in an object", given({ more: { "...": digest(disclosure("v")) } }, disclosure("v"))],
    ["unknown hash", given({ ...sd(name), _sd_alg: "sha-999" }, name)],
    ["padding", given({ _sd: [digest(`${name}=`)] }, `${name}=`)],
  ] as const) {
    const codes = await codesOf(text);
    assert.ok(
      ["CERTIFICATE_DISCLOSURE_INVALID", "CERTIFICATE_FORMAT_UNKNOWN"].includes(codes[0]!),
      `${what}: ${codes.join(" ")}`,
    );
  }
  const status = disclosure("status", {});
  assert.deepEqual(await codesOf(given(sd(status), status)), ["CERTIFICATE_DISCLOSURE_INVALID status"]);
});

test("sd-jwt: header, issuer, key, claims and time", async () => {
  const codes = (head: object, body: object) => codesOf(`${jws(head, body)}~`);
  assert.deepEqual(await codes(header, claims), []);
  assert.deepEqual(await codes({ alg: "ES256" }, claims), ["CERTIFICATE_JWS_INVALID"]);
  assert.deepEqual(await codes({ ...header, typ: "JWT" }, claims), ["CERTIFICATE_JWS_INVALID"]);
  assert.deepEqual(await codes({ ...header, crit: ["x"] }, claims), ["CERTIFICATE_JWS_INVALID"]);
  assert.deepEqual(await codes({ ...header, alg: "none" }, claims), ["CERTIFICATE_ALGORITHM_REFUSED"]);
  assert.deepEqual(await codes({ ...header, alg: "HS256" }, claims), ["CERTIFICATE_ALGORITHM_REFUSED"]);
  assert.deepEqual(await codes(header, { ...claims, iss: "https://other.example" }), ["CERTIFICATE_KEY_UNKNOWN"]);
  assert.deepEqual(await codes(header, { ...claims, vct: undefined }), ["CERTIFICATE_CLAIMS_INVALID vct"]);
  assert.deepEqual(await codes(header, { ...claims, exp: "never" }), ["CERTIFICATE_CLAIMS_INVALID exp"]);
  assert.deepEqual(await codes(header, { ...claims, exp: seconds - 1 }), ["CERTIFICATE_EXPIRED"]);
  assert.deepEqual(await codes(header, { ...claims, nbf: seconds + 3600 }), ["CERTIFICATE_NOT_YET_VALID"]);
  const other = jws(header, claims, holderKeys.privateKey);
  assert.deepEqual(await codesOf(`${other}~`), ["CERTIFICATE_SIGNATURE_INVALID"]);
  // Without its last "~" it is another kind of token.
  assert.deepEqual(await codesOf(jws(header, claims)), ["CERTIFICATE_JWS_INVALID"]);
});

test("sd-jwt: the holder proves this presentation to this verifier, now", async () => {
  const cnf = { jwk: holderKeys.publicKey.export({ format: "jwk" }) };
  const shown = `${jws(header, { ...claims, cnf, _sd: [digest(name)] })}~${name}~`;
  const proof = { iat: seconds - 30, aud: "https://verifier.example", nonce: "n", sd_hash: digest(shown) };
  const kb = { alg: "ES256", typ: "kb+jwt" };
  const holderBinding = { audience: "https://verifier.example", nonce: "n" };
  const asked = (text: string) => codesOf(text, { holderBinding });
  const bound = (head: object, body: object, key = holderKeys.privateKey) => asked(shown + jws(head, body, key));
  assert.deepEqual(await bound(kb, proof), []);
  assert.ok((await judge(shown + jws(kb, proof, holderKeys.privateKey), { holderBinding })).passed.includes("holder"));
  const refused = ["CERTIFICATE_HOLDER_UNPROVEN"];
  assert.deepEqual(await asked(shown), refused);
  assert.deepEqual(await bound(kb, proof, issuerKeys.privateKey), refused);
  for (const change of [
    { aud: "https://x.example" },
    { nonce: "m" },
    { iat: seconds - 3600 },
    { iat: seconds + 3600 },
    { sd_hash: digest(`${shown}~`) },
    { sd_hash: undefined },
  ])
    assert.deepEqual(await bound(kb, { ...proof, ...change }), refused, JSON.stringify(change));
  for (const change of [{ typ: "JWT" }, { alg: "none" }, { alg: "HS256" }])
    assert.deepEqual(await bound({ ...kb, ...change }, proof), refused, JSON.stringify(change));
  // A proof that nobody asked for must still be one.
  assert.deepEqual(await codesOf(shown + jws(kb, proof, issuerKeys.privateKey)), refused);
});
