// Runs public test vectors when a copy lies beside the project or where SAKSHI_CERTIFICATE_VECTORS says, with the same
// code as tools/run-vectors; prints how many ran. A few stand in known-vectors.test.ts and always run.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { differences, findSuites, runSuite, usualCollections } from "../../../tests/vectors/runner.js";
import { encodeCbor } from "./cbor.js";
import { claimedKeyId, isBytes, parseSign1 } from "./cose.js";

const found = existsSync(usualCollections) ? findSuites([usualCollections]) : [];

test("vectors: a copy beside the project is looked for", (t) => {
  t.diagnostic(`${found.length} suites of outside vectors${found.length === 0 ? " (no copy here)" : ""}`);
});

for (const each of found) {
  test(`vectors: ${each.label}`, async (t) => {
    const result = await runSuite(each);
    assert.deepEqual(differences([result]), []);
    t.diagnostic(`${each.label}: ${result.cases.length} outside vectors run`);
  });
}

test("a key id in the protected header wins", () => {
  const inner = encodeCbor(new Map([[4, new Uint8Array([1])]]));
  const message = parseSign1(
    encodeCbor([inner, new Map([[4, new Uint8Array([2])]]), new Uint8Array(), new Uint8Array(64)]),
  );
  const keyId = message && claimedKeyId(message);
  assert.ok(isBytes(keyId) && keyId[0] === 1);
});
