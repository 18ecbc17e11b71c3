// Last week's backup is put back under a running installation: the log must not grow another way. No log, no data:
// nothing is signed, nothing appended, nobody's data opened, until the right database is back. Real processes, a real
// copy of the database.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { parseCheckpoint, splitNote } from "../../src/lib/tlog/index.js";
import { connectGate, type Gate } from "../../src/modules/disclosure/index.js";
import { databaseOf, type LoginRole, restrictDatabase, urlOfDatabase } from "../../src/platform/db/roles.js";
import { keyholderCommand, startVaultProcess, vaultCommand } from "../../src/vault/process.js";
import { logOrigin } from "../support/vault.js";
import { ownSignIn, registeredPerson, type SignedInAccount, signedInAccount } from "../support/vault-people.js";
import { type RunningWitness, runSakshi, runWitness } from "../support/witness.js";
import { testWorld, type World } from "../support/world.js";

const home = mkdtempSync(join(tmpdir(), "sakshi-restored-"));
const at = (name: string) => join(home, name);
let world: World;
let gate: Gate;
let witness: RunningWitness;
let account: SignedInAccount;
let person: string;
let database: string;
let backup: string;
const processes: ChildProcess[] = [];

before(async () => {
  for (const name of ["published", "lock"]) mkdirSync(at(name));
  const made = await testWorld();
  database = databaseOf(made.adminUrl);
  backup = `${database}_backup`;
  gate = connectGate({ recorderSocket: made.vault.sockets.recorder, openerSocket: made.vault.sockets.opener });
  world = { ...made, deps: { ...made.deps, gate } };
  witness = await runWitness(at("witness"), "--name", "court.example/witness");
  writeFileSync(at("policy"), `witness court ${witness.vkey} ${witness.address}\nquorum court\n`);
  await startOn(database);
  account = await signedInAccount(world);
  person = await registeredPerson(world, account);
  const vkey = await untilThere(at("published/key"));
  assert.equal((await runSakshi("witness", "trust", vkey, "--data", at("witness"))).code, 0);
  await stop();
  await copyDatabase(database, backup);
  cpSync(at("published"), at("published-backup"), { recursive: true });
  cpSync(at("lock"), at("lock-backup"), { recursive: true });
  await startOn(database);
  for (let count = 0; count < 5; count++) assert.ok(await look());
  await stop();
});
after(async () => {
  gate.close();
  await stop();
  await witness.end();
  await asAdmin((admin) => admin.query(`DROP DATABASE IF EXISTS ${backup} WITH (FORCE)`));
  await world.close();
  rmSync(home, { recursive: true, force: true });
});

async function startOn(name: string): Promise<void> {
  const { socketDir, keyDir } = world.vault;
  const urlAs = (role: LoginRole) => urlOfDatabase(world.urlAs(role), name);
  const base = { socketDir, keyDir, origin: logOrigin };
  const publish = {
    directory: at("published"),
    lockDirectory: at("lock"),
    policyFile: at("policy"),
    databaseUrl: urlAs("sakshi_publisher"),
  };
  processes.push(await startVaultProcess(keyholderCommand({ socketDir, keyDir, root: { kind: "file" } })));
  processes.push(await startVaultProcess(vaultCommand("opener", { ...base, databaseUrl: urlAs("sakshi_opener") })));
  processes.push(
    await startVaultProcess(vaultCommand("recorder", { ...base, databaseUrl: urlAs("sakshi_recorder"), publish })),
  );
}

async function stop(): Promise<void> {
  for (const child of processes.splice(0).reverse()) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    await ended;
  }
}

/** True when the person's name was shown. */
async function look(): Promise<boolean> {
  const seen = await gate.disclose({
    actor: account.actor,
    purpose: "own-view",
    explanation: ownSignIn,
    subjects: [person],
    fields: ["name"],
  });
  assert.ok(seen.ok || seen.code === "DISCLOSURE_LOG_UNAVAILABLE", seen.ok ? "" : seen.code);
  return seen.ok;
}

async function asAdmin<T>(work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: urlOfDatabase(world.adminUrl, "postgres") });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

async function copyDatabase(from: string, to: string): Promise<void> {
  await asAdmin(async (admin) => {
    await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", [from]);
    await admin.query(`CREATE DATABASE ${to} TEMPLATE ${from}`);
    await restrictDatabase(admin, to);
  });
}

async function sizeIn(name: string): Promise<number> {
  const admin = new pg.Client({ connectionString: urlOfDatabase(world.adminUrl, name) });
  await admin.connect();
  const { rows } = await admin.query<{ size: number }>("SELECT size FROM log.head");
  await admin.end();
  return rows[0]!.size;
}

async function untilThere(file: string): Promise<string> {
  for (;;) {
    try {
      return readFileSync(file, "utf8").trim();
    } catch {
      await sleep(50);
    }
  }
}

const published = () => readFileSync(at("published/checkpoint"), "utf8");
const sizeOf = (note: string) => parseCheckpoint(splitNote(note).text).size;

async function assertNothingHappens(): Promise<void> {
  const before = { size: await sizeIn(backup), note: published() };
  await startOn(backup);
  for (let count = 0; count < 3; count++) assert.equal(await look(), false);
  await stop();
  assert.deepEqual({ size: await sizeIn(backup), note: published() }, before);
}

test("with an older copy of the database nothing is appended, signed or shown", { timeout: 60_000 }, async () => {
  assert.ok((await sizeIn(backup)) < (await sizeIn(database)));
  await assertNothingHappens();
});

test("also when published files and lock were restored with it: the witness has seen more", {
  timeout: 60_000,
}, async () => {
  for (const name of ["published", "lock"]) {
    cpSync(at(name), at(`${name}-kept`), { recursive: true });
    rmSync(at(name), { recursive: true });
    cpSync(at(`${name}-backup`), at(name), { recursive: true });
  }
  await assertNothingHappens();
  // With nobody outside who remembers, the older state looks whole: this is what witnesses are for.
  await witness.end();
  await startOn(backup);
  assert.equal(await look(), true);
  await stop();
  for (const name of ["published", "lock"]) {
    rmSync(at(name), { recursive: true });
    cpSync(at(`${name}-kept`), at(name), { recursive: true });
  }
});

test("with the right database all goes on, and nothing acknowledged is gone", { timeout: 60_000 }, async () => {
  const size = await sizeIn(database);
  witness = await runWitness(at("witness"), "--name", "court.example/witness");
  writeFileSync(at("policy"), `witness court ${witness.vkey} ${witness.address}\nquorum court\n`);
  await startOn(database);
  assert.equal(await look(), true);
  await stop();
  assert.equal(sizeOf(published()), await sizeIn(database));
  assert.equal(await sizeIn(database), size + 1);
  assert.match(published(), /— court\.example\/witness /);
});
