// Signs a status list as it stands in the database: the house says which list, never what is in it. The database keeps a
// revoked place revoked (db/migrations/0201), so that whoever holds the house cannot make a certificate good again.
// SPDX-License-Identifier: Apache-2.0
import { deflateSync, gzipSync } from "node:zlib";
import {
  bitstringStatusCredential,
  keyThumbprint,
  type Part,
  proofMethod,
  signedBy,
  tokenStatusClaims,
  unsignedJws,
  unsignedVc2,
} from "../../lib/certificate/index.js";
import { nodePrimitives } from "../../lib/certificate/node-primitives.js";
import type { SignedStatusList, StatusListRequest } from "../../modules/disclosure/gate.js";
import type { Db } from "../../platform/db/db.js";
import type { CertificateKeys } from "./certificate-keys.js";

/** A list counts for a week, and is to be fetched again after an hour. */
const lifeMs = 7 * 86_400_000;
const refreshSeconds = 3_600;
const primitives = nodePrimitives();

export async function signedStatusList(
  db: Db,
  keys: CertificateKeys,
  now: Date,
  { list, issuerUrl, issuerDid }: StatusListRequest,
): Promise<SignedStatusList> {
  if (!Number.isSafeInteger(list) || list < 1) throw new Error("no such list");
  const rows = await db.rows<{ at: number }>("SELECT at FROM vault.revoked_places($1) at", [list]);
  const revoked = rows.map(({ at }) => at);
  const signing = await keys.signing();
  const sign = async ({ algorithm, bytes }: Part): Promise<Uint8Array> => {
    const signature = await keys.sign(signing[algorithm as "ES256" | "EdDSA"].keyId, algorithm, bytes);
    if (!signature) throw new Error("the key does not sign now");
    return signature;
  };
  const issuedAt = new Date(Math.floor(now.getTime() / 1000) * 1000);
  const about = { issuedAt, expiresAt: new Date(issuedAt.getTime() + lifeMs), revoked };
  const header = { typ: "statuslist+jwt", kid: await keyThumbprint(signing.ES256, primitives) };
  const claims = tokenStatusClaims({ ...about, uri: `${issuerUrl}/status/${list}`, refreshSeconds }, deflateSync);
  const document = bitstringStatusCredential(
    { ...about, uri: `${issuerUrl}/status/${list}.json`, issuer: issuerDid },
    (bytes) => gzipSync(bytes),
  );
  const by = { verificationMethod: proofMethod(issuerDid, signing.EdDSA.keyId), created: issuedAt };
  return {
    revoked,
    token: await signedBy(unsignedJws(header, claims), sign),
    credential: JSON.stringify(await signedBy(await unsignedVc2(document, by, primitives), sign)),
  };
}
