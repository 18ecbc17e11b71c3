// Each safeguard that is switched off turns its line of the review red; what cannot be tried never passes.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { registeredPerson, signedInAccount } from "../../../tests/support/vault-people.js";
import { testWorld, type World } from "../../../tests/support/world.js";
import { readConfig } from "../../config.js";
import { connect, type Db } from "../../platform/db/db.js";
import { serveFrames } from "../../platform/frames/index.js";
import { contentSecurityPolicy, createServer as createHttpServer } from "../../platform/http/server.js";
import { dataFolder } from "../../start/data-folder.js";
import { writeState } from "../../start/state.js";
import { socketsIn } from "../../vault/settings.js";
import { type Finding, type Installation, tried } from "./check.js";
import { checks } from "./review.js";

let world: World;
/** As the migrations made it: what the review makes for itself. */
let fresh: World;
let admin: Db;
let installation: Installation;
const dataDir = mkdtempSync(join(tmpdir(), "sakshi-review-"));

before(async () => {
  [world, fresh] = await Promise.all([testWorld(), testWorld()]);
  admin = connect(world.adminUrl, { max: 1 });
  await registeredPerson(world, await signedInAccount(world));
  for (const folder of ["keys", "logs", "published"]) mkdirSync(join(dataDir, folder));
  const config = readConfig({ SAKSHI_DATA_DIR: dataDir, SAKSHI_ORIGIN: "https://vaccination.example" });
  installation = {
    config,
    connectAs: (role) => connect(world.urlAs(role), { max: 1 }),
    adminUrl: () => world.adminUrl,
    routes: async () => [],
    freshDatabase: async () => ({ url: fresh.adminUrl, async drop() {} }),
    given: {},
  };
});
after(async () => {
  await admin.close();
  await world.close();
  await fresh.close();
  rmSync(dataDir, { recursive: true });
});

function finding(id: string, change: Partial<Installation> = {}): Promise<Finding> {
  const check = checks.find((each) => each.id === id);
  assert.ok(check, id);
  return tried(check, { ...installation, ...change });
}
const outcome = async (id: string, change: Partial<Installation> = {}) => (await finding(id, change)).outcome;

/** Green, then red while the safeguard is off, then green again. */
async function turnsRed(id: string, off: string, on: string): Promise<void> {
  assert.equal((await finding(id)).outcome, "pass", (await finding(id)).found);
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

const found = (kind: string, lastAt: string) =>
  `INSERT INTO registry.access_findings (finding_id, kind, actor, found_on, first_at, last_at, times, stops)
   VALUES (gen_random_uuid(), '${kind}', 'staff:x', current_date, ${lastAt}, ${lastAt}, 1, false)`;
const unfound = "DELETE FROM registry.access_findings WHERE actor = 'staff:x'";

test("what stands out and was not decided on, and a canary that was touched", async () => {
  await turnsRed("findings-decided", found("break-glass", "now() - interval '3 days'"), unfound);
  assert.equal(await outcome("canaries-silent"), "not checked", "none is planted");
  await admin.rows("INSERT INTO log.canary_batches VALUES (gen_random_uuid(), now(), ARRAY[sha256('x')])");
  await turnsRed("canaries-silent", found("canary", "now()"), unfound);
});

test("many refused looks", async () => {
  assert.equal(await outcome("misses"), "pass");
  await admin.rows(
    `INSERT INTO log.entries SELECT (jsonb_populate_record(e, jsonb_build_object('index', 1000 + n, 'kind', 3,
       'subject_pseudonym', NULL, 'counter', NULL, 'sealed_subject', NULL, 'request_id', gen_random_uuid()))).*
     FROM log.entries e, generate_series(1, 40) n WHERE e.index = 0`,
  );
  assert.equal(await outcome("misses"), "fail");
  await admin.transaction(async (tx) => {
    await tx.rows("SET LOCAL session_replication_role = replica");
    await tx.rows("DELETE FROM log.entries WHERE index >= 1000");
  });
  assert.equal(await outcome("misses"), "pass");
});

test("a guard taken out of the database: a function, a trigger, a constraint, a grant", async () => {
  const [{ text }] = (await admin.rows<{ text: string }>(
    "SELECT pg_get_functiondef('log.all_held_by'::regproc) AS text",
  )) as [{ text: string }];
  const open = `CREATE OR REPLACE FUNCTION log.all_held_by(p_account uuid, p_subjects uuid[]) RETURNS boolean
    LANGUAGE sql STABLE SET search_path = log, pg_temp AS $$ SELECT true $$`;
  await turnsRed("schema-as-migrated", open, text);
  await turnsRed(
    "schema-as-migrated",
    "ALTER TABLE log.entries DISABLE TRIGGER entries_are_never_changed",
    "ALTER TABLE log.entries ENABLE TRIGGER entries_are_never_changed",
  );
  await turnsRed(
    "schema-as-migrated",
    "GRANT UPDATE (note) ON registry.reviews TO sakshi_app",
    "REVOKE UPDATE (note) ON registry.reviews FROM sakshi_app",
  );
});

test("a value of a person in a table, as bytes in one, and in a log file", async () => {
  const given = { markers: ["Asha Marker Demo"] };
  const config = { ...installation.config, profile: "production" } as const;
  assert.equal(await outcome("markers", { config }), "not checked", "only a demo lists its people");
  assert.equal(await outcome("markers", { given }), "pass");
  for (const value of ['\'{"name":"Asha Marker Demo"}\'', "encode(convert_to('x: Asha Marker Demo', 'UTF8'), 'hex')"]) {
    await admin.rows(`CREATE TABLE public.planted AS SELECT ${value} AS note`);
    assert.equal(await outcome("markers", { given }), "fail", value);
    await admin.rows("DROP TABLE public.planted");
  }
  writeFileSync(join(dataDir, "logs", "planted.log"), `${"x".repeat(1_048_570)}Asha Marker Demo`);
  assert.equal(await outcome("markers", { given }), "fail");
  rmSync(join(dataDir, "logs", "planted.log"));
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

test("no backup, an old one, one that cannot be restored", async () => {
  assert.equal(await outcome("backups"), "fail");
  const put = (takenAt: string) => {
    const folder = join(dataDir, "backups", "20260101T000000Z");
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      join(folder, "manifest.json"),
      JSON.stringify({ format: "sakshi-backup/1", takenAt, files: [], rows: {} }),
    );
  };
  put(new Date(Date.now() - 3 * 86_400_000).toISOString());
  assert.match((await finding("backups")).found, /the newest is of/);
  put(new Date().toISOString());
  assert.match((await finding("backups")).found, /it could not be used/, "there is nothing in it to start");
});

test("a clock that is off, and one that nobody confirms", async () => {
  let ahead = 0;
  const server = createSocket("udp4");
  server.on("message", (_question, { port, address }) => {
    const answer = Buffer.alloc(48);
    answer[0] = (4 << 3) | 4;
    answer[1] = 1;
    for (const offset of [32, 40])
      answer.writeUInt32BE(Math.floor((Date.now() + ahead) / 1_000) + 2_208_988_800, offset);
    for (const offset of [36, 44])
      answer.writeUInt32BE(Math.floor((((Date.now() + ahead) % 1_000) / 1_000) * 2 ** 32), offset);
    server.send(answer, port, address);
  });
  await new Promise<void>((resolve) => server.bind(0, "127.0.0.1", resolve));
  const given = { timeServer: `127.0.0.1:${server.address().port}` };
  assert.equal(await outcome("clock", { given }), "pass");
  ahead = 60_000;
  assert.equal(await outcome("clock", { given }), "fail");
  server.close();
  assert.equal(await outcome("clock"), "not checked");
});

test("a dependency with a known hole, an old audit, and something else", async () => {
  const advisories = join(dataDir, "audit.json");
  const audit = (vulnerabilities: object) =>
    writeFileSync(advisories, JSON.stringify({ metadata: { vulnerabilities } }));
  audit({ low: 0, moderate: 0, high: 0, critical: 0 });
  const given = { advisories };
  assert.equal(await outcome("advisories", { given }), "pass");
  utimesSync(advisories, new Date(), new Date(Date.now() - 40 * 86_400_000));
  assert.equal(await outcome("advisories", { given }), "fail");
  audit({ low: 0, high: 1 });
  assert.equal(await outcome("advisories", { given }), "fail");
  writeFileSync(advisories, "{}");
  assert.equal(await outcome("advisories", { given }), "fail");
  assert.equal(await outcome("advisories"), "not checked");
});

test("an opener that opens without an entry, or believes a forged receipt", async () => {
  const { sockets } = dataFolder(dataDir);
  mkdirSync(sockets, { recursive: true, mode: 0o700 });
  for (const opened of ["open", "taken", ""]) {
    const server = await serveFrames(socketsIn(sockets).opener, async ({ head }) => ({
      head: { ok: (head as { op: string }).op === opened },
      blobs: [],
    }));
    assert.equal(await outcome("no-receipt-no-data"), opened === "" ? "pass" : "fail", opened);
    server.close();
  }
});

test("a route that answers whoever is not signed in", async () => {
  const app = await createHttpServer({
    origin: "http://127.0.0.1",
    onError: (_code, _request, reply) => reply.code(404).send(),
  });
  app.get("/:lang/people/:id", async (_request, reply) => reply.redirect("/en/sign-in", 303));
  app.get("/health", async () => "well");
  const address = await app.listen({ host: "127.0.0.1", port: 0 });
  writeState(dataDir, { supervisor: process.pid, address, parts: {} });
  const routes = async () => app.routeTable;
  assert.equal(await outcome("routes", { routes }), "pass");
  const planted = [...app.routeTable, { method: "GET", path: "/health?people" }];
  assert.equal(await outcome("routes", { routes: async () => planted }), "fail");
  await app.close();
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

test("an address without https, a log that is not published, and no witness", async () => {
  assert.equal(await outcome("transport"), "pass");
  const plain = { ...installation.config, origin: "http://vaccination.example" };
  assert.equal(await outcome("transport", { config: plain }), "fail");
  assert.equal(await outcome("published-log"), "fail");
  assert.equal(await outcome("witnesses"), "fail");
});
