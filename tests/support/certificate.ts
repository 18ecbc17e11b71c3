// A certificate issuer for tests: a key pair of its own, its trust list, and certificates as they are or as somebody
// wants them broken. Shows how HCERT is made step by step, so that each step can be made wrong.
// SPDX-License-Identifier: Apache-2.0
import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { encodeBase45 } from "../../src/lib/certificate/base45.js";
import { encodeCbor } from "../../src/lib/certificate/cbor.js";
import {
  dccPayload,
  keyThumbprint,
  makeUvci,
  signedBy,
  type TrustList,
  tokenStatusClaims,
  unsignedHcert,
  unsignedJws,
} from "../../src/lib/certificate/index.js";
import { deflate, nodePrimitives } from "../../src/lib/certificate/node-primitives.js";
import type { VerifierDeps } from "../../src/modules/certificates/index.js";

export const issuedAt = new Date("2026-11-23T06:00:00.000Z");

const issuerUrl = "https://issuer.example";

export interface TestIssuer {
  readonly keyId: Buffer;
  /** SubjectPublicKeyInfo in DER. */
  readonly publicKey: Buffer;
  readonly privateKey: KeyObject;
  readonly trust: TrustList;
  /** Stands for the house where only public keys are asked for. */
  readonly verifier: VerifierDeps;
  readonly sign: (bytes: Uint8Array) => Promise<Uint8Array>;
  /** A good certificate. */
  issue(name?: string): Promise<string>;
}

export function testIssuer(algorithm: "ES256" | "PS256" = "ES256"): TestIssuer {
  const { publicKey, privateKey } =
    algorithm === "ES256"
      ? generateKeyPairSync("ec", { namedCurve: "P-256" })
      : generateKeyPairSync("rsa", { modulusLength: 2048 });
  const spki = publicKey.export({ type: "spki", format: "der" });
  const keyId = createHash("sha256").update(spki).digest().subarray(0, 8);
  const key = {
    keyId: keyId.toString("hex"),
    country: "IN",
    name: "Test issuer",
    algorithm,
    publicKey: spki.toString("base64"),
    issuer: issuerUrl,
    uses: ["vaccination" as const],
  };
  const signBytes = async (bytes: Uint8Array) => sign("sha256", bytes, { key: privateKey, dsaEncoding: "ieee-p1363" });
  return {
    keyId,
    publicKey: spki,
    privateKey,
    trust: { version: 1, keys: [key] },
    verifier: {
      gate: {
        certificateKeys: async () => [
          {
            keyId: key.keyId,
            algorithm: "ES256",
            publicKey: spki,
            x509: null,
            signsFrom: null,
            signsUntil: null,
            revokedAt: null,
          },
        ],
      },
      origin: issuerUrl,
      clock: () => issuedAt,
      statusLists: { one: async () => undefined, all: async () => [], revoked: async () => [] },
    },
    sign: signBytes,
    issue: (name = "Asha Demo") =>
      signedBy(
        unsignedHcert({
          payload: payloadOf(name),
          country: "IN",
          issuedAt,
          expiresAt: new Date("2031-11-23T06:00:00.000Z"),
          keyId,
          status: { uri: `${issuerUrl}/status/1`, index: 77_777 },
          deflate,
        }),
        ({ bytes }) => signBytes(bytes),
      ),
  };
}

export function payloadOf(name: string): Map<string, unknown> {
  return dccPayload(
    { name, birthYear: 1980 },
    {
      vaccine: "29061000087103",
      product: "Covishield",
      manufacturer: "ORG-100001981",
      kind: "primary",
      doseNumber: 2,
      primaryDoses: 2,
      givenOn: "2026-11-23",
      country: "IN",
      issuer: "Test issuer",
      certificateId: makeUvci("IN", "TEST", "0123456789ABCDEFGHJK"),
    },
  );
}

/** The claims of a good certificate; a test changes what it wants wrong. */
export function claimsOf(payload: unknown): Map<number, unknown> {
  return new Map<number, unknown>([
    [1, "IN"],
    [6, Math.floor(issuedAt.getTime() / 1000)],
    [4, Date.parse("2031-11-23T06:00:00.000Z") / 1000],
    [-260, new Map([[1, payload]])],
  ]);
}

export interface Parts {
  readonly header: Map<number, unknown>;
  readonly claims: Uint8Array;
  readonly signature?: Uint8Array;
}

/** Signs whatever it is given, properly. */
export async function textOf(issuer: TestIssuer, { header, claims, signature }: Parts): Promise<string> {
  const protectedBytes = encodeCbor(header);
  const toSign = encodeCbor(["Signature1", protectedBytes, new Uint8Array(), claims]);
  const signed = signature ?? (await issuer.sign(toSign));
  return wrap(encodeCbor([protectedBytes, new Map(), claims, signed]));
}

export function wrap(message: Uint8Array): string {
  return `HC1:${encodeBase45(deflate(message))}`;
}

/** A signed Token Status List of the issuer, in which these places are revoked. */
export async function statusListOf(issuer: TestIssuer, revoked: readonly number[]): Promise<string> {
  const about = {
    uri: `${issuerUrl}/status/1`,
    issuedAt,
    expiresAt: new Date("2100-01-01T00:00:00Z"),
    refreshSeconds: 60,
  };
  const kid = await keyThumbprint(issuer, nodePrimitives());
  const unsigned = unsignedJws({ typ: "statuslist+jwt", kid }, tokenStatusClaims({ ...about, revoked }, deflate));
  return signedBy(unsigned, ({ bytes }) => issuer.sign(bytes));
}
