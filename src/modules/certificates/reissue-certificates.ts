// A person's certificates are all made anew, as the record is or as a correction will make it, and in the caller's
// transaction the old are revoked and the new in force. Signed before anything is written, so that there is no moment
// in which the old is gone and the new cannot come.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "../../platform/db/db.js";
import { done, type Outcome, refused } from "../../platform/errors.js";
import type { Deps, DoseDetails, Explanation, GateError } from "../disclosure/index.js";
import type { CertificateCode } from "./errors.js";
import {
  type CertificateOrder,
  certificateFields,
  certificateService,
  insertCertificate,
  type PreparedCertificate,
  prepareCertificate,
} from "./prepare-certificate.js";
import { validDoses } from "./rules.js";
import { bumpCorrections, correctionsOf, revokeAll } from "./store.js";

export interface ReissueInput {
  readonly beneficiaryId: string;
  readonly explanation: Explanation;
  /** What a correction changes; the rest is read from the record. */
  readonly person?: Partial<Omit<CertificateOrder["person"], "doses">> | undefined;
  readonly doses?: readonly DoseDetails[] | undefined;
}
export interface PreparedReissue {
  readonly beneficiaryId: string;
  readonly corrections: number;
  readonly certificates: readonly PreparedCertificate[];
}

export async function prepareReissue(
  deps: Deps,
  input: ReissueInput,
): Promise<Outcome<PreparedReissue, GateError | CertificateCode>> {
  const { beneficiaryId, explanation } = input;
  const corrections = await correctionsOf(deps.db, beneficiaryId);
  const opened = await deps.gate.disclose({
    actor: certificateService,
    purpose: "certificate",
    explanation,
    subjects: [beneficiaryId],
    fields: certificateFields,
  });
  if (!opened.ok) return opened;
  const held = opened.value.get(beneficiaryId);
  if (!held) return refused("CERTIFICATE_DOSE_NOT_VALID");
  const person = { ...held, ...input.person };
  const doses = input.doses ?? held.doses;
  const certificates: PreparedCertificate[] = [];
  for (const { vaccinationId } of validDoses(doses)) {
    const order = { beneficiaryId, vaccinationId, explanation, person, doses, corrections: corrections + 1 };
    const prepared = await prepareCertificate(deps, order);
    if (prepared.ok) certificates.push(prepared.value);
    // A product without codes never had a certificate; the correction holds all the same.
    else if (prepared.code !== "CERTIFICATE_PRODUCT_UNKNOWN") return prepared;
  }
  return done({ beneficiaryId, corrections, certificates });
}

/** False when the record changed since the certificates were made: the caller takes everything back. */
export async function writeReissue(tx: Queryable, reissue: PreparedReissue, now: Date): Promise<boolean> {
  const { beneficiaryId, corrections, certificates } = reissue;
  if (!(await bumpCorrections(tx, beneficiaryId, corrections))) return false;
  await revokeAll(tx, beneficiaryId, now);
  for (const certificate of certificates) if (!(await insertCertificate(tx, certificate))) return false;
  return true;
}

/** Nothing of this person is certified any more. */
export async function revokeAllCertificates(tx: Queryable, beneficiaryId: string, now: Date): Promise<void> {
  await revokeAll(tx, beneficiaryId, now);
}
