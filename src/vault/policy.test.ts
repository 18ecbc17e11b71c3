// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { schemaToJson } from "@cedar-policy/cedar-wasm/nodejs";
import { projectRoot } from "../platform/root.js";
import { loadBudgets } from "./budgets.js";
import { acts, evaluatePolicy, fields, loadPolicy, policyFaults, policyTexts, purposes, roles } from "./policy.js";
import { policyPage } from "./policy-table.js";

const texts = policyTexts();
const policy = loadPolicy(texts);

/** "role act purpose field" of all that is permitted. */
const permitted = roles.flatMap((role) =>
  acts.flatMap((act) =>
    purposes.flatMap((purpose) =>
      fields
        .filter((field) => policy.permits({ role, act, purpose, field }))
        .map((field) => ({ role, act, purpose, field })),
    ),
  ),
);
const fieldsFor = (role: string, act: string, purpose: string): string[] =>
  permitted.filter((one) => one.role === role && one.act === act && one.purpose === purpose).map((one) => one.field);

test("what the build evaluated is what the engine says now, to the last question", () => {
  const keys = permitted.map(({ role, act, purpose, field }) => `${role} ${act} ${purpose} ${field}`);
  assert.deepEqual(keys, evaluatePolicy(texts).permitted);
});

test("the policies are sound against their schema", () => {
  assert.deepEqual(policyFaults(), []);
});

test("a policy with an unknown word does not load", () => {
  for (const [known, unknown] of [
    ['Role::"citizen"', 'Role::"admin"'],
    ['Field::"mobile"', 'Field::"phone"'],
    ['Purpose::"own-view"', 'Purpose::"curiosity"'],
    ['Action::"read"', 'Action::"export"'],
  ] as const) {
    assert.throws(
      () => loadPolicy({ ...texts, policies: texts.policies.replaceAll(known, unknown) }),
      /not sound/,
      unknown,
    );
  }
});

test("the table covers every word of the schema, and no other", () => {
  const schema = schemaToJson(texts.schema);
  assert.ok(schema.type === "success");
  const { entityTypes, actions } = schema.json[""]!;
  const words = (type: string): string[] => (entityTypes[type] as { enum: string[] }).enum;
  assert.deepEqual(words("Role"), [...roles]);
  assert.deepEqual(words("Purpose"), [...purposes]);
  assert.deepEqual(words("Field"), [...fields]);
  assert.deepEqual(Object.keys(actions).sort(), [...acts].sort());
});

test("no facility admin sees or changes anything personal; officers only for a ticket, or the reason they review", () => {
  assert.deepEqual(
    permitted.filter((one) => one.role === "facility-admin"),
    [],
  );
  assert.deepEqual(
    permitted.filter((one) => one.role === "privacy-officer" && one.purpose !== "breach-inquiry"),
    [{ role: "privacy-officer", act: "read", purpose: "review", field: "emergencies" }],
  );
  const inquiring = permitted.filter(({ purpose }) => purpose === "breach-inquiry");
  assert.deepEqual([...new Set(inquiring.map(({ role }) => role))], ["privacy-officer"]);
  assert.deepEqual([...new Set(inquiring.map(({ field }) => field))].sort(), ["actors", "comparison", "inquiry"]);
  for (const role of ["district-admin", "state-admin", "national-admin"]) {
    const purposesOf = new Set(permitted.filter((one) => one.role === role).map((one) => one.purpose));
    assert.deepEqual([...purposesOf], ["correction", "dose-correction", "number-correction"]);
  }
});

test("an officer changes only what the ticket's purpose is about", () => {
  const who = ["name", "birthYear", "gender", "photoIdType", "photoIdLast4", "passportNumber", "birthDate", "tickets"];
  assert.deepEqual(fieldsFor("district-admin", "read", "correction"), [...who, "evidence"]);
  assert.deepEqual(fieldsFor("district-admin", "write", "correction"), who);
  assert.deepEqual(fieldsFor("district-admin", "read", "dose-correction"), [
    "name",
    "birthYear",
    "doses",
    "tickets",
    "evidence",
  ]);
  assert.deepEqual(fieldsFor("district-admin", "write", "dose-correction"), ["doses", "tickets"]);
  assert.deepEqual(fieldsFor("district-admin", "read", "number-correction"), ["name", "tickets", "evidence"]);
  assert.deepEqual(fieldsFor("district-admin", "write", "number-correction"), ["mobile", "tickets"]);
});

test("nobody but the person's own account and the message service sees a phone number", () => {
  const seen = permitted
    .filter((one) => one.act === "read" && one.field === "mobile")
    .map((one) => `${one.role} ${one.purpose}`);
  assert.deepEqual(seen, ["citizen own-view", "citizen own-change", "system:messages notice"]);
});

test("nobody but the person's own account sees who looked", () => {
  const seen = permitted
    .filter((one) => one.field === "disclosures")
    .map((one) => `${one.role} ${one.act} ${one.purpose}`);
  assert.deepEqual(seen, ["citizen read own-log"]);
});

test("each purpose lets each role see what it needs", () => {
  const identity = ["name", "birthYear", "gender", "photoIdType", "photoIdLast4"];
  const passport = ["passportNumber", "birthDate"];
  assert.deepEqual(fieldsFor("citizen", "read", "own-view"), [
    ...identity,
    "mobile",
    ...passport,
    "doses",
    "certificates",
    "aefi",
    "tickets",
    "evidence",
    "emergencies",
    "consents",
  ]);
  assert.deepEqual(fieldsFor("citizen", "write", "own-change"), [
    "mobile",
    ...passport,
    "certificates",
    "tickets",
    "evidence",
  ]);
  assert.deepEqual(fieldsFor("citizen", "write", "consent"), ["consents"]);
  assert.deepEqual(fieldsFor("partner", "read", "consented-share"), ["name", "birthYear", "gender", "doses"]);
  assert.deepEqual(fieldsFor("partner", "read", "consented-status"), ["doses"]);
  for (const role of ["verifier", "vaccinator"]) {
    assert.deepEqual(fieldsFor(role, "read", "check-in"), [...identity, "doses"]);
    assert.deepEqual(fieldsFor(role, "read", "vaccination"), [...identity, "doses"]);
    assert.deepEqual(fieldsFor(role, "write", "vaccination"), ["doses"]);
    assert.deepEqual(fieldsFor(role, "write", "registration"), [...identity, "mobile"]);
    assert.deepEqual(fieldsFor(role, "write", "check-in"), []);
    assert.deepEqual(fieldsFor(role, "read", "break-glass"), ["name", "birthYear", "gender", "doses", "aefi"]);
    assert.deepEqual(fieldsFor(role, "write", "break-glass"), ["emergencies"]);
  }
  assert.deepEqual(fieldsFor("system:certificates", "read", "certificate"), [...identity, ...passport, "doses"]);
  assert.deepEqual(fieldsFor("system:certificates", "write", "certificate"), ["certificates"]);
  assert.deepEqual(fieldsFor("system:messages", "read", "notice"), ["mobile"]);
});

test("words outside the table are refused", () => {
  for (const strange of [
    { role: "root" },
    { purpose: "curiosity" },
    { field: "aadhaar" },
    { field: "name read own-view" },
  ]) {
    const question = { role: "citizen", act: "read", purpose: "own-view", field: "name", ...strange } as const;
    assert.equal(policy.permits(question), false);
  }
});

test("docs/who-may-see-what.md is what the policy says", () => {
  assert.equal(
    readFileSync(join(projectRoot, "docs", "who-may-see-what.md"), "utf8"),
    policyPage(policy, loadBudgets().table),
    "run tools/policy-table",
  );
});
