// A wallet as OpenID4VCI 1.0 wants it: reads the metadata, takes an offer, turns code and digits into a token, proves its
// key, and holds a credential that verifies and that only it can present. And what a thief tries.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { after, before, beforeEach, test } from "node:test";
import { Openid4vciClient } from "@openid4vc/openid4vci";
import { readTrustList, type Verdict, verifyCertificate } from "../../src/lib/certificate/index.js";
import { nodePrimitives } from "../../src/lib/certificate/node-primitives.js";
import { issueCertificate, revokeCertificate } from "../../src/modules/certificates/index.js";
import { recordVaccination } from "../../src/modules/vaccinations/index.js";
import { randomToken, tokenHash } from "../../src/platform/random.js";
import { type CheckedIn, checkedInPerson, doseDay } from "../support/dose-day.js";
import { type SignedInAccount, signedInAccount } from "../support/vault-people.js";
import { type ApiWorld, apiWorld, type Reply } from "./api-world.js";

const issuer = "https://sakshi.example";
const start = "2026-11-23T06:00:00Z";
let api: ApiWorld;
let asha: CheckedIn;
let vaccinationId: string;
let cookie: string;

before(async () => {
  api = await apiWorld(start);
  const { world } = api;
  const day = await doseDay(world);
  asha = await checkedInPerson(world, day);
  const given = await recordVaccination(world.deps, day.vaccinator.actor, asha.input);
  assert.ok(given.ok, JSON.stringify(given));
  ({ vaccinationId } = given.value);
  assert.ok((await issueCertificate(world.deps, { beneficiaryId: asha.input.beneficiaryId, vaccinationId })).ok);
  cookie = await cookieOf(asha.account);
});
after(() => api.close());
beforeEach(() => api.world.setNow(new Date(start)));

async function cookieOf({ signInId }: SignedInAccount): Promise<string> {
  const token = randomToken();
  const { db } = api.world.deps;
  await db.rows("UPDATE registry.sign_ins SET token_hash = $2 WHERE sign_in_id = $1", [signInId, tokenHash(token)]);
  return `sakshi_sign_in=${token}`;
}

interface Offered {
  readonly code: string;
  readonly digits: string;
}
const pathOf = (url: string) => url.replace(issuer, "");

/** As the page shows it and the wallet reads it. */
async function offer(who = cookie): Promise<Offered & { link: string }> {
  const headers = { cookie: who, origin: api.origin, "sec-fetch-site": "same-origin" };
  const path = `/en/people/${asha.input.beneficiaryId}/certificate/wallet`;
  const page = await api.send(path, { method: "POST", headers: { ...headers, "content-type": form } });
  assert.equal(page.status, 200, page.text);
  assert.match(page.headers.get("cache-control") ?? "", /no-store/);
  const digits = /class="sk-code"[^>]*>(\d{6})</.exec(page.text)![1]!;
  const link = new URL(/href="(openid-credential-offer:[^"]+)"/.exec(page.text)![1]!);
  const { json } = await api.get(pathOf(link.searchParams.get("credential_offer_uri")!));
  assert.equal(json.credential_issuer, issuer);
  assert.deepEqual(json.credential_configuration_ids, ["vaccination-course"]);
  return { code: json.grants[grant]["pre-authorized_code"], digits, link: link.href };
}

const grant = "urn:ietf:params:oauth:grant-type:pre-authorized_code";
const form = "application/x-www-form-urlencoded";

function askToken(fields: Record<string, string>): Promise<Reply> {
  const body = new URLSearchParams(fields).toString();
  return api.send("/api/wallet/token", { method: "POST", headers: { "content-type": form }, body });
}
const redeem = ({ code, digits }: Offered) =>
  askToken({ grant_type: grant, "pre-authorized_code": code, tx_code: digits });

async function tokenOf(offered?: Offered): Promise<string> {
  const answer = await redeem(offered ?? (await offer()));
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.headers.get("cache-control") ?? "", /no-store/);
  assert.deepEqual([answer.json.token_type, answer.json.expires_in], ["Bearer", 300]);
  return answer.json.access_token;
}

interface WalletKey {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}
const newKey = (): WalletKey => generateKeyPairSync("ec", { namedCurve: "P-256" });
const nonce = async (): Promise<string> => (await api.post("/api/wallet/nonce", undefined)).json.c_nonce;
const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

function jwt(header: object, payload: object, { privateKey }: WalletKey): string {
  const input = `${base64url(header)}.${base64url(payload)}`;
  return `${input}.${sign("sha256", Buffer.from(input), { key: privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
}

async function proof(key: WalletKey, change: { header?: object; payload?: object } = {}): Promise<string> {
  const jwk = key.publicKey.export({ format: "jwk" });
  const header = { typ: "openid4vci-proof+jwt", alg: "ES256", jwk, ...change.header };
  const iat = Math.floor(api.world.deps.clock().getTime() / 1000);
  return jwt(header, { aud: issuer, iat, nonce: await nonce(), ...change.payload }, key);
}

function askCredential(token: string, body: object | string): Promise<Reply> {
  return api.post("/api/wallet/credential", body, { authorization: `Bearer ${token}` });
}
const wish = (...proofs: string[]) => ({ credential_configuration_id: "vaccination-course", proofs: { jwt: proofs } });

async function judge(text: string, more: object = {}): Promise<Verdict> {
  const trust = readTrustList((await api.get("/trust-list.json")).json)!;
  const { statusLists = [], ...others } = more as { statusLists?: never[] };
  return verifyCertificate(text, { trust, at: new Date(start), primitives: nodePrimitives(), statusLists, ...others });
}

test("the metadata lead to the endpoints, and say what is issued in both languages", async () => {
  const { json: about, headers } = await api.get("/.well-known/openid-credential-issuer");
  assert.equal(headers.get("access-control-allow-origin"), "*");
  assert.equal(about.credential_issuer, issuer);
  assert.equal(about.credential_endpoint, `${issuer}/api/wallet/credential`);
  assert.equal(about.nonce_endpoint, `${issuer}/api/wallet/nonce`);
  const one = about.credential_configurations_supported["vaccination-course"];
  assert.deepEqual([one.format, one.vct], ["dc+sd-jwt", `${issuer}/credentials/course/v1`]);
  assert.deepEqual(one.credential_metadata.claims[0].display, [
    { name: "Name", locale: "en" },
    { name: "नाम", locale: "hi" },
  ]);
  const { json: server } = await api.get("/.well-known/oauth-authorization-server");
  assert.deepEqual([server.issuer, server.token_endpoint], [issuer, `${issuer}/api/wallet/token`]);
  const { json: keys } = await api.get("/.well-known/jwt-vc-issuer");
  assert.equal((await api.get(pathOf(keys.jwks_uri))).status, 200);
});

test("a wallet gets a credential bound to its key; the person sees it in the list", async () => {
  const { deps } = api.world;
  const subject = asha.input.beneficiaryId;
  const linesNow = async () => {
    const list = await deps.gate.linesOf({ actor: asha.account.actor, subject });
    assert.ok(list.ok);
    return list.value.lines;
  };
  const key = newKey();
  const token = await tokenOf();
  const before = (await linesNow()).length;
  const answer = await askCredential(token, wish(await proof(key)));
  assert.equal(answer.status, 200, answer.text);
  const lines = await linesNow();
  // The look of the list itself is the newest line but one.
  assert.equal(lines.length, before + 2);
  assert.deepEqual([lines[1]!.purpose, lines[1]!.fields], ["own-view", ["certificates"]]);

  const [{ credential }] = answer.json.credentials;
  const plain = await judge(credential);
  assert.equal(plain.outcome, "valid", JSON.stringify(plain.reasons));
  assert.equal(plain.format, "sd-jwt-vc");
  assert.deepEqual([plain.claims?.["name"], plain.claims?.["birthYear"]], ["Asha Demo", 1980]);
  const audience = "https://verifier.example";
  const hash = createHash("sha256").update(credential).digest("base64url");
  const present = (by: WalletKey) =>
    credential +
    jwt(
      { typ: "kb+jwt", alg: "ES256" },
      { iat: Date.parse(start) / 1000, aud: audience, nonce: "n", sd_hash: hash },
      by,
    );
  const holderBinding = { audience, nonce: "n" };
  assert.equal((await judge(present(key), { holderBinding })).outcome, "valid");
  assert.equal((await judge(present(newKey()), { holderBinding })).outcome, "invalid");
});

test("a wallet library that others wrote finds its way from the offer to the credential", async () => {
  const key = newKey();
  const publicJwk = key.publicKey.export({ format: "jwk" }) as { kty: string };
  const wallet = new Openid4vciClient({
    callbacks: {
      fetch: (input, init) => {
        const url = typeof input === "string" ? input : "href" in input ? input.href : input.url;
        return fetch(new URL(pathOf(url), api.origin), init as RequestInit);
      },
      hash: (data, algorithm) => createHash(algorithm.replace("-", "")).update(data).digest(),
      generateRandom: (length) => randomBytes(length),
      signJwt: (_signer, { header, payload }) => ({ jwt: jwt(header, payload, key), signerJwk: publicJwk }),
      clientAuthentication: () => {},
    },
  });
  const { link, digits } = await offer();
  const credentialOffer = await wallet.resolveCredentialOffer(link);
  const issuerMetadata = await wallet.resolveIssuerMetadata(credentialOffer.credential_issuer);
  const { accessTokenResponse } = await wallet.retrievePreAuthorizedCodeAccessTokenFromOffer({
    credentialOffer,
    issuerMetadata,
    txCode: digits,
  });
  const credentialConfigurationId = credentialOffer.credential_configuration_ids[0]!;
  const proven = await wallet.createCredentialRequestJwtProof({
    issuerMetadata,
    credentialConfigurationId,
    nonce: (await wallet.requestNonce({ issuerMetadata })).c_nonce,
    signer: { method: "jwk", publicJwk, alg: "ES256" },
    issuedAt: new Date(start),
  });
  const { credentialResponse } = await wallet.retrieveCredentials({
    issuerMetadata,
    credentialConfigurationId,
    accessToken: accessTokenResponse.access_token,
    proofs: { jwt: [proven.jwt] },
  });
  const [given] = credentialResponse.credentials as { credential: string }[];
  assert.equal((await judge(given!.credential)).outcome, "valid");
});

test("a code serves once, five tries of the digits, five minutes, and only while the person is signed in", async () => {
  const refusedAs = async (answer: Promise<Reply>) => {
    const { status, json } = await answer;
    assert.equal(status, 400, JSON.stringify(json));
    return json.error;
  };
  const used = await offer();
  await tokenOf(used);
  assert.equal(await refusedAs(redeem(used)), "invalid_grant");
  const tried = await offer();
  const wrong = tried.digits === "000000" ? "000001" : "000000";
  for (let n = 0; n < 5; n++) assert.equal(await refusedAs(redeem({ ...tried, digits: wrong })), "invalid_grant");
  assert.equal(await refusedAs(redeem(tried)), "invalid_grant", "the tries are used up");
  const both = await offer();
  const answers = await Promise.all([redeem(both), redeem(both), redeem(both)]);
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 400, 400]);
  const late = await offer();
  api.world.setNow(new Date(Date.parse(start) + 300_000));
  assert.equal(await refusedAs(redeem(late)), "invalid_grant");
  const uri = `/api/wallet/offers/${late.code}`;
  assert.equal((await api.get(uri)).status, 404);
  api.world.setNow(new Date(start));
  assert.equal((await api.get(uri)).status, 200);
  for (const [fields, error] of [
    [{}, "invalid_request"],
    [{ grant_type: "authorization_code" }, "unsupported_grant_type"],
    [{ grant_type: grant }, "invalid_request"],
    [{ grant_type: grant, "pre-authorized_code": late.code }, "invalid_request"],
    [{ grant_type: grant, "pre-authorized_code": "x".repeat(84), tx_code: late.digits }, "invalid_grant"],
    [{ grant_type: grant, "pre-authorized_code": `${late.code}A`, tx_code: late.digits }, "invalid_grant"],
  ] as const)
    assert.equal(await refusedAs(askToken(fields as Record<string, string>)), error);
});

test("a token serves once, and refuses every proof that is not the wallet's own for us, now", async () => {
  const key = newKey();
  const token = await tokenOf();
  const errorOf = async (body: object | string) => {
    const { status, json } = await askCredential(token, body);
    assert.equal(status, 400, JSON.stringify(json));
    return json.error;
  };
  const jwk = key.publicKey.export({ format: "jwk" });
  const good = await proof(key);
  const minuteAgo = Math.floor(Date.parse(start) / 1000) - 3_600;
  for (const [what, text] of [
    ["another audience", await proof(key, { payload: { aud: "https://other.example" } })],
    ["no nonce", await proof(key, { payload: { nonce: undefined } })],
    ["an old one", await proof(key, { payload: { iat: minuteAgo } })],
    ["another type", await proof(key, { header: { typ: "JWT" } })],
    ["none", await proof(key, { header: { alg: "none" } })],
    ["HS256", await proof(key, { header: { alg: "HS256" } })],
    ["another key", await proof(key, { header: { jwk: newKey().publicKey.export({ format: "jwk" }) } })],
    ["a private key", await proof(key, { header: { jwk: key.privateKey.export({ format: "jwk" }) } })],
    ["a key by name", await proof(key, { header: { kid: "did:example:1" } })],
    ["no key", await proof(key, { header: { jwk: undefined } })],
    ["crit", await proof(key, { header: { crit: ["b64"] } })],
    ["cut", good.slice(0, -4)],
    ["empty", ""],
  ] as const)
    assert.equal(await errorOf(wish(text)), "invalid_proof", what);
  assert.equal(await errorOf(wish(await proof(key, { payload: { nonce: "n" } }))), "invalid_nonce");
  const early = await proof(key, { payload: { nonce: await nonce() } });
  api.world.setNow(new Date(Date.parse(start) + 299_000));
  assert.equal(await errorOf(wish(await proof(key, { header: { jwk, x5c: [] } }))), "invalid_proof");
  api.world.setNow(new Date(start));
  for (const [body, error] of [
    [{ ...wish(good), credential_configuration_id: "passport" }, "unknown_credential_configuration"],
    [{ credential_identifier: "x" }, "unknown_credential_identifier"],
    [{ ...wish(good), credential_response_encryption: {} }, "invalid_encryption_parameters"],
    [{ ...wish(good), proofs: undefined }, "invalid_proof"],
    [wish(), "invalid_proof"],
    [wish(good, good), "invalid_proof"],
    ["[]", "invalid_request"],
    ['{"proofs": 1, "proofs": 2}', "invalid_request"],
  ] as const)
    assert.equal(await errorOf(body), error);
  assert.equal((await askCredential(token, "x".repeat(20_000))).status, 413);
  for (const bad of ["", "x", `${token}A`, token.slice(1)])
    assert.equal((await askCredential(bad, wish(good))).status, 401, bad);
  // Two at once: one gets it.
  const answers = await Promise.all([askCredential(token, wish(good)), askCredential(token, wish(early))]);
  assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 401]);
  assert.match(
    answers.find(({ status }) => status === 401)!.headers.get("www-authenticate")!,
    /^Bearer error="invalid_token"/,
  );
});

test("a nonce serves once and holds five minutes, as a token does", async () => {
  const replayed = await proof(newKey());
  assert.equal((await askCredential(await tokenOf(), wish(replayed))).status, 200);
  const next = await tokenOf();
  assert.equal((await askCredential(next, wish(replayed))).json.error, "invalid_nonce");
  assert.equal((await askCredential(next, wish(await proof(newKey())))).status, 200, "the token was not used up");
  const unused = await tokenOf();
  const old = await nonce();
  api.world.setNow(new Date(Date.parse(start) + 300_000));
  const token = await tokenOf();
  const { json } = await askCredential(token, wish(await proof(newKey(), { payload: { nonce: old } })));
  assert.equal(json.error, "invalid_nonce");
  assert.equal((await askCredential(unused, wish(await proof(newKey())))).json.error, "invalid_token");
});

test("nothing is given out for a person of another account, nor after signing out, nor once revoked", async () => {
  const { db } = api.world.deps;
  const stranger = await cookieOf(await signedInAccount(api.world));
  const path = `/en/people/${asha.input.beneficiaryId}/certificate/wallet`;
  const headers = { origin: api.origin, "sec-fetch-site": "same-origin", "content-type": form };
  assert.equal((await api.send(path, { method: "POST", headers: { ...headers, cookie: stranger } })).status, 404);
  assert.equal((await api.send(path, { method: "POST", headers })).status, 303);

  const [open, token] = [await offer(), await tokenOf()];
  await db.rows("UPDATE registry.sign_ins SET ended_at = $2 WHERE sign_in_id = $1", [
    asha.account.signInId,
    new Date(start),
  ]);
  assert.equal((await redeem(open)).json.error, "invalid_grant");
  assert.equal((await askCredential(token, wish(await proof(newKey())))).status, 401);
  await db.rows("UPDATE registry.sign_ins SET ended_at = NULL WHERE sign_in_id = $1", [asha.account.signInId]);

  const asOf = (state: string) =>
    db.rows("UPDATE registry.beneficiaries SET state = $2 WHERE beneficiary_id = $1", [
      asha.input.beneficiaryId,
      state,
    ]);
  await asOf("removed");
  const gone = await askCredential(token, wish(await proof(newKey())));
  assert.deepEqual([gone.status, gone.json.error], [400, "credential_request_denied"]);
  await asOf("active");

  const held = await askCredential(token, wish(await proof(newKey())));
  assert.equal(held.status, 200, held.text);
  const last = await tokenOf();
  await revokeCertificate(api.world.deps, { beneficiaryId: asha.input.beneficiaryId, vaccinationId });
  const after = await askCredential(last, wish(await proof(newKey())));
  assert.deepEqual([after.status, after.json.error], [400, "credential_request_denied"]);
});
