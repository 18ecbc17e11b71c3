// "Who saw my record" against the real vault, database and published log: what the page says, and that each proof holds.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { FastifyInstance } from "fastify";
import { letQuarterEnd } from "../../../tests/support/shards.js";
import { logOrigin, readLogKey } from "../../../tests/support/vault.js";
import {
  appointmentAt,
  facility,
  ownSignIn,
  registeredPerson,
  type SignedInAccount,
  signedInAccount,
  signedInStaff,
} from "../../../tests/support/vault-people.js";
import { testWorld, type World } from "../../../tests/support/world.js";
import { runVerifyLog } from "../../../tools/verify-log.js";
import { ed25519Signer, parseEntryProofs } from "../../lib/tlog/index.js";
import { createServer } from "../../platform/http/server.js";
import { randomToken, tokenHash } from "../../platform/random.js";
import { type Publisher, startPublisher } from "../../publisher/index.js";
import { sendRefusal } from "../page.js";
import { whoSawPages } from "./who-saw-my-record.js";

const origin = "http://127.0.0.1:18201";
const folder = mkdtempSync(join(tmpdir(), "sakshi-who-saw-"));
let world: World;
let app: FastifyInstance;
let publisher: Publisher;
let account: SignedInAccount;
let asha: string;
let cookie: string;

before(async () => {
  world = await testWorld();
  publisher = startPublisher({
    db: world.connectAs("sakshi_publisher"),
    directory: folder,
    lockDirectory: join(folder, "lock"),
    key: readLogKey(world.vault),
    origin: logOrigin,
    intervalMs: 50,
  });
  app = await createServer({
    origin,
    onError: (code, request, reply) => sendRefusal(request, reply, { ok: false, code }),
  });
  whoSawPages(app, world.deps, { origin, logDirectory: folder });
  account = await signedInAccount(world);
  asha = await registeredPerson(world, account);
  cookie = await signIn(account);
});
after(async () => {
  await app.close();
  await publisher.close();
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

async function signIn(who: SignedInAccount): Promise<string> {
  const token = randomToken();
  const db = world.connectAs("sakshi_app");
  await db.rows("UPDATE registry.sign_ins SET token_hash = $2 WHERE sign_in_id = $1", [who.signInId, tokenHash(token)]);
  return `sakshi_sign_in=${token}`;
}

async function open(
  path: string,
  lang = "en",
): Promise<{ status: number; text: string; headers: Record<string, unknown> }> {
  const answer = await app.inject({ url: `/${lang}/record/${path}`, headers: { cookie } });
  return { status: answer.statusCode, text: answer.body, headers: answer.headers };
}

async function verify(json: string, ...how: string[]): Promise<{ code: number; output: string }> {
  const file = join(folder, "downloaded.json");
  writeFileSync(file, json);
  const lines: string[] = [];
  const code = await runVerifyLog({
    args: ["--proof", file, ...(how.length > 0 ? how : ["--directory", folder])],
    write: (line) => lines.push(line),
    writeProgress: () => {},
  });
  return { code, output: lines.join("\n") };
}

test("others stand on the page with time, role, organisation, fields and reason", async () => {
  const place = await facility(world, "Demo Health Centre");
  const vaccinator = await signedInStaff(world, "vaccinator", place);
  const appointmentId = await appointmentAt(world, place, { subject: asha, accountId: account.accountId });
  const seen = await world.deps.gate.disclose({
    actor: vaccinator.actor,
    purpose: "check-in",
    explanation: { kind: "appointment-here", appointmentId },
    subjects: [asha],
    fields: ["name", "birthYear"],
  });
  assert.ok(seen.ok);
  const page = await open(`${asha}/seen`);
  assert.equal(page.status, 200);
  for (const words of [
    "Vaccinator, Demo Health Centre",
    "name, year of birth",
    "Checking in at the vaccination site",
    "the person had checked in",
  ]) {
    assert.ok(page.text.includes(words), words);
  }
  assert.ok(!page.text.includes("Asha"), "the page needs no name");
  const hindi = await open(`${asha}/seen`, "hi");
  assert.ok(hindi.text.includes("टीका लगाने वाला, Demo Health Centre"));
});

test("one's own looks are gathered by day, this one among them, and the list says that it is complete", async () => {
  await world.deps.gate.disclose({
    actor: account.actor,
    purpose: "own-view",
    explanation: ownSignIn,
    subjects: [asha],
    fields: ["name"],
  });
  const { text } = await open(`${asha}/seen`);
  const looks = Number(/: (\d+) looks/.exec(text)?.[1]);
  const again = await open(`${asha}/seen`);
  assert.equal(Number(/: (\d+) looks/.exec(again.text)?.[1]), looks + 1);
  const newest = Number(/every number from 0 to (\d+)/.exec(again.text)?.[1]);
  assert.ok(newest >= looks, "each look has a number");
});

test("each line's proof verifies against the published log, and does not with a word changed", async () => {
  await open(`${asha}/seen`);
  const page = await open(`${asha}/seen`);
  const counters = [...page.text.matchAll(/seen\/(\d+)\/proof/g)].map(([, counter]) => Number(counter));
  assert.ok(counters.length >= 4);
  for (const counter of counters) {
    const proof = await open(`${asha}/seen/${counter}/proof`);
    assert.equal(proof.status, 200);
    assert.equal(proof.headers["content-disposition"], `attachment; filename="disclosure-${counter}.json"`);
    assert.equal((JSON.parse(parseEntryProofs(proof.text)[0]!.entry) as { n: number }).n, counter);
    const verified = await verify(proof.text);
    assert.equal(verified.code, 0, verified.output);
    assert.match(verified.output, /^VERIFIED/);
    const altered = JSON.parse(proof.text) as { entry: string };
    altered.entry = altered.entry.replace(/"at":"2/, '"at":"1');
    assert.equal((await verify(JSON.stringify(altered))).code, 1);
  }
});

test("after the turn of a quarter, lines of the old shard and the new verify by their files alone", async () => {
  await letQuarterEnd(world);
  await open(`${asha}/seen`);
  const page = await open(`${asha}/seen`);
  const newest = Math.max(...[...page.text.matchAll(/seen\/(\d+)\/proof/g)].map(([, counter]) => Number(counter)));
  const { vkey } = ed25519Signer(logOrigin, readLogKey(world.vault));
  const indexes: number[] = [];
  for (const counter of [0, newest]) {
    const { text } = await open(`${asha}/seen/${counter}/proof`);
    assert.equal(JSON.parse(text).shards !== undefined, counter === newest);
    const alone = await verify(text, "--vkey", vkey);
    assert.equal(alone.code, 0, alone.output);
    indexes.push(Number(/number (\d+)/.exec(alone.output)?.[1]));
  }
  assert.ok(indexes[1]! > indexes[0]!, "numbers go on over the turn");
});

test("the proofs of a whole page come in one file, and verify together", async () => {
  const page = await open(`${asha}/seen`);
  const [, all] = /href="\/en\/record\/([^"]+proofs\?before=\d+)"/.exec(page.text) ?? [];
  assert.ok(all);
  const proofs = await open(all);
  assert.equal(proofs.status, 200);
  const entries = parseEntryProofs(proofs.text);
  const newest = Number(/before=(\d+)/.exec(all)?.[1]) - 1;
  assert.deepEqual(
    entries.map(({ entry }) => (JSON.parse(entry) as { n: number }).n),
    Array.from({ length: newest + 1 }, (_, at) => newest - at),
  );
  const verified = await verify(proofs.text);
  assert.equal(verified.code, 0, verified.output);
  assert.ok(verified.output.includes(`the ${newest + 1} entries of the proofs are numbers`));
});

test("a line that is not published yet says so, and its proof is asked for again", async () => {
  await publisher.close();
  const page = await open(`${asha}/seen`);
  assert.ok(page.text.includes("Waiting; published in about a second"));
  const newest = Math.max(...[...page.text.matchAll(/seen\/(\d+)\/proof/g)].map(([, counter]) => Number(counter)));
  const early = await open(`${asha}/seen/${newest}/proof`);
  assert.equal(early.status, 503);
  assert.equal(early.headers["retry-after"], "2");
  publisher = startPublisher({
    db: world.connectAs("sakshi_publisher"),
    directory: folder,
    lockDirectory: join(folder, "lock"),
    key: readLogKey(world.vault),
    origin: logOrigin,
    intervalMs: 50,
  });
  assert.equal((await open(`${asha}/seen/${newest}/proof`)).status, 200);
});

test("nobody reads another account's list, and the attempt is written down", async () => {
  const other = await signedInAccount(world);
  const otherPerson = await registeredPerson(world, other);
  const [before] = await world
    .connectAs("sakshi_auditor")
    .rows<{ count: number }>("SELECT count(*) FROM log.entries WHERE kind = 3");
  for (const path of [`${otherPerson}/seen`, `${otherPerson}/seen/0/proof`])
    assert.equal((await open(path)).status, 403, path);
  const [then] = await world
    .connectAs("sakshi_auditor")
    .rows<{ count: number }>("SELECT count(*) FROM log.entries WHERE kind = 3");
  assert.equal(then!.count, before!.count + 2);
});

test("asks for a sign-in, and knows no such person, line or page", async () => {
  const away = await app.inject(`/en/record/${asha}/seen`);
  assert.equal(away.statusCode, 303);
  assert.match(String(away.headers.location), /^\/en\/sign-in\?then=/);
  for (const path of [
    "nobody/seen",
    `${asha}/seen?before=x`,
    `${asha}/seen?before=1&before=2`,
    `${asha}/seen/x/proof`,
    `${asha}/seen/99999/proof`,
    `${asha}/seen/-1/proof`,
    `${asha}/seen/proofs`,
    `${asha}/seen/proofs?before=x`,
  ]) {
    assert.equal((await open(path)).status, 404, path);
  }
  assert.equal((await open(`${asha}/seen?before=999999999999999`)).status, 200);
  assert.equal((await open(`${asha}/seen?before=0`)).status, 200);
});
