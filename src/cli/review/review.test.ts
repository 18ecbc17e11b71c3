// Each safeguard that is switched off turns its line of the review red; what cannot be tried never passes.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { registeredPerson, signedInAccount } from "../../../tests/support/vault-people.js";
import { testWorld, type World } from "../../../tests/support/world.js";
import { readConfig } from "../../config.js";
import { connect, type Db } from "../../platform/db/db.js";
import { contentSecurityPolicy } from "../../platform/http/server.js";
import { writeState } from "../../start/state.js";
import type { Finding, Installation } from "./check.js";
import { checks } from "./review.js";

let world: World;
let admin: Db;
let installation: Installation;
const dataDir = mkdtempSync(join(tmpdir(), "sakshi-review-"));

before(async () => {
  world = await testWorld();
  admin = connect(world.adminUrl, { max: 1 });
  await registeredPerson(world, await signedInAccount(world));
  for (const folder of ["keys", "logs", "published"]) mkdirSync(join(dataDir, folder));
  const config = readConfig({ SAKSHI_DATA_DIR: dataDir, SAKSHI_ORIGIN: "https://vaccination.example" });
  installation = {
    config,
    connectAs: (role) => connect(world.urlAs(role), { max: 1 }),
    adminUrl: () => world.adminUrl,
  };
});
after(async () => {
  await admin.close();
  await world.close();
  rmSync(dataDir, { recursive: true });
});

async function outcome(id: string, change: Partial<Installation> = {}): Promise<Finding["outcome"]> {
  const check = checks.find((each) => each.id === id);
  assert.ok(check, id);
  return (await check.run({ ...installation, ...change })).outcome;
}

/** Green, then red while the safeguard is off, then green again. */
async function turnsRed(id: string, off: string, on: string): Promise<void> {
  assert.equal(await outcome(id), "pass");
  await admin.rows(off);
  assert.equal(await outcome(id), "fail");
  await admin.rows(on);
  assert.equal(await outcome(id), "pass");
}

test("a role that may read sealed records, or change the log", async () => {
  await turnsRed(
    "role-grants",
    "GRANT SELECT ON vault.records TO sakshi_app",
    "REVOKE SELECT ON vault.records FROM sakshi_app",
  );
  await turnsRed(
    "role-grants",
    "GRANT DELETE ON log.entries TO sakshi_auditor",
    "REVOKE DELETE ON log.entries FROM sakshi_auditor",
  );
});

test("a log whose triggers are off, or whose entries were changed", async () => {
  await turnsRed(
    "log-insert-only",
    "ALTER TABLE log.entries DISABLE TRIGGER entries_are_never_changed",
    "ALTER TABLE log.entries ENABLE TRIGGER entries_are_never_changed",
  );
  await admin.rows("SET session_replication_role = replica");
  const change = "UPDATE log.entries SET leaf = set_byte(leaf, 40, 255 - get_byte(leaf, 40)) WHERE index = 0";
  await turnsRed("log-whole", change, change);
  await admin.rows("SET session_replication_role = DEFAULT");
});

test("a canary that was touched and nobody has decided on", async () => {
  await turnsRed(
    "findings-decided",
    `INSERT INTO registry.access_findings (finding_id, kind, actor, found_on, first_at, last_at, times, stops)
     VALUES (gen_random_uuid(), 'canary', 'staff:x', current_date, now(), now(), 1, false)`,
    "DELETE FROM registry.access_findings WHERE actor = 'staff:x'",
  );
});

test("a key that others may read, and a root key in a file", async () => {
  const key = join(dataDir, "keys", "app.key");
  writeFileSync(key, "sealed", { mode: 0o600 });
  assert.equal(await outcome("key-place"), "pass");
  chmodSync(key, 0o644);
  assert.equal(await outcome("key-place"), "fail");
  chmodSync(key, 0o600);
  mkdirSync(join(dataDir, "keys", "root"));
  assert.equal(await outcome("key-place"), "fail");
});

test("a number in a log file", async () => {
  writeFileSync(join(dataDir, "logs", "web.log"), '{"level":50,"time":1795772400000}\n');
  assert.equal(await outcome("logs-clean"), "pass");
  writeFileSync(join(dataDir, "logs", "web.log"), "sent to 9000012345\n");
  assert.equal(await outcome("logs-clean"), "fail");
});

test("no backup, or an old one", async () => {
  assert.equal(await outcome("backups"), "fail");
  const put = (takenAt: string) => {
    const folder = join(dataDir, "backups", "20260101T000000Z");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "manifest.json"), JSON.stringify({ format: "sakshi-backup/1", takenAt }));
  };
  put(new Date().toISOString());
  assert.equal(await outcome("backups"), "pass");
  put(new Date(Date.now() - 3 * 86_400_000).toISOString());
  assert.equal(await outcome("backups"), "fail");
});

test("pages without their headers", async () => {
  let headers: Record<string, string> = {
    "content-security-policy": contentSecurityPolicy,
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
  };
  const server = createServer((_request, response) => response.writeHead(200, headers).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  writeState(dataDir, { supervisor: process.pid, address, parts: { recorder: process.pid, opener: process.pid } });
  assert.equal(await outcome("pages-headers"), "pass");
  headers = { ...headers, "cache-control": "max-age=60" };
  assert.equal(await outcome("pages-headers"), "fail");
  server.closeAllConnections();
  server.close();
  assert.equal(await outcome("confinement"), "fail", "this very process is not confined");
});

test("an address without https, a log that is not published, and what cannot be tried", async () => {
  assert.equal(await outcome("transport"), "pass");
  const plain = { ...installation.config, origin: "http://vaccination.example" };
  assert.equal(await outcome("transport", { config: plain }), "fail");
  assert.equal(await outcome("published-log"), "fail");
  assert.equal(await outcome("witnesses"), "fail");
  for (const id of ["clock", "advisories"]) assert.equal(await outcome(id), "not checked");
});
