// What we issue, verified by other people's code: each form by an implementation that shares nothing with ours. These are
// tools of the tests only (package.json, devDependencies); none of them runs in an installation.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createHash, createPublicKey, verify } from "node:crypto";
import { test } from "node:test";
import { inflateRawSync, inflateSync } from "node:zlib";
import { Sign1 } from "@auth0/cose";
import { DataIntegrityProof } from "@digitalbazaar/data-integrity";
import * as Ed25519Multikey from "@digitalbazaar/ed25519-multikey";
import { createVerifyCryptosuite } from "@digitalbazaar/eddsa-jcs-2022-cryptosuite";
import { SDJwtVcInstance } from "@sd-jwt/sd-jwt-vc";
import { compactVerify, createLocalJWKSet, importSPKI, jwtVerify } from "jose";
import jsigs from "jsonld-signatures";
import { decodeBase45 } from "../../src/lib/certificate/base45.js";
import { decodeCbor } from "../../src/lib/certificate/cbor.js";
import { ownDidDocument, ownKeySet } from "../../src/lib/certificate/index.js";
import { nodePrimitives } from "../../src/lib/certificate/node-primitives.js";
import { statusListOf, testIssuer } from "../support/certificate.js";
import { card, cowin, keys, names, w3c, wallet } from "../support/issued-forms.js";
import { canonicalByJsonld, documentLoader } from "./jsonld-documents.js";

const primitives = nodePrimitives();
const keySet = async () => createLocalJWKSet((await ownKeySet([keys.ES256], primitives)) as never);
const pemOf = (der: Uint8Array) =>
  createPublicKey({ key: Buffer.from(der), format: "der", type: "spki" }).export({
    format: "pem",
    type: "spki",
  }) as string;

/** Digital Bazaar's verifier, with our DID document for the key. */
async function verifyProof(document: object): Promise<{ verified: boolean; error?: { errors?: unknown[] } }> {
  const did = ownDidDocument([keys.EdDSA], names) as any;
  const loader = async (url: string) => {
    if (url === names.did) return { contextUrl: null, document: did, documentUrl: url };
    const method = did.verificationMethod.find((each: any) => each.id === url);
    if (method)
      return {
        contextUrl: null,
        document: { "@context": "https://w3id.org/security/multikey/v1", ...method },
        documentUrl: url,
      };
    return documentLoader(url);
  };
  return jsigs.verify(document, {
    suite: new DataIntegrityProof({ cryptosuite: createVerifyCryptosuite() }),
    purpose: new jsigs.purposes.AssertionProofPurpose({ controller: did }),
    documentLoader: loader,
  });
}

test("HCERT: @auth0/cose verifies the message inside", async () => {
  const issuer = testIssuer();
  const message = inflateSync(decodeBase45((await issuer.issue()).slice(4))!);
  const sign1 = Sign1.decode(message);
  await sign1.verify(await importSPKI(pemOf(issuer.publicKey), "ES256"));
  const claims = decodeCbor(sign1.payload, "content") as Map<number, unknown>;
  assert.equal(claims.get(1), "IN");
  sign1.payload[40]! ^= 1;
  await assert.rejects(async () => sign1.verify(await importSPKI(pemOf(issuer.publicKey), "ES256")));
});

test("SMART Health Card and status list: jose verifies them with our published key set", async () => {
  const { payload, protectedHeader } = await compactVerify(await card(), await keySet());
  assert.equal(protectedHeader["zip"], "DEF");
  const { vc, iss } = JSON.parse(inflateRawSync(payload).toString()) as any;
  assert.deepEqual([iss, vc.credentialSubject.fhirBundle.entry.length], [names.url, 3]);
  const issuer = testIssuer();
  const list = await statusListOf(issuer, [5]);
  const read = await jwtVerify(list, await importSPKI(pemOf(issuer.publicKey), "ES256"), {
    typ: "statuslist+jwt",
    currentDate: new Date("2026-12-01"),
  });
  assert.equal(read.payload.sub, "https://issuer.example/status/1");
});

test("SD-JWT VC: @sd-jwt verifies signature and disclosures", async () => {
  const { kid } = JSON.parse(JSON.stringify(await ownKeySet([keys.ES256], primitives))).keys[0];
  const instance = new SDJwtVcInstance({
    hasher: (data: string | ArrayBuffer, alg: string) =>
      createHash(alg.replace("-", ""))
        .update(typeof data === "string" ? data : Buffer.from(data))
        .digest(),
    hashAlg: "sha-256",
    verifier: async (data: string, signature: string) =>
      verify(
        "sha256",
        Buffer.from(data),
        { key: createPublicKey(pemOf(keys.ES256.publicKey)), dsaEncoding: "ieee-p1363" },
        Buffer.from(signature, "base64url"),
      ),
    // Where the status stands is looked up in our own tests.
    statusListFetcher: async () => statusListOf(testIssuer(), []),
    statusValidator: async () => {},
    statusVerifier: async () => true,
  } as never);
  const { payload, header } = (await instance.verify(await wallet())) as any;
  assert.deepEqual([header.typ, header.kid, payload.iss], ["dc+sd-jwt", kid, names.url]);
  assert.equal(payload.stage, "final");
  assert.equal(payload.vaccinations.length, 2);
});

test("W3C credential: Digital Bazaar's eddsa-jcs-2022 verifies the proof with our DID document", async () => {
  const good: any = await w3c();
  const result = await verifyProof(good);
  assert.ok(result.verified, JSON.stringify(result.error));
  const changed = await verifyProof({ ...good, validUntil: "2099-01-01T00:00:00Z" });
  assert.equal(changed.verified, false);
});

test("hardened Co-WIN: jsonld gives the same canonical RDF, and both proofs hold over it", async () => {
  const good: any = await cowin();
  const { proof, ...document } = good;
  const [old, jcs] = proof;
  const key = await Ed25519Multikey.from((ownDidDocument([keys.EdDSA], names) as any).verificationMethod[0]);
  const { jws, ...options } = old;
  const [head, , signature] = jws.split(".");
  const parts = [{ "@context": "https://w3id.org/security/v2", ...options }, document];
  const hashes = await Promise.all(
    parts.map(async (part) =>
      createHash("sha256")
        .update(await canonicalByJsonld(part))
        .digest(),
    ),
  );
  const data = Buffer.concat([Buffer.from(`${head}.`), ...hashes]);
  assert.ok(await key.verifier().verify({ data, signature: Buffer.from(signature, "base64url") }));
  const second = await verifyProof({ ...document, proof: jcs });
  assert.ok(second.verified, JSON.stringify(second.error));
});

test("the contexts we publish are sound: no word of ours is dropped, and none is defined twice", async () => {
  for (const document of [await cowin(), await w3c()]) {
    const { proof: _, ...rest } = document as any;
    const quads = await canonicalByJsonld(rest);
    assert.match(quads, /Covishield/);
    assert.match(quads, /4121Z077/);
  }
});
