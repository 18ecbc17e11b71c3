// The disclosure policy as a table: policy/*.cedar evaluated once, at the build, over the whole finite domain of
// role × purpose × act × field. At run time a look is a look-up; what the table does not hold is refused.
// SPDX-License-Identifier: Apache-2.0
import { hash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { preparsePolicySet, preparseSchema, statefulIsAuthorized, validate } from "@cedar-policy/cedar-wasm/nodejs";
import type { LoggedField, Purpose } from "../modules/disclosure/types.js";
import { projectRoot } from "../platform/root.js";

export const roles = [
  "citizen",
  "verifier",
  "vaccinator",
  "facility-admin",
  "district-admin",
  "state-admin",
  "national-admin",
  "privacy-officer",
  "partner",
  "system:certificates",
  "system:messages",
  "system:erasure",
] as const;
export type Role = (typeof roles)[number];

export const purposes = [
  "own-view",
  "own-log",
  "registration",
  "own-change",
  "check-in",
  "vaccination",
  "aefi",
  "certificate",
  "consent",
  "consented-share",
  "consented-status",
  "notice",
  "correction",
  "dose-correction",
  "number-correction",
  "erasure",
  "break-glass",
  "review",
  "breach-inquiry",
] as const satisfies readonly (Purpose | "own-log")[];
export type LoggedPurpose = (typeof purposes)[number];

export const fields = [
  "name",
  "birthYear",
  "gender",
  "photoIdType",
  "photoIdLast4",
  "mobile",
  "passportNumber",
  "birthDate",
  "doses",
  "certificates",
  "aefi",
  "tickets",
  "evidence",
  "emergencies",
  "disclosures",
  "consents",
  "inquiry",
  "comparison",
  "actors",
] as const satisfies readonly LoggedField[];

export const acts = ["read", "write"] as const;
export type Act = (typeof acts)[number];

export interface Question {
  readonly role: string;
  readonly act: Act;
  readonly purpose: string;
  readonly field: string;
}
export interface Policy {
  permits(question: Question): boolean;
}

const policyName = "disclosure";

interface PolicyTexts {
  readonly schema: string;
  readonly policies: string;
}

export function policyTexts(): PolicyTexts {
  const read = (file: string): string => readFileSync(join(projectRoot, "policy", file), "utf8");
  return {
    schema: read("schema.cedarschema"),
    policies: read("disclosure.cedar"),
  };
}

/** What the validator finds wrong with the policies; empty when all is well. */
export function policyFaults({ schema, policies } = policyTexts()): string[] {
  const answer = validate({ schema, policies: { staticPolicies: policies } });
  if (answer.type === "failure") return answer.errors.map((error) => error.message);
  return [...answer.validationErrors, ...answer.validationWarnings].map(
    (fault) => `${fault.policyId}: ${fault.error.message}`,
  );
}

function keyOf({ role, act, purpose, field }: Question): string {
  return `${role} ${act} ${purpose} ${field}`;
}

function isPermitted({ role, act, purpose, field }: Question): boolean {
  const answer = statefulIsAuthorized({
    principal: { type: "Role", id: role },
    action: { type: "Action", id: act },
    resource: { type: "Field", id: field },
    context: { purpose: { __entity: { type: "Purpose", id: purpose } } },
    preparsedPolicySetId: policyName,
    preparsedSchemaName: policyName,
    validateRequest: true,
    entities: [],
  });
  if (answer.type === "failure" || answer.response.diagnostics.errors.length > 0) {
    throw new Error(`the policy fails on ${role} ${act} ${purpose} ${field}`);
  }
  return answer.response.decision === "allow";
}

interface Evaluated {
  /** Of the texts and lists that it was made from. */
  readonly key: string;
  readonly permitted: readonly string[];
}

/** The build evaluates beforehand: thousands of questions take two seconds, and a killed recorder must be back sooner. */
const evaluatedFile = join(import.meta.dirname, "..", "..", "policy-evaluated.json");

function keyFor(texts: PolicyTexts): string {
  return hash("sha256", JSON.stringify([texts, roles, acts, purposes, fields]));
}

function readEvaluated(texts: PolicyTexts): Evaluated | undefined {
  if (!existsSync(evaluatedFile)) return undefined;
  const evaluated = JSON.parse(readFileSync(evaluatedFile, "utf8")) as Evaluated;
  return evaluated.key === keyFor(texts) ? evaluated : undefined;
}

/** Asks the engine every question there is. Throws when the policy is not sound: then nothing is disclosed. */
export function evaluatePolicy(texts = policyTexts()): Evaluated {
  const faults = policyFaults(texts);
  if (faults.length > 0) throw new Error(`the disclosure policy is not sound: ${faults.join("; ")}`);
  for (const parsed of [
    preparsePolicySet(policyName, { staticPolicies: texts.policies }),
    preparseSchema(policyName, texts.schema),
  ]) {
    if (parsed.type === "failure") throw new Error("the disclosure policy does not parse");
  }
  const permitted: string[] = [];
  for (const role of roles) {
    for (const act of acts) {
      for (const purpose of purposes) {
        for (const field of fields) {
          const question = { role, act, purpose, field };
          if (isPermitted(question)) permitted.push(keyOf(question));
        }
      }
    }
  }
  return { key: keyFor(texts), permitted };
}

/** For the build: evaluates unless it was done for these very texts and lists. */
export function evaluateBeforehand(): void {
  const texts = policyTexts();
  if (!readEvaluated(texts)) writeFileSync(evaluatedFile, JSON.stringify(evaluatePolicy(texts)));
}

/** The policy as a table: what the build evaluated, if from these very texts and lists, else evaluated now. */
export function loadPolicy(texts = policyTexts()): Policy {
  const { permitted } = readEvaluated(texts) ?? evaluatePolicy(texts);
  const table = new Set(permitted);
  return { permits: (question) => table.has(keyOf(question)) };
}
