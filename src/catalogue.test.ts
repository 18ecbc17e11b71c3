// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import pg from "pg";
import { ashaDemo } from "../tests/support/vault-people.js";
import { testWorld } from "../tests/support/world.js";
import { catalogue, retentions, schemasOfLibraries } from "./catalogue.js";
import type {
  AefiDetails,
  CertificateText,
  DoseDetails,
  EmergencyText,
  EvidenceText,
  TicketText,
} from "./modules/disclosure/index.js";
import type { Entry } from "./vault/entry.js";
import type { CaseRecords } from "./vault/inquirer/case-records.js";
import { recordOf, recordsOf } from "./vault/opener/records.js";
import { fields as policyFields } from "./vault/policy.js";

const ids = catalogue.map((one) => one.id);

test("no field stands in the catalogue twice, and each has words", () => {
  assert.equal(new Set(ids).size, ids.length);
  for (const one of catalogue) assert.ok(one.why.length > 3 && Object.hasOwn(retentions, one.kept), one.id);
});

test("each column of the migrated database is in the catalogue, and nothing in it has gone", async () => {
  const world = await testWorld();
  const admin = new pg.Client({ connectionString: world.adminUrl });
  await admin.connect();
  const { rows } = await admin.query(
    `SELECT table_schema || '.' || table_name || '.' || column_name AS id FROM information_schema.columns
     WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_schema <> ALL ($1)`,
    [schemasOfLibraries],
  );
  await admin.end();
  await world.close();
  const columns = (rows as { id: string }[]).map((row) => row.id);
  const listed = ids.filter((id) => id.split(".").length === 3);
  assert.deepEqual(
    columns.filter((id) => !listed.includes(id)),
    [],
    "columns that src/catalogue.ts does not list",
  );
  assert.deepEqual(
    listed.filter((id) => !columns.includes(id)),
    [],
    "columns that src/catalogue.ts lists and the database lacks",
  );
});

// The compiler refuses these when a field of the types is missing or too many.
const dose: Record<keyof DoseDetails, true> = {
  vaccinationId: true,
  doseNumber: true,
  kind: true,
  product: true,
  lotNumber: true,
  givenOn: true,
  facilityId: true,
  facilityName: true,
  districtId: true,
  stateId: true,
  sessionId: true,
  vaccinatorId: true,
  vaccinatorName: true,
  enteredInError: true,
};
const certificate: Record<keyof CertificateText, true> = {
  certificateId: true,
  vaccinationId: true,
  hcert: true,
  forms: true,
  issuedAt: true,
};
const aefi: Record<keyof AefiDetails, true> = {
  reportId: true,
  vaccinationId: true,
  severity: true,
  note: true,
  reportedAt: true,
};
const emergency: Record<keyof EmergencyText, true> = { grantId: true, words: true };
const evidence: Record<keyof EvidenceText, true> = { ticketId: true, n: true, type: true, bytes: true, key: true };
const ticket: Record<keyof TicketText, true> = { ticketId: true, asked: true, before: true, steps: true };
const entry: Record<keyof Entry, true> = {
  v: true,
  kind: true,
  at: true,
  actor: true,
  role: true,
  organisation: true,
  purpose: true,
  basis: true,
  explanation: true,
  fields: true,
  doseDates: true,
  request: true,
  reference: true,
  digest: true,
  subject: true,
  n: true,
};

const sample: Record<keyof CaseRecords["sample"], true> = { name: true, file: true, table: true };
const answer: Record<keyof CaseRecords["answer"], true> = { released: true, linked: true, masks: true };
const draft: Record<keyof CaseRecords["draft"], true> = { fields: true };

test("each field of a sealed record and of a log entry is in the catalogue", () => {
  const linked = { passportNumber: "A1234567", birthDate: "1960-01-02" };
  const [identity, contact, passport] = recordsOf({ identity: ashaDemo, passport: linked }, null);
  const sealed = {
    identity: identity!.value,
    contact: contact!.value,
    passport: passport!.value,
    dose,
    certificate,
    aefi,
    ticket,
    evidence,
    emergency,
    entry,
    sample,
    answer,
    draft,
  };
  const stored = Object.entries(sealed).flatMap(([record, value]) =>
    Object.keys(value).map((name) => `${record}.${name}`),
  );
  const listed = ids.filter((id) => id.split(".").length === 2);
  assert.deepEqual([...listed].sort(), [...stored].sort());
});

test("each sealed field says which word of the policy lets it out", () => {
  for (const one of catalogue) {
    const [record] = one.id.split(".");
    if (one.id.split(".").length !== 2) continue;
    assert.ok((policyFields as readonly string[]).includes(one.policyField ?? ""), one.id);
    if (Object.hasOwn(recordOf, one.policyField ?? ""))
      assert.equal(recordOf[one.policyField as keyof typeof recordOf], record);
  }
});

test("what is personal is sealed, about staff, or a keyed code", () => {
  const clear = catalogue.filter((one) => ["personal", "health"].includes(one.class) && one.id.split(".").length === 3);
  assert.deepEqual(
    clear
      .map((one) => one.id)
      .filter((id) => !id.startsWith("registry.staff.") && !/\.(contact_box|box|sealed_\w+)$/.test(id)),
    [],
  );
});
