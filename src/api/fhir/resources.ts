// What a partner sees, as FHIR R4 in the profiles of ABDM (NRCeS 2.0.1). Pure: shared facts in, resources out. Ids are
// those of the consent; nobody outside it knows them.
// SPDX-License-Identifier: Apache-2.0
import { diseaseNames, vaccineNames } from "../../lib/certificate/index.js";
import { additionalCodes, codesOf } from "../../modules/certificates/index.js";
import type { SharedDose, SharedIdentity, SharedRecord } from "../../modules/consents/index.js";
import { currentProgramme, type NextDue } from "../../modules/vaccines/index.js";

export interface Resource {
  readonly resourceType: string;
  readonly id: string;
  readonly [member: string]: unknown;
}
/** Whose resources: the installation's address, the person's pairwise id, and now. */
export interface Source {
  readonly origin: string;
  readonly id: string;
  readonly at: Date;
}

const profile = (name: string) => ({ profile: [`https://nrces.in/ndhm/fhir/r4/StructureDefinition/${name}`] });
const coded = (system: string, code: string, display: string, text?: string) => ({
  coding: [{ system, code, display }],
  ...(text === undefined ? {} : { text }),
});
const snomed = "http://snomed.info/sct";
const covid = coded(snomed, "840539006", diseaseNames["840539006"]!);
const record = coded(snomed, "41000179103", "Immunization record");
/** "COVID-19 vaccine", for a product that no value set knows. */
const anyVaccine = "28531000087107";
const series = "COVID-19";

export const personOf = ({ id }: Pick<Source, "id">) => ({ ["reference"]: `Patient/${id}` });
const registry = { display: "Sakshi vaccination registry" };

function vaccineOf(product: string) {
  const known = currentProgramme().products.get(product);
  const code = (known && codesOf(known, additionalCodes)?.vaccine) ?? anyVaccine;
  const display = vaccineNames[code];
  return display
    ? coded(snomed, code, display, nameOf(product))
    : coded(snomed, anyVaccine, vaccineNames[anyVaccine]!, nameOf(product));
}
function nameOf(product: string): string {
  return product.replaceAll("_", " ");
}

export function identityResource({ origin, id }: Source, person: SharedIdentity): Resource {
  return {
    resourceType: "Patient",
    id,
    meta: profile("Patient"),
    identifier: [
      {
        type: coded("http://terminology.hl7.org/CodeSystem/v2-0203", "MR", "Medical record number"),
        system: `${origin}/api/fhir/pairwise-id`,
        value: id,
      },
    ],
    name: [{ text: person.name }],
    gender: ({ Male: "male", Female: "female", Others: "other" } as const)[person.gender],
    // The year is all that is held.
    birthDate: String(person.birthYear),
  };
}

export function doseResource(source: Source, dose: SharedDose): Resource {
  return {
    resourceType: "Immunization",
    id: dose.doseId,
    meta: profile("Immunization"),
    extension: [
      { url: "https://nrces.in/ndhm/fhir/r4/StructureDefinition/BrandName", valueString: nameOf(dose.product) },
    ],
    status: "completed",
    vaccineCode: vaccineOf(dose.product),
    ["patient"]: personOf(source),
    occurrenceDateTime: dose.givenOn,
    primarySource: true,
    lotNumber: dose.lotNumber,
    location: { display: dose.facilityName },
    protocolApplied: [
      {
        series: dose.kind === "precaution" ? `${series} precaution` : series,
        targetDisease: [covid],
        doseNumberPositiveInt: dose.doseNumber,
      },
    ],
  };
}

/** What is due next, or that all is done; undefined when nobody can tell, or nothing is offered now. */
export function forecastResource(source: Source, due: NextDue | undefined): Resource | undefined {
  if (!due || due.state === "none-now") return undefined;
  const display = due.state === "due" ? "Due" : "Complete";
  const recommendation = {
    ...(due.state === "due" ? { vaccineCode: due.products.map(vaccineOf), ...datesOf(due) } : {}),
    targetDisease: covid,
    forecastStatus: coded(
      "http://terminology.hl7.org/CodeSystem/immunization-recommendation-status",
      due.state,
      display,
    ),
    ...(due.state === "due" ? { series, doseNumberPositiveInt: due.doseNumber } : {}),
  };
  return {
    resourceType: "ImmunizationRecommendation",
    id: source.id,
    meta: profile("ImmunizationRecommendation"),
    ["patient"]: personOf(source),
    date: source.at.toISOString(),
    authority: registry,
    recommendation: [recommendation],
  };
}

function datesOf({ from, recommendedFrom, recommendedTo }: Extract<NextDue, { state: "due" }>) {
  const dates = [
    ["30981-5", "Earliest date to give", from],
    ["30980-7", "Date vaccine due", recommendedFrom],
    ["59777-3", "Latest date next dose should be given", recommendedTo],
  ] as const;
  return {
    dateCriterion: dates.flatMap(([code, display, value]) =>
      value === undefined ? [] : [{ code: coded("http://loinc.org", code, display), value }],
    ),
  };
}

/** ABDM's ImmunizationRecord: a document of the person, the doses and what is due. Undefined when it would be empty. */
export function recordDocument(source: Source, shared: SharedRecord): Resource | undefined {
  const { origin, id, at } = source;
  const forecast = forecastResource(source, shared.nextDue);
  const shown = [...shared.doses.map((dose) => doseResource(source, dose)), ...(forecast ? [forecast] : [])];
  if (shown.length === 0) return undefined;
  const custodian: Resource = {
    resourceType: "Organization",
    id,
    meta: profile("Organization"),
    identifier: [
      {
        type: coded("http://terminology.hl7.org/CodeSystem/v2-0203", "PRN", "Provider number"),
        system: `${origin}/api/fhir/organization`,
        value: new URL(origin).host,
      },
    ],
    name: registry.display,
  };
  const ofCustodian = { ["reference"]: `Organization/${id}`, ...registry };
  const composition: Resource = {
    resourceType: "Composition",
    id,
    meta: profile("ImmunizationRecord"),
    status: "final",
    type: record,
    subject: personOf(source),
    date: at.toISOString(),
    author: [ofCustodian],
    title: "Immunization record",
    custodian: ofCustodian,
    section: [
      {
        title: "Immunization record",
        code: record,
        entry: shown.map((one) => ({ ["reference"]: `${one.resourceType}/${one.id}`, type: one.resourceType })),
      },
    ],
  };
  return {
    resourceType: "Bundle",
    id,
    meta: {
      versionId: "1",
      lastUpdated: at.toISOString(),
      ...profile("DocumentBundle"),
      security: [
        { system: "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", code: "R", display: "restricted" },
      ],
    },
    identifier: { system: `${origin}/api/fhir/document`, value: id },
    type: "document",
    timestamp: at.toISOString(),
    entry: [composition, identityResource(source, shared), custodian, ...shown].map((one) => entryOf(source, one)),
  };
}

/** What a search found. `self` is the path and query that was asked. */
export function searchBundle(source: Source, self: string, found: readonly Resource[]): Resource {
  return {
    resourceType: "Bundle",
    id: source.id,
    type: "searchset",
    total: found.length,
    link: [{ relation: "self", url: `${source.origin}${self}` }],
    ...(found.length > 0
      ? { entry: found.map((one) => ({ ...entryOf(source, one), search: { mode: "match" } })) }
      : {}),
  };
}

function entryOf({ origin }: Source, one: Resource) {
  return { fullUrl: `${origin}/api/fhir/${one.resourceType}/${one.id}`, resource: one };
}
