// The newest certificate of a person as a PDF, for the account that holds the person. What is printed comes from the
// vault in one disclosure; the words on paper explain, the QR code proves.
// SPDX-License-Identifier: Apache-2.0
import { icaoName } from "../../lib/certificate/index.js";
import {
  type CertificatePaper,
  type PaperLanguage,
  renderCertificatePdf,
  TypesettingBusy,
  unsignedPdf,
} from "../../pdf/index.js";
import { done, type Outcome, refused } from "../../platform/errors.js";
import type { Actor, Deps, DoseDetails, GateError, PersonRecord } from "../disclosure/index.js";
import { currentProgramme } from "../vaccines/index.js";
import type { CertificateCode } from "./errors.js";
import { additionalCodes } from "./product-codes.js";
import { signingKeys } from "./published-keys.js";
import { issuer, primaryDosesOf, printedName, stageOf, validDoses } from "./rules.js";
import { listValid, referenceIdOf } from "./store.js";
import type { CertificateRow, DownloadedCertificate } from "./types.js";

type Person = Pick<
  PersonRecord,
  "name" | "birthYear" | "gender" | "photoIdType" | "photoIdLast4" | "doses" | "certificates"
> &
  Partial<Pick<PersonRecord, "birthDate" | "passportNumber">>;
const passportFields = ["birthDate", "passportNumber"] as const;

export interface DownloadOptions {
  /** Where anyone can check the certificate; printed on it. */
  readonly verifyAddress?: string;
  /** Beside English; Hindi unless given. */
  readonly language?: PaperLanguage;
  /** With date of birth and passport; refused for a person who linked none. */
  readonly international?: boolean;
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
    fields: [
      "name",
      "birthYear",
      "gender",
      "photoIdType",
      "photoIdLast4",
      "doses",
      "certificates",
      ...(options.international ? passportFields : []),
    ],
  });
  if (!opened.ok) return opened;
  const person = opened.value.get(beneficiaryId);
  const [newest] = await listValid(deps.db, beneficiaryId);
  const text = person?.certificates.find((each) => each.certificateId === newest?.certificateId);
  const dose = person && validDoses(person.doses).find((each) => each.vaccinationId === newest?.vaccinationId);
  if (!person || !newest || !text || !dose) return refused("CERTIFICATE_NOT_ISSUED");
  const code = options.international ? text.forms?.["hcert-international"] : text.hcert;
  if (!code) return refused("CERTIFICATE_NOT_ISSUED");
  const referenceId = await referenceIdOf(deps.db, beneficiaryId);
  const paper = await printed(paperOf(person, newest, code, dose, referenceId, options));
  if (!paper) return refused("UNAVAILABLE");
  const pdf = await signedPaper(deps, actor, beneficiaryId, paper);
  return pdf.ok ? done({ pdf: pdf.value, fileName: `certificate-${newest.certificateId}.pdf` }) : pdf;
}

/** Signed by the key of the day, for offices that check PDFs: an entry of its own in the person's list. */
async function signedPaper(
  deps: Deps,
  actor: Actor,
  subject: string,
  paper: Uint8Array,
): Promise<Outcome<Uint8Array, GateError>> {
  const { ES256: key } = await signingKeys(deps);
  if (!key.x509) throw new Error("the key has no certificate");
  const unsigned = unsignedPdf(paper, { certificate: key.x509, name: issuer.name, signedAt: deps.clock() });
  const parts = unsigned.parts.map((part) => ({ ...part, keyId: key.keyId }));
  const asking = { actor, purpose: "own-change", explanation: { kind: "own-sign-in" }, subject, parts } as const;
  const answer = await deps.gate.signCertificate(asking);
  return answer.ok ? done(unsigned.finish(answer.value.signatures)) : answer;
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
  { verifyAddress, language, international = false }: DownloadOptions,
): CertificatePaper {
  const { products } = currentProgramme();
  const covered = validDoses(person.doses).filter((each) => each.doseNumber <= dose.doseNumber);
  return {
    stage: stageOf(dose, primaryDosesOf(covered, products)),
    name: person.name,
    latinName: icaoName(person.name).replaceAll("<", " "),
    birthYear: person.birthYear,
    ...(international && {
      birthDate: person.birthDate ?? undefined,
      passportNumber: person.passportNumber ?? undefined,
    }),
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
    language,
  };
}
