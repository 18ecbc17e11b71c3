// What this server can do, as FHIR says it.
// SPDX-License-Identifier: Apache-2.0

const profileOf = (name: string) => `https://nrces.in/ndhm/fhir/r4/StructureDefinition/${name}`;

/** `since`: when this list last changed. */
const since = "2026-11-27";

export function capabilityStatement(origin: string): object {
  const byPerson = (type: string) => ({
    type,
    profile: profileOf(type),
    interaction: [{ code: "search-type" }],
    searchParam: [
      {
        name: "patient",
        type: "reference",
        documentation: "Required: the id from the consent artefact.",
      },
    ],
  });
  return {
    resourceType: "CapabilityStatement",
    status: "active",
    date: since,
    kind: "instance",
    software: { name: "Sakshi" },
    implementation: { description: "Sakshi vaccination registry", url: `${origin}/api/fhir` },
    fhirVersion: "4.0.1",
    format: ["json"],
    rest: [
      {
        mode: "server",
        documentation:
          "Reading only, by a partner's key (X-Api-Key) and a person's consent in force (POST /api/v1/consents). Each look is written into the person's own list before it is answered.",
        security: { description: "API key of a partner with the scope records, and the person's consent artefact." },
        resource: [
          { type: "Patient", profile: profileOf("Patient"), interaction: [{ code: "read" }] },
          byPerson("Immunization"),
          byPerson("ImmunizationRecommendation"),
          {
            type: "Composition",
            profile: profileOf("ImmunizationRecord"),
            operation: [
              { name: "document", definition: "http://hl7.org/fhir/OperationDefinition/Composition-document" },
            ],
          },
        ],
      },
    ],
  };
}
