// One course issued in every form by keys made here, for tests and benchmarks.
// SPDX-License-Identifier: Apache-2.0
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import {
  type CourseFacts,
  courseCredential,
  type DoseFacts,
  issuerNames,
  type JsonObject,
  keyThumbprint,
  type OwnKey,
  ownTrustList,
  type Part,
  proofMethod,
  signedBy,
  unsignedHardened,
  unsignedSdJwt,
  unsignedShc,
  unsignedVc2,
  walletStatement,
} from "../../src/lib/certificate/index.js";
import { deflateRaw, nodePrimitives } from "../../src/lib/certificate/node-primitives.js";

export const names = issuerNames("https://sakshi.example:8443");
export const pairs = {
  ES256: generateKeyPairSync("ec", { namedCurve: "P-256" }),
  EdDSA: generateKeyPairSync("ed25519"),
};
const keyOf = (algorithm: "ES256" | "EdDSA"): OwnKey => {
  const publicKey = pairs[algorithm].publicKey.export({ format: "der", type: "spki" });
  const keyId = createHash("sha256").update(publicKey).digest("hex").slice(0, 16);
  return { keyId, algorithm, publicKey, signsFrom: null, signsUntil: null, revokedAt: null };
};
export const keys = { ES256: keyOf("ES256"), EdDSA: keyOf("EdDSA") };
export const trust = ownTrustList([keys.ES256, keys.EdDSA], names, { country: "IN", name: "Test issuer" });
const primitives = nodePrimitives();
const signing = async ({ algorithm, bytes }: Part) =>
  algorithm === "EdDSA"
    ? sign(null, bytes, pairs.EdDSA.privateKey)
    : sign("sha256", bytes, { key: pairs.ES256.privateKey, dsaEncoding: "ieee-p1363" });
export const issuedAt = new Date("2026-11-23T06:00:00Z");

export const dose = (difference: Partial<DoseFacts> = {}): DoseFacts => ({
  vaccine: "29061000087103",
  product: "Covishield",
  manufacturer: "ORG-100001981",
  kind: "primary",
  doseNumber: 1,
  primaryDoses: 2,
  givenOn: "2026-08-20",
  country: "IN",
  batch: "4121Z001",
  place: "District Hospital, Demo Nagar",
  cvx: "210",
  ...difference,
});
export const facts = (difference: Partial<CourseFacts> = {}): CourseFacts => ({
  person: { name: 'Asha "Demo" आशा', birthYear: 1980, gender: "Female" },
  doses: [dose(), dose({ doseNumber: 2, givenOn: "2026-11-23", batch: "4121Z077" })],
  stage: "final",
  certificateId: "0123456789ABCDEFGHJK",
  issuer: { ...names, name: "Test issuer" },
  issuedAt,
  expiresAt: new Date("2031-11-23T06:00:00Z"),
  status: { uri: `${names.url}/status/1.json`, index: 77 },
  ...difference,
});
const method = proofMethod(names.did, keys.EdDSA.keyId);
export const holder = generateKeyPairSync("ec", { namedCurve: "P-256" });

export async function cowin(given = facts()): Promise<JsonObject> {
  return signedBy(await unsignedHardened(given, method, primitives), signing);
}
export async function w3c(given = facts()): Promise<JsonObject> {
  const by = { verificationMethod: method, created: issuedAt };
  return signedBy(await unsignedVc2(courseCredential(given), by, primitives), signing);
}
export async function card(given = facts()): Promise<string> {
  const keyName = await keyThumbprint(keys.ES256, primitives);
  return signedBy(
    unsignedShc(
      { ...given, status: { ...given.status, uri: `${names.url}/status/1` } },
      { keyName, deflateRaw, rid: "1-77" },
    ),
    signing,
  );
}
export async function wallet(given = facts()): Promise<string> {
  const keyName = await keyThumbprint(keys.ES256, primitives);
  const holderKey = holder.publicKey.export({ format: "jwk" }) as JsonObject;
  return signedBy(
    await unsignedSdJwt(walletStatement(given), { keyName, holderKey, issuedAt, random: randomBytes }, primitives),
    signing,
  );
}
