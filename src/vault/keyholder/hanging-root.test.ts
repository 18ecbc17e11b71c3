// No root key, no data: the whole vault over a key service that hangs, refuses or is away. Nothing is opened unlogged,
// nobody waits for ever, and when the service is back everything goes on without a restart.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type TransitServer, transitServer } from "../../../tests/support/transit-server.js";
import {
  ownSignIn,
  registeredPerson,
  type SignedInAccount,
  signedInAccount,
} from "../../../tests/support/vault-people.js";
import { testWorld, type World } from "../../../tests/support/world.js";
import { connectFrames } from "../../platform/frames/index.js";
import { linkDirBeside } from "../keys.js";
import { socketsIn } from "../settings.js";
import { connectKeyholder } from "./client.js";

const folder = mkdtempSync(join(tmpdir(), "sakshi-hanging-"));
let server: TransitServer;
let world: World;
let account: SignedInAccount;
let person: string;

before(async () => {
  server = await transitServer();
  const tokenFile = join(folder, "token");
  writeFileSync(tokenFile, server.token, { mode: 0o600 });
  world = await testWorld({ root: { kind: "transit", url: server.url, mount: "transit", tokenFile } });
  await world.vault.start();
  const { socketDir, keyDir } = world.vault;
  const keyholder = connectKeyholder(socketsIn(socketDir).keyholder, linkDirBeside(keyDir), "opener");
  await keyholder.begin();
  keyholder.close();
  account = await signedInAccount(world);
  person = await registeredPerson(world, account);
});
after(async () => {
  server.release();
  await world.close();
  await server.close();
  rmSync(folder, { recursive: true });
});

function look() {
  const subjects = [person];
  return world.deps.gate.disclose({
    actor: account.actor,
    purpose: "own-view",
    explanation: ownSignIn,
    subjects,
    fields: ["name"],
  });
}
async function entries(): Promise<number> {
  const [log] = await world.connectAs("sakshi_auditor").rows<{ size: number }>("SELECT size FROM log.head");
  return log!.size;
}
/** An opener that has unwrapped nothing yet. */
async function coldOpener(): Promise<void> {
  await world.vault.kill("opener");
  await world.vault.start();
}
const unavailable = { ok: false, code: "DISCLOSURE_LOG_UNAVAILABLE" };
async function worksAgain(): Promise<void> {
  for (let tries = 0; tries < 40 && !(await look()).ok; tries++) await sleep(100);
  assert.ok((await look()).ok);
}

test("a key service that hangs gives 503 and no entry; once it answers, everything goes on", async () => {
  assert.ok((await look()).ok);
  await coldOpener();
  const before = await entries();
  server.hang();
  assert.deepEqual(await Promise.all([look(), look()]), [unavailable, unavailable]);
  assert.equal(await entries(), before);
  server.release();
  await worksAgain();
});

test("a key service that refuses is an outage, not a person who is not there", async () => {
  await coldOpener();
  server.fail(403, 1_000);
  assert.deepEqual(await look(), unavailable);
  server.fail(0, 0);
  await worksAgain();
});

test("with the keyholder killed, keys that are unwrapped serve on; new ones wait for its return", async () => {
  await worksAgain();
  await world.vault.kill("keyholder");
  assert.ok((await look()).ok);
  await coldOpener();
  await world.vault.kill("keyholder");
  assert.deepEqual(await look(), unavailable);
  await world.vault.start();
  await worksAgain();
});

test("only the opener has bucket keys unwrapped, and only with its link key", async () => {
  const { socketDir, keyDir } = world.vault;
  const sockets = socketsIn(socketDir);
  const [row] = await world
    .connectAs("sakshi_opener")
    .rows<{ wrapped: Buffer }>("SELECT wrapped FROM vault.bucket_keys WHERE bucket = 1");
  const house = connectKeyholder(sockets.keyholder, linkDirBeside(keyDir), "house");
  await assert.rejects(house.unwrap(row!.wrapped, Buffer.from("x")), /REFUSED/);
  house.close();
  const recorder = connectKeyholder(sockets.keyholder, linkDirBeside(keyDir), "recorder");
  await assert.rejects(recorder.openFile("index", row!.wrapped), /REFUSED/);
  recorder.close();
  const stranger = connectFrames(sockets.keyholder, { deadlineMs: 5_000 });
  for (const from of ["opener", "nobody", undefined])
    await assert.rejects(stranger.call({ head: { from }, blobs: [Buffer.alloc(80)] }));
  stranger.close();
});

test("the newest root key is not destroyed, whoever asks", async () => {
  const { socketDir, keyDir } = world.vault;
  const opener = connectKeyholder(socketsIn(socketDir).keyholder, linkDirBeside(keyDir), "opener");
  const epochs = await opener.epochs();
  await assert.rejects(opener.destroy(epochs.at(-1)!), /REFUSED/);
  opener.close();
});
