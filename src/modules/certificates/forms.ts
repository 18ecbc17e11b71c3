// The forms in which one certificate is issued, all signed in one act: each states the same facts for other readers. Those
// for other countries, with date of birth and passport, are made only for a person who linked a passport.
// SPDX-License-Identifier: Apache-2.0
import {
  type CourseFacts,
  courseCredential,
  dccPayload,
  issuerNames,
  type JsonObject,
  keyThumbprint,
  lastDose,
  makeUvci,
  type PersonFacts,
  proofMethod,
  together,
  type Unsigned,
  unsignedHardened,
  unsignedHcert,
  unsignedShc,
  unsignedVc2,
} from "../../lib/certificate/index.js";
import { deflate, deflateRaw, nodePrimitives } from "../../lib/certificate/node-primitives.js";
import type { CertificateKey } from "../disclosure/index.js";
import { issuer } from "./rules.js";

/** What is issued, but for where its status stands, which each form says in its own way. */
export interface Issuing extends Omit<CourseFacts, "issuer" | "status"> {
  readonly origin: string;
  readonly statusList: number;
  readonly statusIndex: number;
}
export type SigningKeys = Record<CertificateKey["algorithm"], CertificateKey>;

const primitives = nodePrimitives();

export async function unsignedForms(issuing: Issuing, keys: SigningKeys): Promise<Unsigned<Record<string, string>>> {
  const { name, birthYear, gender, birthDate, passportNumber } = issuing.person;
  const domestic = { ...issuing, person: { name, birthYear, gender } };
  const forms: Record<string, Unsigned<string>> = {
    ...(await formsFor(domestic, keys)),
    "health-card": await healthCard(domestic, keys),
  };
  if (birthDate !== undefined && passportNumber !== undefined) {
    for (const [form, unsigned] of Object.entries(await formsFor(issuing, keys)))
      forms[`${form}-international`] = unsigned;
  }
  return together(forms);
}

async function formsFor(issuing: Issuing, keys: SigningKeys): Promise<Record<string, Unsigned<string>>> {
  const facts = courseFacts(issuing, "credential");
  const by = { verificationMethod: proofMethod(facts.issuer.did, keys.EdDSA.keyId), created: issuing.issuedAt };
  return {
    hcert: hcert(courseFacts(issuing, "token"), keys),
    cowin: asText(await unsignedHardened(facts, by.verificationMethod, primitives)),
    w3c: asText(await unsignedVc2(courseCredential(facts), by, primitives)),
  };
}

/** The facts with the status list that this form can name: a signed token, or a signed credential. */
export function courseFacts(issuing: Issuing, list: "token" | "credential"): CourseFacts {
  const { origin, statusList, statusIndex, ...facts } = issuing;
  const names = issuerNames(origin);
  const uri = `${names.url}/status/${statusList}${list === "credential" ? ".json" : ""}`;
  return { ...facts, issuer: { ...names, name: issuer.name }, status: { uri, index: statusIndex } };
}

function hcert(facts: CourseFacts, { ES256 }: SigningKeys): Unsigned<string> {
  const certificateId = makeUvci(issuer.country, issuer.authority, facts.certificateId);
  return unsignedHcert({
    payload: dccPayload(facts.person, { ...lastDose(facts), issuer: issuer.name, certificateId }),
    country: issuer.country,
    issuedAt: facts.issuedAt,
    expiresAt: facts.expiresAt,
    keyId: Buffer.from(ES256.keyId, "hex"),
    status: facts.status,
    deflate,
  });
}

async function healthCard(issuing: Issuing, { ES256 }: SigningKeys): Promise<Unsigned<string>> {
  const rid = `${issuing.statusList}-${issuing.statusIndex}`;
  return unsignedShc(courseFacts(issuing, "token"), {
    keyName: await keyThumbprint(ES256, primitives),
    deflateRaw,
    rid,
  });
}

function asText({ parts, finish }: Unsigned<JsonObject>): Unsigned<string> {
  return { parts, finish: (signatures) => JSON.stringify(finish(signatures)) };
}

/** The person as far as the record has it: what a certificate for other countries needs stands there or not at all. */
export function personFacts(record: {
  readonly name: string;
  readonly birthYear: number;
  readonly gender: PersonFacts["gender"];
  readonly birthDate?: string | null | undefined;
  readonly passportNumber?: string | null | undefined;
}): PersonFacts {
  const { name, birthYear, gender, birthDate, passportNumber } = record;
  return { name, birthYear, gender, ...(birthDate && passportNumber && { birthDate, passportNumber }) };
}
