// Makes the certificate of one dose ready: signed where the key lies, sealed for the person, with a place in a status
// list. Nothing is in force until `insertCertificate` writes it in the caller's transaction.
// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
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
import { courseOf } from "./course.js";
import type { CertificateCode } from "./errors.js";
import { type Issuing, personFacts, type SigningKeys, unsignedForms } from "./forms.js";
import { signingKeys } from "./published-keys.js";
import { expiryOf } from "./rules.js";
import { insert, type NewCertificate, takeStatusPlace } from "./store.js";

export interface CertificateOrder {
  readonly beneficiaryId: string;
  readonly vaccinationId: string;
  readonly explanation: Explanation;
  readonly person: Parameters<typeof personFacts>[0];
  readonly doses: readonly DoseDetails[];
  /** How often the person had been corrected when `person` and `doses` were read. */
  readonly corrections: number;
}
export interface PreparedCertificate {
  readonly row: NewCertificate;
  readonly boxes: readonly SealedBox[];
}

export const certificateService: Actor = { kind: "system", service: "certificates" };
/** What a certificate is made from. */
export const certificateFields = ["name", "birthYear", "gender", "birthDate", "passportNumber", "doses"] as const;

export async function prepareCertificate(
  deps: Deps,
  order: CertificateOrder,
): Promise<Outcome<PreparedCertificate, GateError | CertificateCode>> {
  const { beneficiaryId, vaccinationId, explanation, corrections } = order;
  const course = courseOf(order.doses, vaccinationId);
  if (typeof course === "string") return refused(course);
  const issuedAt = deps.clock();
  const certificateId = newCertificateId();
  const status = await takeStatusPlace(deps.db, issuedAt);
  const issuing = { ...course, person: personFacts(order.person), certificateId, issuedAt, ...status };
  const forms = await signed(deps, order, { ...issuing, expiresAt: expiryOf(issuedAt), origin: deps.origin });
  if (!forms.ok) return forms;
  const { hcert = "", ...others } = forms.value;
  const sealed = await deps.gate.seal({
    actor: certificateService,
    purpose: "certificate",
    explanation,
    subject: beneficiaryId,
    values: {
      certificate: { certificateId, vaccinationId, hcert, forms: others, issuedAt: issuedAt.toISOString() },
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

/** One entry in the log for the whole act, and a signature for each part of each form. */
async function signed(
  deps: Deps,
  { beneficiaryId, explanation }: CertificateOrder,
  issuing: Issuing,
): Promise<Outcome<Record<string, string>, GateError>> {
  const keys = await signingKeys(deps);
  const unsigned = await unsignedForms(issuing, keys);
  const parts = unsigned.parts.map((part) => ({ ...part, keyId: keys[part.algorithm as keyof SigningKeys].keyId }));
  const asking = { actor: certificateService, explanation, subject: beneficiaryId, parts };
  const answer = await deps.gate.signCertificate(asking);
  return answer.ok ? done(unsigned.finish(answer.value.signatures)) : answer;
}

/** 100 bits in 20 letters and digits that cannot be mistaken for one another (no I, L, O, U). */
function newCertificateId(): string {
  const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  return Array.from(randomBytes(20), (byte) => letters[byte & 31]).join("");
}
