// A whole course as an SD-JWT VC (RFC 9901, "dc+sd-jwt"): each claim about the person is disclosed or not as the holder
// chooses; who issued it, until when, for which key and where its status stands are always in sight.
// SPDX-License-Identifier: Apache-2.0
import { toBase64url, utf8Bytes } from "./bytes.js";
import { coursePath } from "./course-credential.js";
import { digestOf } from "./disclosures.js";
import { type CourseFacts, courseClaims, seconds } from "./facts.js";
import type { Json, JsonObject } from "./json.js";
import { unsignedJws } from "./jws.js";
import type { Primitives } from "./primitives.js";
import type { Unsigned } from "./unsigned.js";

const saltBytes = 16;
/** Digests of nothing, so that their number says nothing about the claims (RFC 9901 4.2.5). */
const decoys = 3;

export interface SdJwtOptions {
  /** The thumbprint of the signing key. */
  readonly keyName: string;
  /** The wallet's public key, P-256. */
  readonly holderKey: JsonObject;
  readonly random: (size: number) => Uint8Array;
}

export async function unsignedSdJwt(
  facts: CourseFacts,
  { keyName, holderKey, random }: SdJwtOptions,
  primitives: Primitives,
): Promise<Unsigned<string>> {
  const { issuer, issuedAt, expiresAt, status } = facts;
  const disclosures = Object.entries(courseClaims(facts)).map(([name, value]) =>
    disclosureOf(random(saltBytes), name, value as unknown as Json),
  );
  const digests = await Promise.all(disclosures.map((each) => digestOf(each, "SHA-256", primitives)));
  for (let n = 0; n < decoys; n++) digests.push(await digestOf(toBase64url(random(saltBytes)), "SHA-256", primitives));
  const { kty, crv, x, y } = holderKey;
  const jws = unsignedJws(
    { typ: "dc+sd-jwt", kid: keyName },
    {
      iss: issuer.url,
      iat: seconds(issuedAt),
      exp: seconds(expiresAt),
      vct: `${issuer.url}${coursePath}`,
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
