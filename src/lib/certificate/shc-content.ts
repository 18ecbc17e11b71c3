// What a SMART Health Card must say: one patient and what happened to them, as a FHIR R4 bundle with short links. These
// are the rules that decide whether the content can be read without guessing, not the whole of FHIR.
// SPDX-License-Identifier: Apache-2.0
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "./json.js";
import { Problems } from "./problems.js";
import type { Holder, Reason, VaccinationStatement } from "./verdict.js";

export interface ShcReading {
  readonly holder?: Holder;
  /** The latest of the vaccinations, if the card states any. */
  readonly statement?: VaccinationStatement;
  readonly reasons: readonly Reason[];
}

const mostEntries = 100;
/** FHIR R4 is closed: an element that it does not name is a mistake, or meant to be overlooked. */
const common = "resourceType id meta implicitRules language text contained extension modifierExtension identifier";
const elements: ReadonlyMap<string, string> = new Map([
  [
    "Patient",
    `${common} active name telecom gender birthDate deceasedBoolean deceasedDateTime address maritalStatus
    multipleBirthBoolean multipleBirthInteger photo contact communication generalPractitioner managingOrganization link`,
  ],
  [
    "Immunization",
    `${common} status statusReason vaccineCode patient encounter occurrenceDateTime occurrenceString recorded
    primarySource reportOrigin location manufacturer lotNumber expirationDate site route doseQuantity performer note
    reasonCode reasonReference isSubpotent subpotentReason education programEligibility fundingSource reaction
    protocolApplied`,
  ],
]);
const linkShape = /^resource:\d{1,4}$/;
const birthShape = /^\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?$/;
const whenShape = /^\d{4}(?:-\d{2}(?:-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?)?)?$/;

export function readHealthBundle(bundle: unknown, issuer: string): ShcReading {
  const problems = new Problems();
  const entries = isJsonObject(bundle) ? bundle["entry"] : undefined;
  if (!isJsonObject(bundle) || !isJsonArray(entries) || entries.length === 0 || entries.length > mostEntries)
    return { reasons: [{ code: "CERTIFICATE_CONTENT_INVALID", at: "fhirBundle.entry" }] };
  problems.expect(bundle["resourceType"] === "Bundle", "fhirBundle.resourceType");
  problems.expect(bundle["type"] === "collection", "fhirBundle.type");
  const resources = readEntries(entries, problems);
  const doses = resources.filter(({ resource }) => resource["resourceType"] === "Immunization");
  const person = onlyPerson(resources, doses.length > 0, problems);
  for (const { at, resource } of doses) checkDose(resource, at, problems);
  if (problems.reasons.length > 0) return { reasons: problems.reasons };
  const statement = statementOf(
    doses.map(({ resource }) => resource),
    issuer,
  );
  return { ...(person && { holder: holderOf(person) }), ...(statement && { statement }), reasons: [] };
}

interface Placed {
  readonly at: string;
  readonly resource: JsonObject;
}

function readEntries(entries: readonly Json[], problems: Problems): Placed[] {
  const links = entries.map((entry) => (isJsonObject(entry) ? entry["fullUrl"] : undefined));
  return entries.flatMap((entry, index) => {
    const at = `entry[${index}].`;
    const link = links[index];
    problems.expect(typeof link === "string" && linkShape.test(link) && links.indexOf(link) === index, `${at}fullUrl`);
    const resource = isJsonObject(entry) ? entry["resource"] : undefined;
    const isResource =
      isJsonObject(resource) &&
      typeof resource["resourceType"] === "string" &&
      /^[A-Z][A-Za-z]+$/.test(resource["resourceType"]);
    if (!problems.expect(isResource, `${at}resource`)) return [];
    const placed = { at: `${at}resource.`, resource: resource as JsonObject };
    // What we read from must not lead out of the signed bundle; a laboratory report may name its laboratory elsewhere.
    const isRead = ["Patient", "Immunization"].includes(placed.resource["resourceType"] as string);
    checkElements(placed.resource, `${at}resource`, isRead ? links : undefined, problems);
    return [placed];
  });
}

/** FHIR: an element is never empty. Health cards: a reference leads to an entry of the same bundle (where we look). */
function checkElements(value: Json, at: string, links: readonly unknown[] | undefined, problems: Problems): void {
  if (value === null || value === "") return problems.wrong(at);
  if (typeof value !== "object") return;
  const children = isJsonArray(value)
    ? value.map((item, index) => [`${at}[${index}]`, item] as const)
    : Object.entries(value).map(([name, item]) => [`${at}.${name}`, item ?? null] as const);
  problems.expect(children.length > 0, at);
  for (const [place, item] of children) {
    if (links && place.endsWith(".reference")) problems.expect(typeof item === "string" && links.includes(item), place);
    checkElements(item, place, links, problems);
  }
}

/** Whoever was vaccinated must be named, once; a card of laboratory results may leave it to its bearer. */
function onlyPerson(resources: readonly Placed[], needed: boolean, problems: Problems): JsonObject | undefined {
  const people = resources.filter(({ resource }) => resource["resourceType"] === "Patient");
  const [person] = people;
  if (!problems.expect(people.length === 1 || (people.length === 0 && !needed), "Patient") || !person) return undefined;
  const { at, resource } = person;
  checkNames(resource, "Patient", at, problems);
  const names = resource["name"];
  problems.expect(isJsonArray(names) && names.every(isJsonObject) && nameOf(resource) !== "", `${at}name`);
  problems.text(resource, at, "birthDate", birthShape);
  const { gender } = resource;
  problems.expect(
    gender === undefined || ["male", "female", "other", "unknown"].includes(gender as string),
    `${at}gender`,
  );
  return resource;
}

function checkNames(resource: JsonObject, kind: string, at: string, problems: Problems): void {
  const known = (elements.get(kind) ?? "").split(/\s+/);
  for (const name of Object.keys(resource)) problems.expect(known.includes(name.replace(/^_/, "")), at + name);
  const meta = resource["meta"];
  const security = isJsonObject(meta) ? meta["security"] : undefined;
  problems.expect(
    security === undefined || (isJsonArray(security) && security.every(isJsonObject)),
    `${at}meta.security`,
  );
}

/** FHIR R4 Immunization with the profile of the vaccination card: given (not planned, not refused), what, to whom, when. */
function checkDose(dose: JsonObject, at: string, problems: Problems): void {
  checkNames(dose, "Immunization", at, problems);
  problems.expect(dose["status"] === "completed", `${at}status`);
  if (dose["lotNumber"] !== undefined) problems.text(dose, at, "lotNumber");
  for (const name of ["location", "manufacturer", "encounter"])
    problems.expect(dose[name] === undefined || isJsonObject(dose[name]), at + name);
  const performers = dose["performer"] ?? [];
  const isActing = (each: Json) => isJsonObject(each) && isJsonObject(each["actor"]);
  problems.expect(isJsonArray(performers) && performers.every(isActing), `${at}performer`);
  const code = isJsonObject(dose["vaccineCode"]) ? dose["vaccineCode"]["coding"] : undefined;
  const isCoded = isJsonArray(code) && code.length > 0 && code.every(isCoding);
  problems.expect(isCoded, `${at}vaccineCode`);
  problems.expect(isJsonObject(dose["patient"]) && typeof dose["patient"]["reference"] === "string", `${at}patient`);
  problems.text(dose, at, "occurrenceDateTime", whenShape);
}

function isCoding(coding: Json): boolean {
  return isJsonObject(coding) && typeof coding["system"] === "string" && typeof coding["code"] === "string";
}

function nameOf(person: JsonObject): string {
  const first = isJsonArray(person["name"]) ? person["name"][0] : undefined;
  if (!isJsonObject(first)) return "";
  const given = isJsonArray(first["given"]) ? first["given"] : [];
  const parts = [...given, first["family"]].filter((part): part is string => typeof part === "string");
  return parts.join(" ") || (typeof first["text"] === "string" ? first["text"] : "");
}

function holderOf(person: JsonObject): Holder {
  const name = nameOf(person);
  return { name, latinName: name, born: person["birthDate"] as string };
}

function statementOf(doses: readonly JsonObject[], issuer: string): VaccinationStatement | undefined {
  const inOrder = [...doses].sort((a, b) => (whenOf(a) < whenOf(b) ? -1 : 1));
  const last = inOrder.at(-1);
  if (!last) return undefined;
  const codings = (last["vaccineCode"] as { coding: readonly { system: string; code: string }[] }).coding;
  const { system, code } = codings[0]!;
  const vaccine = system.endsWith("/cvx") ? `CVX ${code}` : `${system} ${code}`;
  return {
    kind: "vaccination",
    disease: "",
    vaccine,
    product: vaccine,
    manufacturer: "",
    dose: inOrder.length,
    doses: inOrder.length,
    givenOn: whenOf(last).slice(0, 10),
    country: "",
    issuer,
    certificateId: "",
  };
}

function whenOf(dose: JsonObject): string {
  return dose["occurrenceDateTime"] as string;
}
