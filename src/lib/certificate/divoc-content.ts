// What a Co-WIN credential must say besides being signed. The v1 and v2 contexts give several terms one meaning
// (certificateId, batch, vaccine, manufacturer and icd11Code are all schema:id; date, effectiveStart and effectiveUntil
// schema:date; dose and totalDoses schema:doseValue; refId and uhid schema:id), so values can be exchanged within a group
// without breaking the signature. Each rule here holds a value to its place; a place that cannot be told is refused.
// SPDX-License-Identifier: Apache-2.0
import type { ContextVersion } from "./divoc-canonical.js";
import { isJsonArray, isJsonObject, type JsonObject } from "./json.js";
import { instantOfText, isRealDate, Problems } from "./problems.js";
import type { Holder, Reason, VaccinationStatement } from "./verdict.js";

interface Vaccine {
  readonly name: RegExp;
  readonly maker: RegExp;
  readonly doses: number;
}
/** Vaccines of India's programme with their schedules, the maker as Co-WIN spelled it over time. */
const vaccines: readonly Vaccine[] = [
  { name: /^COVISHIELD$/, maker: /^serum institute/, doses: 2 },
  { name: /^COVAXIN$/, maker: /^bharat biotech/, doses: 2 },
  { name: /^SPUTNIK[ -]?V$/, maker: /^(?:dr\.? ?reddy|gamaleya|panacea)/, doses: 2 },
  { name: /^CORBEVAX$/, maker: /^(?:biological e\b|bio ?e\b)/, doses: 2 },
  { name: /^COVOVAX$/, maker: /^serum institute/, doses: 2 },
  { name: /^ZYCOV-?D$/, maker: /^(?:cadila|zydus)/, doses: 3 },
];
/** An ICD-11 extension code of a medicament ("XM", chapter X): in a certificate that has one, no batch may look like it. */
const icdShape = /^XM[0-9A-Z]{4}$/;

const indiaOffsetMs = 5.5 * 3_600_000;
const precautionDoses = 3;

export interface DivocContent {
  readonly holder: Holder;
  readonly statement: VaccinationStatement;
  /** Co-WIN's reference of the person: with certificate and dose it finds a revocation. */
  readonly refId: string;
}
export interface DivocReading {
  readonly content?: DivocContent;
  readonly reasons: readonly Reason[];
}

export function readDivoc(document: JsonObject, version: ContextVersion): DivocReading {
  const problems = new Problems();
  const evidence = isJsonArray(document["evidence"]) ? document["evidence"][0] : document["evidence"];
  const subject = document["credentialSubject"];
  if (!isJsonObject(subject) || !isJsonObject(evidence)) return { reasons: [{ code: "CERTIFICATE_CONTENT_INVALID" }] };
  checkIssuer(document, subject, version, problems);
  const refId = checkPerson(subject, version, problems);
  const certificateId = checkIds(evidence, problems);
  const product = checkVaccine(evidence, problems);
  const doses = checkDoses(evidence, product, problems);
  checkDates(evidence, problems);
  if (problems.reasons.length > 0 || !refId || !certificateId || !doses) return { reasons: problems.reasons };
  return { content: contentOf(document, subject, evidence, { refId, certificateId, ...doses }), reasons: [] };
}

/** A context is one alias among equals; it is held to what the certificate says, so that it cannot be exchanged. */
function checkIssuer(document: JsonObject, subject: JsonObject, version: ContextVersion, problems: Problems): void {
  problems.expect(document["nonTransferable"] === "true", "nonTransferable");
  const context = isJsonArray(document["@context"]) ? document["@context"][1] : undefined;
  const issuer = document["issuer"];
  const sameHost = typeof context === "string" && typeof issuer === "string" && hostOf(context) === hostOf(issuer);
  const usesIt = version === "v1" ? sameHost : typeof subject["dob"] === "string";
  problems.expect(usesIt, "@context");
}

function hostOf(url: string): string | undefined {
  return /^https:\/\/([^/]+)/.exec(url)?.[1];
}

function checkPerson(subject: JsonObject, version: ContextVersion, problems: Problems): string | undefined {
  const at = "credentialSubject.";
  problems.text(subject, at, "name");
  problems.text(subject, at, "gender");
  if (version === "v2" && subject["dob"] !== undefined) problems.expect(isBirthDate(subject["dob"]), `${at}dob`);
  const { age, uhid } = subject;
  problems.expect(age === undefined || /^\d{0,3}$/.test(ageOf(age)), `${at}age`);
  const refId = problems.text(subject, at, "refId", refIdShape);
  // With two identifiers of the same look nobody can say which is which.
  if (uhid) problems.expect(typeof uhid === "string" && !refIdShape.test(uhid), `${at}uhid`);
  return refId;
}

/** Co-WIN's beneficiary reference: digits. A health id (ABHA) has groups with hyphens, or is an address. */
const refIdShape = /^\d{5,20}$/;

function isBirthDate(value: unknown): boolean {
  return value === "" || isRealDate(value) || (typeof value === "string" && /^\d{4}(?:-\d{2})?$/.test(value));
}

/** The id of the evidence is signed as an IRI of its own; the certificate's id must be its end. */
function checkIds(evidence: JsonObject, problems: Problems): string | undefined {
  const at = "evidence[0].";
  const certificateId = problems.text(evidence, at, "certificateId", /^\d{6,20}$/);
  if (certificateId === undefined) return undefined;
  problems.expect(isString(evidence["id"]) && evidence["id"].endsWith(`/vaccine/${certificateId}`), `${at}id`);
  for (const name of ["feedbackUrl", "infoUrl"]) {
    const url = evidence[name];
    problems.expect(isString(url) && url.endsWith(`/?${certificateId}`), at + name);
  }
  return certificateId;
}

function checkVaccine(evidence: JsonObject, problems: Problems): Vaccine | undefined {
  const at = "evidence[0].";
  const name = problems.text(evidence, at, "vaccine");
  const maker = problems.text(evidence, at, "manufacturer");
  const batch = problems.text(evidence, at, "batch");
  const vaccine = name === undefined ? undefined : vaccineNamed(name);
  if (name !== undefined) problems.expect(vaccine !== undefined, `${at}vaccine`);
  if (vaccine && maker !== undefined) problems.expect(vaccine.maker.test(plain(maker)), `${at}manufacturer`);
  const icd = evidence["icd11Code"];
  if (icd) problems.expect(isString(icd) && icdShape.test(icd), `${at}icd11Code`);
  const looksLikeAnother = (text: string) =>
    vaccineNamed(text) !== undefined ||
    vaccines.some((each) => each.maker.test(plain(text))) ||
    (Boolean(icd) && icdShape.test(text));
  if (batch !== undefined) problems.expect(!looksLikeAnother(batch), `${at}batch`);
  return vaccine;
}

function vaccineNamed(text: string): Vaccine | undefined {
  return vaccines.find((each) => each.name.test(text.trim().toUpperCase()));
}

function plain(text: string): string {
  return text.trim().toLowerCase().replace(/['’]/g, "").replace(/\s+/g, " ");
}

function checkDoses(evidence: JsonObject, vaccine: Vaccine | undefined, problems: Problems) {
  const at = "evidence[0].";
  const dose = countOf(evidence["dose"]);
  const doses = countOf(evidence["totalDoses"]);
  problems.expect(dose !== undefined && dose <= (vaccine?.doses ?? 3) + precautionDoses, `${at}dose`);
  // Exchanged with the dose, the total would no longer be the vaccine's schedule.
  problems.expect(doses !== undefined && (!vaccine || doses === vaccine.doses), `${at}totalDoses`);
  return dose !== undefined && doses !== undefined ? { dose, doses } : undefined;
}

/** Numbers in most certificates, texts in the oldest. */
function countOf(value: unknown): number | undefined {
  const count = typeof value === "string" && /^\d{1,2}$/.test(value) ? Number(value) : value;
  return Number.isSafeInteger(count) && (count as number) >= 1 ? (count as number) : undefined;
}

/** The date of the dose has a time, the other two have none; the first of them is its day, here or in UTC. */
function checkDates(evidence: JsonObject, problems: Problems): void {
  const at = "evidence[0].";
  const given = instantOfText(evidence["date"]);
  const { effectiveStart: start, effectiveUntil: until } = evidence;
  problems.expect(given !== undefined, `${at}date`);
  const days = given ? [dayOf(given, 0), dayOf(given, indiaOffsetMs)] : [];
  problems.expect(isRealDate(start) && (!given || days.includes(start)), `${at}effectiveStart`);
  problems.expect(isRealDate(until) && (!isRealDate(start) || until >= start), `${at}effectiveUntil`);
}

function dayOf(at: Date, offsetMs: number): string {
  return new Date(at.getTime() + offsetMs).toISOString().slice(0, 10);
}

interface Checked {
  readonly refId: string;
  readonly certificateId: string;
  readonly dose: number;
  readonly doses: number;
}

function contentOf(document: JsonObject, subject: JsonObject, evidence: JsonObject, checked: Checked): DivocContent {
  const { refId, certificateId, dose, doses } = checked;
  const facility = isJsonObject(evidence["facility"]) ? evidence["facility"] : {};
  const address = isJsonObject(facility["address"]) ? facility["address"] : {};
  const name = textOf(subject["name"]);
  const age = ageOf(subject["age"]);
  return {
    refId,
    holder: { name, latinName: name, born: textOf(subject["dob"]), ...(age && { age }) },
    statement: {
      kind: "vaccination",
      disease: "COVID-19",
      vaccine: textOf(evidence["prophylaxis"]) || textOf(evidence["vaccine"]),
      product: textOf(evidence["vaccine"]),
      manufacturer: textOf(evidence["manufacturer"]),
      dose,
      doses,
      givenOn: textOf(evidence["effectiveStart"]),
      country: textOf(address["addressCountry"]) || "IN",
      issuer: textOf(document["issuer"]),
      certificateId,
    },
  };
}

/** A text in most certificates, a number in some. */
function ageOf(value: unknown): string {
  return typeof value === "number" ? String(value) : textOf(value);
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function textOf(value: unknown): string {
  return isString(value) ? value : "";
}
