// Issues the certificate of one dose: read the person and the doses through the gate, have it made, store it.
// Running it twice gives the same certificate.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome, refused } from "../../platform/errors.js";
import type { Deps, GateError } from "../disclosure/index.js";
import type { CertificateCode } from "./errors.js";
import { certificateFields, certificateService, insertCertificate, prepareCertificate } from "./prepare-certificate.js";
import { isOfStolenKey } from "./reissue-store.js";
import { correctionsOf, findValidByVaccination } from "./store.js";

export interface IssueInput {
  readonly beneficiaryId: string;
  readonly vaccinationId: string;
}
export type IssueOutcome = Outcome<{ certificateId: string }, GateError | CertificateCode>;

export async function issueCertificate(deps: Deps, input: IssueInput): Promise<IssueOutcome> {
  const { beneficiaryId, vaccinationId } = input;
  const existing = await findValidByVaccination(deps.db, beneficiaryId, vaccinationId);
  if (existing) return done({ certificateId: existing.certificateId });
  const corrections = await correctionsOf(deps.db, beneficiaryId);
  const explanation = { kind: "dose-recorded", vaccinationId } as const;
  const opened = await deps.gate.disclose({
    actor: certificateService,
    purpose: "certificate",
    explanation,
    subjects: [beneficiaryId],
    fields: certificateFields,
  });
  if (!opened.ok) return opened;
  const person = opened.value.get(beneficiaryId);
  if (!person) return refused("CERTIFICATE_DOSE_NOT_VALID");
  const { doses } = person;
  const prepared = await prepareCertificate(deps, { ...input, explanation, person, doses, corrections });
  if (!prepared.ok) return prepared;
  if (await deps.db.transaction((tx) => insertCertificate(tx, prepared.value)))
    return done({ certificateId: prepared.value.row.certificateId });
  const other = await findValidByVaccination(deps.db, beneficiaryId, vaccinationId);
  if (other) return done({ certificateId: other.certificateId });
  const isChanged =
    (await correctionsOf(deps.db, beneficiaryId)) !== corrections ||
    (await isOfStolenKey(deps.db, prepared.value.row.issuedAt));
  return refused(isChanged ? "CERTIFICATE_RECORD_CHANGED" : "CERTIFICATE_DOSE_NOT_VALID");
}
