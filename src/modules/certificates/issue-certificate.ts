// Issues the certificate of one dose: read the person and the doses through the gate, build the payload, have it signed
// where the key lies, seal the text. Running it twice gives the same certificate.
// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import { dccPayload, makeUvci, unsignedHcert } from "../../lib/certificate/index.js";
import { deflate } from "../../lib/certificate/node-primitives.js";
import { done, type Outcome, refused } from "../../platform/errors.js";
import { type Actor, type Deps, type DoseDetails, type GateError, putBoxes } from "../disclosure/index.js";
import { currentProgramme } from "../vaccines/index.js";
import type { CertificateCode } from "./errors.js";
import { additionalCodes } from "./product-codes.js";
import { codesOf, dosePayload, expiryOf, issuer, primaryDosesOf, validDoses } from "./rules.js";
import { findByVaccination, insert } from "./store.js";

export interface IssueInput {
  readonly beneficiaryId: string;
  readonly vaccinationId: string;
}
export type IssueOutcome = Outcome<{ certificateId: string }, GateError | CertificateCode>;

const actor: Actor = { kind: "system", service: "certificates" };

export async function issueCertificate(deps: Deps, input: IssueInput): Promise<IssueOutcome> {
  const existing = await findByVaccination(deps.db, input.beneficiaryId, input.vaccinationId);
  if (existing) return done({ certificateId: existing.certificateId });
  const explanation = { kind: "dose-recorded", vaccinationId: input.vaccinationId } as const;
  const opened = await deps.gate.disclose({
    actor,
    purpose: "certificate",
    explanation,
    subjects: [input.beneficiaryId],
    fields: ["name", "birthYear", "doses"],
  });
  if (!opened.ok) return opened;
  const person = opened.value.get(input.beneficiaryId);
  const dose = person && validDoses(person.doses).find((each) => each.vaccinationId === input.vaccinationId);
  if (!person || !dose) return refused("CERTIFICATE_DOSE_NOT_VALID");
  return store(deps, input, { name: person.name, birthYear: person.birthYear }, dose, person.doses);
}

async function store(
  deps: Deps,
  input: IssueInput,
  person: { name: string; birthYear: number },
  dose: DoseDetails,
  doses: readonly DoseDetails[],
): Promise<IssueOutcome> {
  const products = currentProgramme().products;
  const product = products.get(dose.product);
  const codes = product && codesOf(product, additionalCodes);
  if (!codes) return refused("CERTIFICATE_PRODUCT_UNKNOWN");
  const issuedAt = deps.clock();
  const certificateId = newCertificateId();
  const uvci = makeUvci(issuer.country, issuer.authority, certificateId);
  const payload = dccPayload(person, dosePayload(dose, codes, primaryDosesOf(doses, products), uvci));
  const hcert = await signed(deps, input, payload, issuedAt);
  if (!hcert.ok) return hcert;
  const sealed = await deps.gate.seal({
    actor,
    purpose: "certificate",
    explanation: { kind: "dose-recorded", vaccinationId: input.vaccinationId },
    subject: input.beneficiaryId,
    values: {
      certificate: {
        certificateId,
        vaccinationId: input.vaccinationId,
        hcert: hcert.value,
        issuedAt: issuedAt.toISOString(),
      },
    },
  });
  if (!sealed.ok) return sealed;
  const isMine = await deps.db.transaction(async (tx) => {
    const inserted = await insert(tx, { ...input, certificateId, issuedAt });
    if (inserted) await putBoxes(tx, sealed.value);
    return inserted;
  });
  if (isMine) return done({ certificateId });
  const other = await findByVaccination(deps.db, input.beneficiaryId, input.vaccinationId);
  return other ? done({ certificateId: other.certificateId }) : refused("CERTIFICATE_DOSE_NOT_VALID");
}

async function signed(
  deps: Deps,
  input: IssueInput,
  payload: unknown,
  issuedAt: Date,
): Promise<Outcome<string, GateError>> {
  const { keyId } = await deps.gate.certificateKey();
  const life = { issuedAt, expiresAt: expiryOf(issuedAt) };
  const unsigned = unsignedHcert({ payload, country: issuer.country, ...life, keyId, deflate });
  const explanation = { kind: "dose-recorded", vaccinationId: input.vaccinationId } as const;
  const { bytes } = unsigned.parts[0]!;
  const answer = await deps.gate.signCertificate({ actor, explanation, subject: input.beneficiaryId, bytes });
  return answer.ok ? done(unsigned.finish([answer.value.signature])) : answer;
}

/** 100 bits in 20 letters and digits that cannot be mistaken for one another (no I, L, O, U). */
function newCertificateId(): string {
  const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  return Array.from(randomBytes(20), (byte) => letters[byte & 31]).join("");
}
