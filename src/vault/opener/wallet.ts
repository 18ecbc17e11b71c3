// A certificate in a form for wallets, made and signed here: nothing but what the sealed course credential says, bound to
// the wallet's key. The house chooses the certificate and brings the key; it never brings a claim.
// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import {
  type JsonObject,
  keyThumbprint,
  parseJsonObject,
  signedBy,
  statementOfCourse,
  unsignedSdJwt,
} from "../../lib/certificate/index.js";
import { nodePrimitives } from "../../lib/certificate/node-primitives.js";
import type { CertificateText } from "../../modules/disclosure/types.js";
import type { CertificateKeys } from "./certificate-keys.js";

const primitives = nodePrimitives();

/** Undefined when the certificate has no course credential: one of the first days has none. */
export async function walletCredential(
  certificate: CertificateText,
  holderKey: JsonObject,
  keys: CertificateKeys,
  now: Date,
): Promise<string | undefined> {
  const statement = statementOfCourse(parseJsonObject(certificate.forms?.["w3c"] ?? "") ?? {});
  if (!statement) return undefined;
  const { ES256: key } = await keys.signing();
  const options = {
    keyName: await keyThumbprint(key, primitives),
    holderKey,
    issuedAt: now,
    random: randomBytes,
  };
  return signedBy(await unsignedSdJwt(statement, options, primitives), async ({ bytes }) => {
    const signature = await keys.sign(key.keyId, "ES256", bytes);
    if (!signature) throw new Error("the key does not sign now");
    return signature;
  });
}
