// The witness as a process of its own, spoken to as the specification says (c2sp.org/tlog-witness): every status, what
// it keeps over a kill, and clients that are slow, endless or talk nonsense.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import {
  CompactRange,
  cosignatureVerifier,
  ed25519Signer,
  formatCheckpoint,
  formatWitnessRequest,
  leafHash,
  openNote,
  signNote,
  witnessViewPath,
} from "../../src/lib/tlog/index.js";
import { type RunningWitness, runSakshi, runWitness } from "../support/witness.js";
import { consistencyIn, origin, publish, rootOf, someLeaves } from "./published-log.js";

const home = mkdtempSync(join(tmpdir(), "sakshi-witness-"));
const directory = join(home, "court");
const leaves = someLeaves(600);
const log = publish(leaves);
let witness: RunningWitness;

before(async () => {
  const trusted = await runSakshi("witness", "trust", log.vkey, "--data", directory);
  assert.equal(trusted.code, 0, trusted.output);
  witness = await runWitness(directory, "--name", "court.example/witness");
});
after(async () => {
  await witness.end();
  rmSync(home, { recursive: true, force: true });
});

function noteAt(size: number, entries = leaves): string {
  return signNote(formatCheckpoint({ origin, size, root: rootOf(entries.slice(0, size)) }), [log.signer]);
}

async function send(body: string): Promise<{ status: number; type: string | null; text: string }> {
  const answer = await fetch(`${witness.address}/add-checkpoint`, { method: "POST", body });
  return { status: answer.status, type: answer.headers.get("content-type"), text: await answer.text() };
}

async function add(oldSize: number, size: number, entries = leaves) {
  const proof = oldSize > size ? [] : await consistencyIn(publish(entries), oldSize, size);
  return send(formatWitnessRequest({ oldSize, proof, note: noteAt(size, entries) }));
}

function assertCosigned(answer: { status: number; text: string }, size: number): void {
  assert.equal(answer.status, 200, answer.text);
  const { verified } = openNote(noteAt(size) + answer.text, [cosignatureVerifier(witness.vkey)]);
  assert.equal(verified.length, 1);
}

const view = async () => (await fetch(`${witness.address}/${witnessViewPath(origin)}`)).text();

test("cosigns the first checkpoint and those grown from it, and shows the last", async () => {
  assert.equal((await fetch(`${witness.address}/${witnessViewPath(origin)}`)).status, 404);
  assertCosigned(await add(0, 5), 5);
  assertCosigned(await add(5, 300), 300);
  assertCosigned(await add(300, 300), 300);
  const { text } = openNote(await view(), [log.verifier, cosignatureVerifier(witness.vkey)]);
  assert.match(text, /\n300\n/);
});

test("answers 409 with the size it has seen when asked to go on from another", async () => {
  for (const oldSize of [0, 5, 299]) {
    const answer = await add(oldSize, 400);
    assert.deepEqual([answer.status, answer.type, answer.text], [409, "text/x.tlog.size", "300\n"]);
  }
});

test("answers 422 to another history, 403 to another key, 404 to another log, 400 to nonsense", async () => {
  const forked = [...leaves.slice(0, 200), ...someLeaves(400)];
  assert.equal((await add(300, 400, forked)).status, 422);
  assert.equal((await add(300, 300, forked)).status, 422);
  const proof = await consistencyIn(log, 300, 400);
  assert.equal(
    (await send(formatWitnessRequest({ oldSize: 300, proof: proof.slice(1), note: noteAt(400) }))).status,
    422,
  );
  const text = formatCheckpoint({ origin, size: 400, root: rootOf(leaves.slice(0, 400)) });
  const stranger = ed25519Signer(origin, generateKeyPairSync("ed25519").privateKey);
  assert.equal(
    (await send(formatWitnessRequest({ oldSize: 300, proof, note: signNote(text, [stranger]) }))).status,
    403,
  );
  const lying = { ...log.signer, sign: (words: string) => stranger.sign(words) };
  assert.equal((await send(formatWitnessRequest({ oldSize: 300, proof, note: signNote(text, [lying]) }))).status, 403);
  const elsewhere = signNote(text.replace(origin, "log.example/other"), [log.signer]);
  assert.equal((await send(formatWitnessRequest({ oldSize: 300, proof, note: elsewhere }))).status, 404);
  assert.equal((await add(301, 300)).status, 400);
  for (const body of ["", "old 300", "old 0300\n\n", `old 300\nAAAA\n\n${noteAt(400)}`, "old 300\n\nnot a note\n"])
    assert.equal((await send(body)).status, 400, body);
  const tooMany = Array.from({ length: 64 }, () => leafHash(Buffer.of(1)));
  assert.equal((await send(formatWitnessRequest({ oldSize: 300, proof: tooMany, note: noteAt(400) }))).status, 400);
  assert.match(await view(), /\n300\n/);
});

test("an empty log is cosigned as empty and as nothing else", async () => {
  const other = ed25519Signer("log.example/empty", generateKeyPairSync("ed25519").privateKey);
  // A running witness takes notice of a log that is trusted from now on.
  assert.equal((await runSakshi("witness", "trust", other.vkey, "--data", directory)).code, 0);
  const at = (root: Buffer) => signNote(formatCheckpoint({ origin: other.name, size: 0, root }), [other]);
  const wrong = at(leafHash(Buffer.of(0)));
  assert.equal((await send(formatWitnessRequest({ oldSize: 0, proof: [], note: wrong }))).status, 422);
  const right = at(new CompactRange().root());
  assert.equal((await send(formatWitnessRequest({ oldSize: 0, proof: [], note: right }))).status, 200);
});

test("two requests that go on from the same size: one is cosigned, one is told 409", async () => {
  const answers = await Promise.all([add(300, 310), add(300, 320)]);
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
  const size = answers.find(({ status }) => status === 409)!.text.trim();
  assert.match(await view(), new RegExp(`\n${size}\n`));
  assertCosigned(await add(Number(size), 330), 330);
});

test("killed, it comes back with its key and what it has seen", async () => {
  const { vkey } = witness;
  await witness.end("SIGKILL");
  witness = await runWitness(directory);
  assert.equal(witness.vkey, vkey);
  assert.equal((await add(300, 340)).status, 409);
  assertCosigned(await add(330, 340), 340);
});

test("a damaged state is an error, never a fresh start", async () => {
  const seen = join(directory, "seen");
  const file = join(seen, readdirSync(seen).find((name) => witnessViewPath(origin).startsWith(name))!, "checkpoint");
  const kept = readFileSync(file, "utf8");
  writeFileSync(file, kept.replace("\n340\n", "\n339\n"));
  assert.equal((await add(0, 350)).status, 500);
  assert.equal((await add(339, 350)).status, 500);
  writeFileSync(file, kept);
  assertCosigned(await add(340, 350), 350);
});

test("one process a folder; a name stays with its key; a log's key must be one", async () => {
  const listen = ["--listen", "127.0.0.1:0"];
  const second = await runSakshi("witness", "--data", directory, ...listen);
  assert.equal(second.code, 1);
  assert.match(second.output, /already running/);
  await witness.end();
  const renamed = await runSakshi("witness", "--data", directory, ...listen, "--name", "another");
  assert.match(renamed.output, /is called court\.example\/witness/);
  witness = await runWitness(directory);
  const unknown = await runSakshi("witness", "trust", "nonsense", "--data", directory);
  assert.equal(unknown.code, 2);
  assert.equal((await runSakshi("witness", "--data", directory)).code, 2);
});

test("endless and slow clients are cut off, and others are served meanwhile", { timeout: 60_000 }, async () => {
  assert.equal((await send("x".repeat(70_000))).status, 413);
  const { hostname, port } = new URL(witness.address);
  const slow = connect(Number(port), hostname);
  slow.on("error", () => {});
  slow.write("POST /add-checkpoint HTTP/1.1\r\nHost: witness\r\nContent-Length: 100\r\n\r\nold ");
  const cut = new Promise((resolve) => slow.once("close", resolve));
  slow.resume();
  assertCosigned(await add(350, 360), 360);
  await cut;
  assert.equal((await fetch(`${witness.address}/add-checkpoint`)).status, 405);
  for (const path of ["logs", "key.pem", "../key.pem", "%2e%2e/key.pem", `${"0".repeat(64)}/checkpoint`])
    assert.equal((await fetch(`${witness.address}/${path}`)).status, 404);
});
