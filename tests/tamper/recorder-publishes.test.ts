// The recorder's own process, confined as in operation, publishes the log; killed in the middle of work it loses
// nothing that was acknowledged, and what it has published stays one history.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { logVerify } from "../../src/cli/log-verify.js";
import { parseCheckpoint, splitNote } from "../../src/lib/tlog/index.js";
import { connectGate, type Gate } from "../../src/modules/disclosure/index.js";
import { connect } from "../../src/platform/db/db.js";
import { publishedLog } from "../../src/publisher/index.js";
import { keyholderCommand, startVaultProcess, vaultCommand } from "../../src/vault/process.js";
import { logOrigin } from "../support/vault.js";
import { ownSignIn, registeredPerson, signedInAccount } from "../support/vault-people.js";
import { testWorld, type World } from "../support/world.js";

const directory = mkdtempSync(join(tmpdir(), "sakshi-recorder-"));
const lockDirectory = mkdtempSync(join(tmpdir(), "sakshi-lock-"));
let world: World;
let gate: Gate;
let opener: ChildProcess;
let recorder: ChildProcess;
let keyholder: ChildProcess;

function launch(which: "recorder" | "opener"): Promise<ChildProcess> {
  const { socketDir, keyDir } = world.vault;
  const databaseUrl = world.urlAs(which === "recorder" ? "sakshi_recorder" : "sakshi_opener");
  const ownPublish = { directory, lockDirectory, databaseUrl: world.urlAs("sakshi_publisher") };
  const publish = which === "recorder" ? { publish: ownPublish } : {};
  return startVaultProcess(vaultCommand(which, { socketDir, keyDir, databaseUrl, origin: logOrigin, ...publish }));
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await ended;
}

before(async () => {
  const made = await testWorld();
  world = made;
  const { socketDir, keyDir } = world.vault;
  keyholder = await startVaultProcess(keyholderCommand({ socketDir, keyDir, root: { kind: "file" } }));
  [opener, recorder] = await Promise.all([launch("opener"), launch("recorder")]);
  gate = connectGate({ recorderSocket: made.vault.sockets.recorder, openerSocket: made.vault.sockets.opener });
  world = { ...made, deps: { ...made.deps, gate } };
});
after(async () => {
  gate.close();
  await Promise.all([recorder, opener, keyholder].map((child) => end(child, "SIGTERM")));
  await world.close();
  for (const folder of [directory, lockDirectory]) rmSync(folder, { recursive: true, force: true });
});

function publishedSize(): number {
  try {
    return parseCheckpoint(splitNote(readFileSync(join(directory, "checkpoint"))).text).size;
  } catch {
    return -1;
  }
}

async function databaseSize(): Promise<number> {
  const [head] = await world.connectAs("sakshi_auditor").rows<{ size: number }>("SELECT size FROM log.head");
  return head!.size;
}

async function untilPublished(size: number): Promise<void> {
  while (publishedSize() < size) await sleep(50);
}

async function verify(...args: string[]): Promise<{ code: number; output: string }> {
  const lines: string[] = [];
  const code = await logVerify(["--database", ...args], {
    write: (line) => lines.push(line),
    writeProgress: () => {},
    connectAsAuditor: () => connect(world.urlAs("sakshi_auditor")),
    directory,
  });
  return { code, output: lines.join("\n") };
}

test("what the recorder takes is published within a moment, and verifies with the database", {
  timeout: 60_000,
}, async () => {
  const account = await signedInAccount(world);
  await registeredPerson(world, account);
  await untilPublished(await databaseSize());
  const { code, output } = await verify();
  assert.equal(code, 0, output);
});

test("a recorder killed under load loses no acknowledged look, and goes on with the same history", {
  timeout: 60_000,
}, async () => {
  const account = await signedInAccount(world);
  const person = await registeredPerson(world, account);
  let acknowledged = 0;
  const looks = async () => {
    for (let count = 0; count < 60; count++) {
      const seen = await gate.disclose({
        actor: account.actor,
        purpose: "own-view",
        explanation: ownSignIn,
        subjects: [person],
        fields: ["name"],
      });
      if (seen.ok) acknowledged++;
    }
  };
  const work = Promise.all(Array.from({ length: 8 }, looks));
  while (acknowledged < 100) await sleep(5);
  const before = await databaseSize();
  await end(recorder, "SIGKILL");
  recorder = await launch("recorder");
  await work;
  assert.ok(acknowledged >= 100);
  const list = await gate.linesOf({ actor: account.actor, subject: person, limit: 1 });
  // One entry for the registration, one for reading the list, and one for each look that was answered.
  assert.ok(list.ok && list.value.total >= acknowledged + 2);
  const size = await databaseSize();
  assert.ok(size > before);
  await untilPublished(size);
  const { code, output } = await verify();
  assert.equal(code, 0, output);
});

test("ended in order, it has published all it took", async () => {
  await end(recorder, "SIGTERM");
  assert.equal(publishedSize(), await databaseSize());
  assert.equal((await verify("--json")).code, 0);
  recorder = await launch("recorder");
});

test("a proof given along does not keep the database from being compared", { timeout: 60_000 }, async () => {
  const account = await signedInAccount(world);
  const person = await registeredPerson(world, account);
  const list = await gate.linesOf({ actor: account.actor, subject: person });
  assert.ok(list.ok);
  const { entry, salt, tag, index } = list.value.lines.at(-1)!;
  await untilPublished(await databaseSize());
  const log = publishedLog(directory);
  const proven = await log.proofOf({ entry, salt, tag, kind: 2, index }, (await log.checkpoint())!);
  const file = join(directory, "proof.json");
  writeFileSync(file, JSON.stringify({ entry, salt, tag, kind: 2, ...proven }));
  const vkey = readFileSync(join(directory, "key"), "utf8").trim();
  assert.equal((await verify("--vkey", vkey, "--proof", file)).code, 0);
  const admin = connect(world.adminUrl);
  await admin.rows("ALTER TABLE log.entries DISABLE TRIGGER entries_are_never_changed");
  await admin.rows("DELETE FROM log.entries WHERE index = 1");
  await admin.close();
  const { code, output } = await verify("--vkey", vkey, "--proof", file);
  assert.equal(code, 1);
  assert.match(output, /^REFUSED .*ENTRY_WRONG; from entry 1\]$/);
});
