// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createSecretKey, randomBytes } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { decodeLeaf } from "../lib/tlog/index.js";
import { uuidv7 } from "../platform/random.js";
import {
  accountabilityOf,
  accountabilityPlainBytes,
  boundedOrganisation,
  canonicalJson,
  type Entry,
  leafOf,
  pseudonymOf,
  subjectPlainBytes,
  tagOf,
} from "./entry.js";
import { fields, purposes, roles } from "./policy.js";

const longest = (words: readonly string[]): string => words.reduce((a, b) => (b.length > a.length ? b : a));

/** The longest entry that the closed lists allow, for an organisation. */
function longestEntry(organisation: string): Entry {
  return {
    v: 1,
    kind: "disclosure",
    at: new Date(0).toISOString(),
    actor: `account:${uuidv7()}`,
    role: longest(roles),
    organisation: boundedOrganisation(organisation),
    purpose: longest(purposes) as Entry["purpose"],
    basis: "DPDP-7(b)",
    explanation: "appointment-changed",
    fields: fields.filter((field) => !["disclosures", "inquiry", "comparison", "actors"].includes(field)),
    request: uuidv7(),
    reference: uuidv7(),
    doseDates: "2021-01-16/2026-11-23",
    digest: randomBytes(32).toString("base64url"),
    subject: uuidv7(),
    n: 2 ** 32,
  };
}

test("the longest entry fits its fixed size, whatever the organisation is called", () => {
  const name = fc.string({ unit: "binary", minLength: 0, maxLength: 200 });
  fc.assert(
    fc.property(name, (organisation) => {
      const entry = longestEntry(organisation);
      assert.ok(4 + 32 + Buffer.byteLength(canonicalJson(entry)) <= subjectPlainBytes);
      const salt = randomBytes(32).toString("base64url");
      assert.ok(4 + Buffer.byteLength(canonicalJson({ ...accountabilityOf(entry), salt })) <= accountabilityPlainBytes);
    }),
  );
});

test("an organisation's name is cut at the end of a character and not before it must", () => {
  assert.equal(boundedOrganisation("Demo Health Centre"), "Demo Health Centre");
  assert.equal(boundedOrganisation("स्वास्थ्य ".repeat(20)).isWellFormed(), true);
  assert.equal(Buffer.byteLength(boundedOrganisation("a".repeat(500))), 120);
  assert.equal(boundedOrganisation("क".repeat(500)), "क".repeat(40));
});

test("the accountability half names no person, counter, request or reference", () => {
  const half = accountabilityOf(longestEntry("Demo")) as unknown as Record<string, unknown>;
  for (const name of ["subject", "n", "request", "reference", "digest"]) assert.equal(half[name], undefined);
});

test("canonical text has sorted keys, no spaces, and leaves out what is absent", () => {
  assert.equal(canonicalJson({ b: 1, a: ["x"], c: undefined }), '{"a":["x"],"b":1}');
  const forwards = longestEntry("Demo");
  const backwards = Object.fromEntries(Object.entries(forwards).reverse());
  assert.equal(canonicalJson(backwards), canonicalJson(forwards));
});

test("a leaf holds kind, tag and a commitment that changes with every byte of entry and salt", () => {
  const [tag, salt] = [randomBytes(32), randomBytes(32)];
  const leaf = leafOf("change", tag, salt, "entry");
  assert.equal(leaf.length, 66);
  assert.equal(decodeLeaf(leaf).kind, 2);
  assert.notDeepEqual(leafOf("change", tag, salt, "entrz"), leaf);
  assert.notDeepEqual(leafOf("change", tag, randomBytes(32), "entry"), leaf);
});

test("tags and pseudonyms differ by key, person, counter and use, and are the same again", () => {
  const [one, two] = [createSecretKey(randomBytes(32)), createSecretKey(randomBytes(32))];
  assert.deepEqual(tagOf(one, 7), tagOf(one, 7));
  const all = [
    tagOf(one, 7),
    tagOf(one, 8),
    tagOf(two, 7),
    pseudonymOf(one, "subject", "x"),
    pseudonymOf(one, "actor", "x"),
    pseudonymOf(two, "subject", "x"),
    pseudonymOf(one, "subject", "y"),
  ];
  assert.equal(new Set(all.map((bytes) => bytes.toString("hex"))).size, all.length);
});
