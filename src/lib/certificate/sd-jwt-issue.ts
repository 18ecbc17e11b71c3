// A whole course as an SD-JWT VC (RFC 9901, "dc+sd-jwt"): each claim about the person is disclosed or not as the holder
// chooses; who issued it, until when, for which key and where its status stands are always in sight.
// SPDX-License-Identifier: Apache-2.0
import { toBase64url, utf8Bytes } from "./bytes.js";
import { coursePath } from "./course-credential.js";
import { digestOf } from "./disclosures.js";
import { type CourseFacts, courseClaims, seconds } from "./facts.js";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "./json.js";
import { unsignedJws } from "./jws.js";
import type { Primitives } from "./primitives.js";
import type { StatusReference } from "./status.js";
import type { Unsigned } from "./unsigned.js";

const saltBytes = 16;
/** Digests of nothing, so that their number says nothing about the claims (RFC 9901 4.2.5). */
const decoys = 3;

/** What a wallet gets to hold. */
export interface WalletStatement {
  readonly issuerUrl: string;
  readonly expiresAt: Date;
  readonly status: StatusReference;
  /** Each can be shown or left out by the wallet. */
  readonly claims: JsonObject;
}

export function walletStatement(facts: CourseFacts): WalletStatement {
  const { issuer, expiresAt, status } = facts;
  return { issuerUrl: issuer.url, expiresAt, status, claims: courseClaims(facts) as unknown as JsonObject };
}

/** What a course credential of ours says (courseCredential), for a wallet; undefined for any other. */
export function statementOfCourse(credential: JsonObject): WalletStatement | undefined {
  const { "@context": contexts, validUntil, credentialSubject: subject, credentialStatus: status } = credential;
  const context = isJsonArray(contexts) ? contexts[1] : undefined;
  if (typeof context !== "string" || !context.endsWith(coursePath) || typeof validUntil !== "string") return undefined;
  if (!isJsonObject(subject) || !isJsonObject(status)) return undefined;
  const { statusListCredential: list, statusListIndex: index } = status;
  if (typeof list !== "string" || typeof index !== "string") return undefined;
  const { type: _person, ...claims } = subject;
  return {
    issuerUrl: context.slice(0, -coursePath.length),
    expiresAt: new Date(validUntil),
    // A wallet's verifiers read the token list of the same places.
    status: { uri: list.replace(/\.json$/, ""), index: Number(index) },
    claims,
  };
}

export interface SdJwtOptions {
  /** The thumbprint of the signing key. */
  readonly keyName: string;
  /** The wallet's public key, P-256. */
  readonly holderKey: JsonObject;
  readonly issuedAt: Date;
  readonly random: (size: number) => Uint8Array;
}

export async function unsignedSdJwt(
  { issuerUrl, expiresAt, status, claims }: WalletStatement,
  { keyName, holderKey, issuedAt, random }: SdJwtOptions,
  primitives: Primitives,
): Promise<Unsigned<string>> {
  const disclosures = Object.entries(claims)
    .filter((claim): claim is [string, Json] => claim[1] !== undefined)
    .map(([name, value]) => disclosureOf(random(saltBytes), name, value));
  const digests = await Promise.all(disclosures.map((each) => digestOf(each, "SHA-256", primitives)));
  for (let n = 0; n < decoys; n++) digests.push(await digestOf(toBase64url(random(saltBytes)), "SHA-256", primitives));
  const { kty, crv, x, y } = holderKey;
  const jws = unsignedJws(
    { typ: "dc+sd-jwt", kid: keyName },
    {
      iss: issuerUrl,
      iat: seconds(issuedAt),
      exp: seconds(expiresAt),
      vct: `${issuerUrl}${coursePath}`,
      cnf: { jwk: { kty, crv, x, y } as JsonObject },
      status: { status_list: { idx: status.index, uri: status.uri } },
      _sd_alg: "sha-256",
      // In the order of their text, which says nothing of the order of the claims.
      _sd: digests.sort(),
    },
  );
  return { parts: jws.parts, finish: (signatures) => [jws.finish(signatures), ...disclosures, ""].join("~") };
}

function disclosureOf(salt: Uint8Array, name: string, value: Json): string {
  return toBase64url(utf8Bytes(JSON.stringify([toBase64url(salt), name, value])));
}
