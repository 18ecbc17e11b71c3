// The publisher and its witnesses: real ones as processes, and strangers that hang, lie, know nothing or hold another
// key. None holds up publication, each is named, and one that can prove a fork stops the log.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { growLog } from "../../tests/support/grow-log.js";
import { type RunningWitness, runSakshi, runWitness } from "../../tests/support/witness.js";
import { testWorld, type World } from "../../tests/support/world.js";
import { someLeaves } from "../../tests/tamper/published-log.js";
import { runVerifyLog } from "../../tools/verify-log.js";
import {
  cosigner,
  ed25519Signer,
  formatCheckpoint,
  formatSignature,
  formatWitnessRequest,
  leafOf,
  parseWitnessRequest,
  signNote,
  splitNote,
} from "../lib/tlog/index.js";
import { createServer as createPages } from "../platform/http/server.js";
import { logPages } from "../web/public/log.js";
import { ForkedLog, type Publisher, publishedLog, startPublisher } from "./index.js";

const newKey = () => generateKeyPairSync("ed25519").privateKey;
const origin = "log.example/witnessed";
const key = newKey();
const signer = ed25519Signer(origin, key);
const now = () => new Date();

let world: World;
let home: string;
let troubles: string[];
const publishers: Publisher[] = [];
const running: RunningWitness[] = [];
const servers: Server[] = [];

beforeEach(async () => {
  world = await testWorld();
  home = mkdtempSync(join(tmpdir(), "sakshi-witnessed-"));
  troubles = [];
});
afterEach(async () => {
  await Promise.all(publishers.splice(0).map((publisher) => publisher.close()));
  await Promise.all(running.splice(0).map((witness) => witness.end()));
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  await world.close();
  rmSync(home, { recursive: true, force: true });
});

/** A publisher that acts only when told to. */
function publisher(policy: string): Publisher {
  const started = startPublisher({
    db: world.connectAs("sakshi_publisher"),
    directory: join(home, "log"),
    lockDirectory: join(home, "lock"),
    policy,
    key,
    origin,
    intervalMs: 3_600_000,
    onTrouble: (error) => troubles.push((error as { code: string }).code),
  });
  publishers.push(started);
  return started;
}

async function witness(name: string, ...more: string[]): Promise<RunningWitness> {
  const directory = join(home, name);
  await runSakshi("witness", "trust", signer.vkey, "--data", directory);
  const started = await runWitness(directory, ...more, "--name", `${name}.example`);
  running.push(started);
  return started;
}

/** A stranger in a witness's place; its address. */
async function stranger(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const line = (name: string, { vkey, address }: { vkey: string; address: string }) =>
  `witness ${name} ${vkey} ${address}`;
const note = () => readFileSync(join(home, "log", "checkpoint"), "utf8");
const current = async () => (await publishedLog(join(home, "log")).checkpoint())!;
const cosignedBy = async () => (await current()).witnessed!.cosigned.map(({ name }) => name);

async function verify(policy: string, ...args: string[]): Promise<{ code: number; output: string }> {
  writeFileSync(join(home, "policy"), policy);
  const lines: string[] = [];
  const code = await runVerifyLog({
    args: ["--directory", join(home, "log"), "--policy", join(home, "policy"), ...args],
    write: (text) => lines.push(text),
    writeProgress: () => {},
  });
  return { code, output: lines.join("\n") };
}

async function page(): Promise<string> {
  const app = await createPages({ origin: "http://127.0.0.1", onError: (code, _request, reply) => reply.send(code) });
  logPages(app, { directory: join(home, "log"), origin: "http://127.0.0.1" });
  const { body } = await app.inject("/en/log");
  await app.close();
  return body;
}

test("checkpoint and proofs carry the cosignatures; page and verifier say who has cosigned", async () => {
  const [court, press] = await Promise.all([witness("court"), witness("press")]);
  const policy = `log ${signer.vkey}\n${line("court", court)}\n${line("press", press)}\ngroup both all court press\nquorum both\n`;
  const publishing = publisher(policy);
  const disclosed = {
    entry: "{}",
    salt: randomBytes(32).toString("hex"),
    tag: randomBytes(32).toString("hex"),
    kind: 1,
  };
  await growLog(world, [...someLeaves(299), leafOf(disclosed)]);
  await publishing.publishNow();
  const checkpoint = await current();
  assert.ok(checkpoint.witnessed!.isMet);
  assert.match(await page(), /Cosigned by court, press\./);
  const good = await verify(policy);
  assert.equal(good.code, 0, good.output);
  assert.match(good.output, /^VERIFIED .*cosigned by court at \S+, press at /);
  const proven = await publishedLog(join(home, "log")).proofOf({ ...disclosed, index: 299 }, checkpoint);
  const file = join(home, "proof.json");
  writeFileSync(file, JSON.stringify({ ...disclosed, ...proven }));
  assert.equal((await verify(policy, "--proof", file)).code, 0);
  // A proof alone, without the log at hand, shows its witnesses as well.
  const lines: string[] = [];
  const alone = ["--vkey", signer.vkey, "--proof", file, "--policy", join(home, "policy")];
  assert.equal(await runVerifyLog({ args: alone, write: (text) => lines.push(text), writeProgress: () => {} }), 0);
  assert.match(lines[0]!, /number 299; cosigned by court/);
  // Started anew, the publisher does not know what they have seen; they say so, and cosign what has grown.
  await publishing.close();
  await growLog(world, someLeaves(10));
  await publisher(policy).publishNow();
  assert.deepEqual(await cosignedBy(), ["court", "press"]);
  assert.deepEqual(troubles, []);
});

test("without a witness that is away the log goes on and says so; back, it cosigns the same checkpoint", async () => {
  const [court, press] = await Promise.all([witness("court"), witness("press")]);
  const port = new URL(press.address).port;
  const policy = `${line("court", court)}\n${line("press", press)}\ngroup both all court press\nquorum both\n`;
  await press.end("SIGKILL");
  const publishing = publisher(policy);
  await growLog(world, someLeaves(3));
  assert.equal((await publishing.publishNow()).size, 3);
  assert.deepEqual(await cosignedBy(), ["court"]);
  assert.ok(troubles.length > 0 && troubles.every((code) => code === "WITNESS_UNREACHABLE press"), troubles.join());
  assert.match(await page(), /Not yet witnessed: cosigned by court only\./);
  const few = await verify(policy, "--vkey", signer.vkey);
  assert.equal(few.code, 3);
  assert.match(few.output, /^NOT YET WITNESSED .*3 entries.*cosigned by court at /);
  const json = JSON.parse((await verify(policy, "--json")).output) as { ok: boolean; witnessed: { isMet: boolean } };
  assert.deepEqual([json.ok, json.witnessed.isMet], [true, false]);
  running.push(await runWitness(join(home, "press"), "--listen", `127.0.0.1:${port}`));
  const again = publisher(policy);
  await publishing.close();
  await again.publishNow();
  assert.deepEqual(await cosignedBy(), ["court", "press"]);
  assert.equal((await verify(policy)).code, 0);
});

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

/** Signs as `name` with a key that is not the one in the policy, or something else than it was given. */
function signing(name: string, key = newKey(), text?: string): RequestListener {
  return (request, response) =>
    void bodyOf(request).then((body) => {
      if (request.method === "GET") return void response.writeHead(404).end();
      const given = splitNote(parseWitnessRequest(body).note).text;
      const own = cosigner(name, key, now);
      response.end(formatSignature({ ...own, signature: own.sign(text ?? given) }));
    });
}

const knownKey = newKey();
const known = cosigner("odd.example", knownKey, now);
const anotherLog = ed25519Signer(origin, newKey());
const tall = { origin, size: 1_000_000, root: randomBytes(32) };
const say =
  (status: number, body = "", view = ""): RequestListener =>
  (request, response) => {
    if (request.method === "POST") response.writeHead(status, { Location: "/add-checkpoint" }).end(body);
    else response.writeHead(view === "" ? 404 : 200).end(view);
  };
let asked = 0;
const odd: Record<string, [RequestListener, string]> = {
  "never answers": [() => {}, "WITNESS_TIMEOUT"],
  "begins and never ends": [(_request, response) => void response.writeHead(200).write("— "), "WITNESS_TIMEOUT"],
  "sends without end": [say(200, "x".repeat(100_000)), "WITNESS_ANSWER_WRONG"],
  "hangs up": [(request) => void request.socket.destroy(), "WITNESS_UNREACHABLE"],
  "has another key": [signing("odd.example"), "WITNESS_KEY_OR_SIGNATURE_WRONG"],
  "signs something else": [
    signing("odd.example", knownKey, "log.example/witnessed\n9\nAAAA\n"),
    "WITNESS_KEY_OR_SIGNATURE_WRONG",
  ],
  "talks nonsense": [say(200, "<html>\n\n— x"), "WITNESS_KEY_OR_SIGNATURE_WRONG"],
  "says nothing": [say(200), "WITNESS_KEY_OR_SIGNATURE_WRONG"],
  "claims to have seen more": [say(409, "1000000\n"), "WITNESS_CLAIM_UNPROVEN"],
  "claims to have seen more, signed by somebody else": [
    say(409, "1000000\n", signNote(formatCheckpoint(tall), [anotherLog])),
    "WITNESS_CLAIM_UNPROVEN",
  ],
  "has always seen another size": [
    (request, response) =>
      void response.writeHead(409).end(`${request.method === "POST" ? ++asked % 2 : ""}
`),
    "WITNESS_ANSWER_WRONG",
  ],
  "calls our tree wrong": [say(422), "WITNESS_CLAIM_UNPROVEN"],
  "conflicts without a size": [say(409, "many"), "WITNESS_ANSWER_WRONG"],
  "sends elsewhere": [say(302), "WITNESS_ANSWER_WRONG"],
  "is broken": [say(500), "WITNESS_ANSWER_WRONG"],
  "does not know the log": [say(404), "WITNESS_DOES_NOT_KNOW_THIS_LOG"],
  "does not trust the key": [say(403), "WITNESS_DOES_NOT_TRUST_OUR_KEY"],
};

test("a witness that hangs, lies or has another key is named and left out; others cosign", {
  timeout: 120_000,
}, async () => {
  const court = await witness("court");
  let size = 0;
  for (const [what, [answer, code]] of Object.entries(odd)) {
    troubles = [];
    const address = await stranger(answer);
    const policy = `${line("court", court)}\n${line("odd", { vkey: known.vkey, address })}\nquorum court\n`;
    const publishing = publisher(policy);
    await growLog(world, someLeaves(2));
    size += 2;
    assert.equal((await publishing.publishNow()).size, size, what);
    assert.ok(publishing.stopped === undefined && publishing.mayGrow(), what);
    assert.deepEqual(await cosignedBy(), ["court"], what);
    assert.ok(troubles.includes(`${code} odd`), `${what}: ${troubles.join()}`);
    await publishing.close();
  }
  assert.match(note(), new RegExp(`\n${size}\n`));
});

test("another history shown to a witness with the log's own key stops the log, which says so", async () => {
  const court = await witness("court");
  const policy = `${line("court", court)}\nquorum court\n`;
  const publishing = publisher(policy);
  await publishing.publishNow();
  const forged = { origin, size: 2, root: randomBytes(32) };
  const body = formatWitnessRequest({ oldSize: 0, proof: [], note: signNote(formatCheckpoint(forged), [signer]) });
  assert.equal((await fetch(`${court.address}/add-checkpoint`, { method: "POST", body })).status, 200);
  await growLog(world, someLeaves(5));
  const before = note();
  await assert.rejects(publishing.publishNow(), ForkedLog);
  assert.match(
    publishing.stopped!,
    /history has forked: the first 2 entries are not those that were seen by the witness court/,
  );
  assert.equal(publishing.mayGrow(), false);
  assert.equal(note(), before);
  // Also from the start on.
  await assert.rejects(publisher(policy).publishNow(), /were seen by the witness court/);
});

test("a policy that is damaged, or another log's, is refused at the start", () => {
  assert.throws(() => publisher("quorum court\n"), { code: "POLICY_MALFORMED" });
  assert.throws(() => publisher(`log ${anotherLog.vkey}\nquorum none\n`), { code: "POLICY_MALFORMED" });
});

test("a changed cosignature, a policy of another log and a damaged policy are told apart by the verifier", async () => {
  const court = await witness("court");
  const policy = `${line("court", court)}\nquorum court\n`;
  await growLog(world, someLeaves(2));
  await publisher(policy).publishNow();
  const file = join(home, "log", "checkpoint");
  const good = note();
  const bytes = Buffer.from(good.trimEnd().split(" ").at(-1)!, "base64");
  bytes[40]! ^= 1;
  writeFileSync(file, good.replace(/\S+\n$/, `${bytes.toString("base64")}\n`));
  const changed = await verify(policy);
  assert.equal(changed.code, 1);
  assert.match(changed.output, /^REFUSED .*a cosignature is refused: the signature of court\.example/);
  writeFileSync(file, good.split("\n").slice(0, -2).join("\n") + "\n");
  assert.equal((await verify(policy)).code, 3);
  writeFileSync(file, good);
  assert.equal((await verify(policy)).code, 0);
  assert.equal((await verify(`log ${anotherLog.vkey}\n${policy}`, "--vkey", signer.vkey)).code, 2);
  assert.equal((await verify("nonsense")).code, 2);
});
