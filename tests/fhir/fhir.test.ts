// FHIR over HTTP: every resource that leaves is valid for two validators, base and profile, and nothing leaves without a
// person's consent.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { recordVaccination } from "../../src/modules/vaccinations/index.js";
import { uuidv7 } from "../../src/platform/random.js";
import { type ApiWorld, apiWorld, type Reply } from "../api/api-world.js";
import { type CheckedIn, checkedInPerson, comesAgain, doseDay } from "../support/dose-day.js";
import { fhirFaults } from "../support/fhir.js";
import { type DemoPartner, demoPartner, type GivenConsent, givenConsent } from "../support/partners.js";
import { registeredPerson, signedInAccount } from "../support/vault-people.js";

let api: ApiWorld;
let partner: DemoPartner;
let vaccinated: CheckedIn;
let consent: GivenConsent;
const consentFor = (terms = {}) =>
  givenConsent(api.world, partner, vaccinated.account.actor, vaccinated.input.beneficiaryId, terms);

before(async () => {
  api = await apiWorld("2026-08-20T06:00:00Z");
  const day = await doseDay(api.world);
  vaccinated = await checkedInPerson(api.world, day);
  assert.ok((await recordVaccination(api.world.deps, day.vaccinator.actor, vaccinated.input)).ok);
  partner = await demoPartner(api.world);
  consent = await consentFor({ frequency: { unit: "DAY", value: 1, repeats: 99 } });
});
after(() => api.close());

async function read(path: string, key = partner.key): Promise<Reply & { body: ReturnType<typeof JSON.parse> }> {
  const reply = await api.get(`/api/fhir/${path}`, { "x-api-key": key });
  assert.equal(reply.headers.get("content-type"), "application/fhir+json; charset=utf-8", path);
  const body = JSON.parse(reply.text);
  assert.deepEqual(fhirFaults(body), [], path);
  return { ...reply, body };
}

test("the capability statement is for anybody and names what there is", async () => {
  const { status, body } = await read("metadata", "");
  assert.equal(status, 200);
  assert.deepEqual(
    body.rest[0].resource.map((one: { type: string }) => one.type),
    ["Patient", "Immunization", "ImmunizationRecommendation", "Composition"],
  );
});

test("the person: name, gender and year of birth, under the consent's id", async () => {
  const { body } = await read(`Patient/${consent.pairwiseId}`);
  assert.deepEqual(
    [body.id, body.name, body.gender, body.birthDate, body.telecom],
    [consent.pairwiseId, [{ text: "Asha Demo" }], "female", "1980", undefined],
  );
});

test("doses, and what is due", async () => {
  const doses = await read(`Immunization?patient=${consent.pairwiseId}`);
  assert.equal(doses.body.total, 1);
  const [dose] = doses.body.entry.map((one: { resource: unknown }) => one.resource);
  assert.deepEqual(
    [
      dose.status,
      dose.occurrenceDateTime,
      dose.vaccineCode.coding[0].code,
      dose.protocolApplied[0].doseNumberPositiveInt,
    ],
    ["completed", "2026-08-20", "29061000087103", 1],
  );
  assert.ok(!doses.text.includes("Vimal Demo"), "who gave it is nobody's business here");
  const due = await read(`ImmunizationRecommendation?patient=Patient/${consent.pairwiseId}&_format=json`);
  const [recommendation] = due.body.entry[0].resource.recommendation;
  assert.equal(recommendation.forecastStatus.coding[0].code, "due");
  assert.equal(recommendation.dateCriterion[0].value, "2026-11-12");
});

test("ABDM's immunization record holds it all, with references that lead somewhere", async () => {
  const { body } = await read(`Composition/${consent.pairwiseId}/$document`);
  assert.deepEqual(
    body.entry.map((one: { resource: { resourceType: string } }) => one.resource.resourceType),
    ["Composition", "Patient", "Organization", "Immunization", "ImmunizationRecommendation"],
  );
  const urls = body.entry.map((one: { fullUrl: string }) => one.fullUrl);
  const references = JSON.stringify(body).matchAll(/"reference":"([^"]+)"/g);
  for (const [, reference] of references)
    assert.ok(urls.includes(`${api.world.deps.origin}/api/fhir/${reference}`), reference);
});

test("a course that is complete, a third gender, and dates that leave out doses are valid too", async () => {
  const now = new Date("2026-11-27T06:00:00Z");
  api.world.setNow(now);
  await api.world.deps.db.rows("UPDATE registry.sign_ins SET last_seen_at = $1, expires_at = $2", [
    now,
    new Date(now.getTime() + 3_600_000),
  ]);
  const day = await doseDay(api.world);
  const { beneficiaryId } = vaccinated.input;
  const second = await comesAgain(api.world, day, vaccinated.account, beneficiaryId);
  const given = await recordVaccination(api.world.deps, day.vaccinator.actor, second);
  assert.ok(given.ok, JSON.stringify(given));
  const account = await signedInAccount(api.world);
  const somebody = await registeredPerson(api.world, account, { gender: "Others" });
  const theirs = await givenConsent(api.world, partner, account.actor, somebody);
  assert.equal((await read(`Patient/${theirs.pairwiseId}`)).body.gender, "other");
  const whole = await consentFor();
  assert.equal((await read(`Composition/${whole.pairwiseId}/$document`)).body.entry.length >= 5, true);
  await read(`ImmunizationRecommendation?patient=${whole.pairwiseId}`);
  const part = await consentFor({ dosesFrom: "2026-11-01" });
  assert.equal((await read(`Immunization?patient=${part.pairwiseId}`)).body.total, 1);
  assert.equal((await read(`ImmunizationRecommendation?patient=${part.pairwiseId}`)).body.total, 0);
  const nothing = await consentFor({ dosesFrom: "2021-01-16", dosesTo: "2021-01-17" });
  assert.equal((await read(`Immunization?patient=${nothing.pairwiseId}`)).body.total, 0);
  assert.equal((await read(`Composition/${nothing.pairwiseId}/$document`)).status, 404);
});

test("without consent there is an outcome and no person: other partners, ended consents, keys of other families", async () => {
  const other = await demoPartner(api.world);
  const once = await consentFor({ frequency: { unit: "DAY", value: 1, repeats: 0 } });
  assert.equal((await read(`Patient/${once.pairwiseId}`)).status, 200);
  const cases: [string, string, number, string, string][] = [
    [consent.pairwiseId, other.key, 403, "forbidden", "CONSENT_MISSING"],
    [uuidv7(), partner.key, 403, "forbidden", "CONSENT_MISSING"],
    [vaccinated.input.beneficiaryId, partner.key, 403, "forbidden", "CONSENT_MISSING"],
    [consent.pairwiseId, "no key", 401, "login", "PARTNER_KEY_UNKNOWN"],
    [once.pairwiseId, partner.key, 429, "throttled", "CONSENT_FREQUENCY_USED"],
    ["not-an-id", partner.key, 422, "invalid", "INPUT_INVALID"],
  ];
  for (const [id, key, status, kind, code] of cases) {
    const paths = [
      `Patient/${id}`,
      `Immunization?patient=${id}`,
      `ImmunizationRecommendation?patient=${id}`,
      `Composition/${id}/$document`,
    ];
    for (const path of paths) {
      const reply = await read(path, key);
      assert.deepEqual(
        [reply.status, reply.body.resourceType, reply.body.issue[0].code],
        [status, "OperationOutcome", kind],
        path,
      );
      const said = reply.body.issue[0].details.coding[0].code;
      assert.equal(said, code === "INPUT_INVALID" ? "FIELD_UNFIT" : code);
      assert.ok(!reply.text.includes("Asha"));
    }
  }
  for (const path of [
    "Patient",
    "Observation/1",
    `Immunization?patient=${consent.pairwiseId}&_include=*`,
    "Immunization",
  ])
    assert.ok((await read(path)).status >= 400, path);
});

test("the validators see what is wrong", async () => {
  const { pairwiseId } = await consentFor();
  const { body } = await read(`Immunization?patient=${pairwiseId}`);
  const dose = body.entry[0].resource;
  for (const damaged of [
    { ...dose, status: "bogus" },
    { ...dose, occurrenceDateTime: "20/08/2026" },
    { ...dose, vaccineCode: { coding: [{ system: "http://snomed.info/sct", code: "1119305005" }] } },
    { ...dose, strange: true },
    { ...dose, vaccineCode: undefined },
  ])
    assert.notDeepEqual(fhirFaults(JSON.parse(JSON.stringify(damaged))), []);
});
