// The newest certificate of a person as a PDF, for the account that holds the person. What is printed comes from the
// vault in one disclosure; the words on paper explain, the QR code proves.
// SPDX-License-Identifier: Apache-2.0
import { icaoName } from "../../lib/certificate/index.js";
import { type CertificatePaper, renderCertificatePdf, TypesettingBusy } from "../../pdf/index.js";
import { done, type Outcome, refused } from "../../platform/errors.js";
import type { Actor, Deps, DoseDetails, GateError, PersonRecord } from "../disclosure/index.js";
import { currentProgramme } from "../vaccines/index.js";
import type { CertificateCode } from "./errors.js";
import { additionalCodes } from "./product-codes.js";
import { issuer, primaryDosesOf, printedName, stageOf, validDoses } from "./rules.js";
import { listValid, referenceIdOf } from "./store.js";
import type { CertificateRow, DownloadedCertificate } from "./types.js";

type Person = Pick<
  PersonRecord,
  "name" | "birthYear" | "gender" | "photoIdType" | "photoIdLast4" | "doses" | "certificates"
>;

export interface DownloadOptions {
  /** Where anyone can check the certificate; printed on it. */
  readonly verifyAddress?: string;
}

export async function downloadCertificate(
  deps: Deps,
  actor: Actor,
  beneficiaryId: string,
  options: DownloadOptions = {},
): Promise<Outcome<DownloadedCertificate, GateError | CertificateCode | "UNAVAILABLE">> {
  const opened = await deps.gate.disclose({
    actor,
    purpose: "own-view",
    explanation: { kind: "own-sign-in" },
    subjects: [beneficiaryId],
    fields: ["name", "birthYear", "gender", "photoIdType", "photoIdLast4", "doses", "certificates"],
  });
  if (!opened.ok) return opened;
  const person = opened.value.get(beneficiaryId);
  const [newest] = await listValid(deps.db, beneficiaryId);
  const text = person?.certificates.find((each) => each.certificateId === newest?.certificateId);
  const dose = person && validDoses(person.doses).find((each) => each.vaccinationId === newest?.vaccinationId);
  if (!person || !newest || !text || !dose) return refused("CERTIFICATE_NOT_ISSUED");
  const referenceId = await referenceIdOf(deps.db, beneficiaryId);
  const pdf = await printed(paperOf(person, newest, text.hcert, dose, referenceId, options));
  return pdf ? done({ pdf, fileName: `certificate-${newest.certificateId}.pdf` }) : refused("UNAVAILABLE");
}

async function printed(paper: CertificatePaper): Promise<Uint8Array | undefined> {
  try {
    return await renderCertificatePdf(paper);
  } catch (error) {
    if (error instanceof TypesettingBusy) return undefined;
    throw error;
  }
}

function paperOf(
  person: Person,
  row: CertificateRow,
  hcert: string,
  dose: DoseDetails,
  referenceId: number | undefined,
  { verifyAddress }: DownloadOptions,
): CertificatePaper {
  const { products } = currentProgramme();
  const covered = validDoses(person.doses).filter((each) => each.doseNumber <= dose.doseNumber);
  return {
    stage: stageOf(dose, primaryDosesOf(covered, products)),
    name: person.name,
    latinName: icaoName(person.name).replaceAll("<", " "),
    birthYear: person.birthYear,
    gender: person.gender,
    photoIdType: person.photoIdType,
    photoIdLast4: person.photoIdLast4,
    referenceId: String(referenceId ?? ""),
    doses: covered.map((each) => ({
      number: each.doseNumber,
      kind: each.kind,
      product: printedName(products.get(each.product), additionalCodes) ?? each.product,
      givenOn: each.givenOn,
      batch: each.lotNumber,
      place: each.facilityName,
    })),
    certificateId: row.certificateId,
    issuedAt: row.issuedAt,
    issuer: issuer.name,
    qrText: hcert,
    verifyAddress,
  };
}
