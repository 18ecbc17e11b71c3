// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { ensureKeyFiles, keyFileNames, keyReader, keysHeldBy } from "./keys.js";

const folder = mkdtempSync(join(tmpdir(), "sakshi-keys-"));
after(() => rmSync(folder, { recursive: true }));

test("keys are made once, for their owner only, and found again", async () => {
  const dir = join(folder, "once", "keys");
  const files = ensureKeyFiles(dir);
  const before = Object.values(files).map((path) => readFileSync(path).toString("hex"));
  for (const path of Object.values(files)) assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(dir).mode & 0o777, 0o700);
  assert.deepEqual(ensureKeyFiles(dir), files);
  assert.deepEqual(
    Object.values(files).map((path) => readFileSync(path).toString("hex")),
    before,
  );
  assert.equal(new Set(before).size, before.length);
  const read = keyReader(dir, () => assert.fail("these are not wrapped"));
  assert.equal((await read.secret("index")).symmetricKeySize, 32);
  assert.equal((await read.private("log")).asymmetricKeyType, "ed25519");
});

test("a lost key file is named and not made anew", () => {
  const dir = join(folder, "lost");
  const files = ensureKeyFiles(dir);
  rmSync(files.index);
  assert.throws(() => ensureKeyFiles(dir), /index\.key/);
  assert.ok(!readdirSync(dir).includes("index.key"));
});

test("the recorder holds no key that opens, and the opener none that signs the log", () => {
  const opens = ["index", "transit"];
  assert.deepEqual(
    keysHeldBy.recorder.filter((name) => opens.includes(name)),
    [],
  );
  assert.ok(!(keysHeldBy.opener as readonly string[]).includes("log"));
  assert.ok(!([...keysHeldBy.opener, ...keysHeldBy.recorder] as readonly string[]).includes("app"));
  const held = new Set<string>([...keysHeldBy.recorder, ...keysHeldBy.opener, ...keysHeldBy.house]);
  assert.deepEqual([...held].sort(), Object.keys(keyFileNames).sort());
});
