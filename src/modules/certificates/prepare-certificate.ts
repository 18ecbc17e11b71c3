// Makes the certificate of one dose ready: signed where the key lies, sealed for the person, with a place in a status
// list. Nothing is in force until `insertCertificate` writes it in the caller's transaction.
// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import { dccPayload, issuerNames, makeUvci, unsignedHcert } from "../../lib/certificate/index.js";
import { deflate } from "../../lib/certificate/node-primitives.js";
import type { Queryable } from "../../platform/db/db.js";
import { done, type Outcome, refused } from "../../platform/errors.js";
import {
  type Actor,
  type Deps,
  type DoseDetails,
  type Explanation,
  type GateError,
  putBoxes,
  type SealedBox,
} from "../disclosure/index.js";
import { currentProgramme } from "../vaccines/index.js";
import type { CertificateCode } from "./errors.js";
import { additionalCodes } from "./product-codes.js";
import { signingKeys } from "./published-keys.js";
import { codesOf, dosePayload, expiryOf, issuer, primaryDosesOf, validDoses } from "./rules.js";
import { insert, type NewCertificate, takeStatusPlace } from "./store.js";

export interface CertificateOrder {
  readonly beneficiaryId: string;
  readonly vaccinationId: string;
  readonly explanation: Explanation;
  readonly person: { readonly name: string; readonly birthYear: number };
  readonly doses: readonly DoseDetails[];
  /** How often the person had been corrected when `person` and `doses` were read. */
  readonly corrections: number;
}
export interface PreparedCertificate {
  readonly row: NewCertificate;
  readonly boxes: readonly SealedBox[];
}

export const certificateService: Actor = { kind: "system", service: "certificates" };

export async function prepareCertificate(
  deps: Deps,
  order: CertificateOrder,
): Promise<Outcome<PreparedCertificate, GateError | CertificateCode>> {
  const { beneficiaryId, vaccinationId, explanation, corrections } = order;
  const dose = validDoses(order.doses).find((each) => each.vaccinationId === vaccinationId);
  if (!dose) return refused("CERTIFICATE_DOSE_NOT_VALID");
  const { products } = currentProgramme();
  const product = products.get(dose.product);
  const codes = product && codesOf(product, additionalCodes);
  if (!codes) return refused("CERTIFICATE_PRODUCT_UNKNOWN");
  const issuedAt = deps.clock();
  const certificateId = newCertificateId();
  const uvci = makeUvci(issuer.country, issuer.authority, certificateId);
  const payload = dccPayload(order.person, dosePayload(dose, codes, primaryDosesOf(order.doses, products), uvci));
  const status = await takeStatusPlace(deps.db, issuedAt);
  const hcert = await signed(deps, order, payload, issuedAt, status);
  if (!hcert.ok) return hcert;
  const sealed = await deps.gate.seal({
    actor: certificateService,
    purpose: "certificate",
    explanation,
    subject: beneficiaryId,
    values: {
      certificate: { certificateId, vaccinationId, hcert: hcert.value, issuedAt: issuedAt.toISOString() },
    },
  });
  if (!sealed.ok) return sealed;
  const row = { beneficiaryId, certificateId, vaccinationId, issuedAt, corrections, ...status };
  return done({ row, boxes: sealed.value });
}

/** False, and nothing written, if the dose has a certificate in force, is no longer valid, or the person was corrected. */
export async function insertCertificate(tx: Queryable, { row, boxes }: PreparedCertificate): Promise<boolean> {
  const inserted = await insert(tx, row);
  if (inserted) await putBoxes(tx, boxes);
  return inserted;
}

async function signed(
  deps: Deps,
  { beneficiaryId, explanation }: CertificateOrder,
  payload: unknown,
  issuedAt: Date,
  { statusList, statusIndex }: Pick<NewCertificate, "statusList" | "statusIndex">,
): Promise<Outcome<string, GateError>> {
  const { ES256: key } = await signingKeys(deps);
  const unsigned = unsignedHcert({
    payload,
    country: issuer.country,
    issuedAt,
    expiresAt: expiryOf(issuedAt),
    keyId: Buffer.from(key.keyId, "hex"),
    status: { uri: `${issuerNames(deps.origin).url}/status/${statusList}`, index: statusIndex },
    deflate,
  });
  const parts = unsigned.parts.map((part) => ({ ...part, keyId: key.keyId }));
  const asking = { actor: certificateService, explanation, subject: beneficiaryId, parts };
  const answer = await deps.gate.signCertificate(asking);
  return answer.ok ? done(unsigned.finish(answer.value.signatures)) : answer;
}

/** 100 bits in 20 letters and digits that cannot be mistaken for one another (no I, L, O, U). */
function newCertificateId(): string {
  const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  return Array.from(randomBytes(20), (byte) => letters[byte & 31]).join("");
}
