// The verifying command as a person runs it: exit code, verdict line, JSON; from a folder and over HTTP.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import {
  CompactRange,
  ed25519Signer,
  formatCheckpoint,
  formatTlogProof,
  inclusionProof,
  leafHash,
  leafOf,
  signNote,
  type TreeNode,
} from "../../src/lib/tlog/index.js";
import { createServer } from "../../src/platform/http/server.js";
import { logFiles } from "../../src/web/public/log-files.js";
import { runVerifyLog } from "../../tools/verify-log.js";
import { key, origin, type PublishedLog, publish, someLeaves } from "./published-log.js";

const home = mkdtempSync(join(tmpdir(), "sakshi-verify-"));
after(() => rmSync(home, { recursive: true, force: true }));

function writeLog(name: string, log: PublishedLog): string {
  const directory = join(home, name);
  for (const [path, bytes] of [...log.files, ["key", Buffer.from(`${log.vkey}\n`)] as const]) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), bytes);
  }
  return directory;
}

async function run(...args: string[]): Promise<{ code: number; output: string }> {
  const lines: string[] = [];
  const code = await runVerifyLog({ args, write: (line) => lines.push(line), writeProgress: () => {} });
  return { code, output: lines.join("\n") };
}

// An entry as "who saw my record" hands it out, in the middle of others.
const disclosed = {
  entry: '{"actor":"staff:demo","n":0}',
  salt: randomBytes(32).toString("base64"),
  tag: randomBytes(32).toString("base64"),
  kind: 1,
};
const leaves = someLeaves(300).with(77, leafOf(disclosed));
const log = publish(leaves);
const directory = writeLog("good", log);

test("says VERIFIED and ends with 0 for an honest log", async () => {
  const { code, output } = await run("--directory", directory, "--vkey", log.vkey);
  assert.equal(code, 0);
  assert.equal(output, `VERIFIED ${origin}: 300 entries, 5 tiles, root ${log.checkpoint.root.toString("base64")}`);
});

test("says so when the key came from the log itself", async () => {
  const { code, output } = await run("--directory", directory);
  assert.equal(code, 0);
  assert.match(output, /checked with the key that the log itself shows$/);
});

test("names the first bad entry, ends with 1, and tells programs the same in JSON", async () => {
  const bundle = Buffer.from(log.files.get("tile/entries/000")!);
  bundle[68 * 42 + 30]! ^= 1;
  const bad = writeLog("bad", { ...log, files: new Map(log.files).set("tile/entries/000", bundle) });
  const words = await run("--directory", bad, "--vkey", log.vkey);
  assert.equal(words.code, 1);
  assert.match(words.output, /^REFUSED .*TILE_WRONG; tile\/0\/000, from entry 42\]$/);
  const json = await run("--directory", bad, "--vkey", log.vkey, "--json");
  assert.equal(json.code, 1);
  const verdict = JSON.parse(json.output) as { ok: boolean; fault: { code: string; index: number } };
  assert.deepEqual([verdict.ok, verdict.fault.code, verdict.fault.index], [false, "TILE_WRONG", 42]);
});

test("refuses a log signed with another key than the one given", async () => {
  const other = ed25519Signer(origin, generateKeyPairSync("ed25519").privateKey);
  const { code, output } = await run("--directory", directory, "--vkey", other.vkey);
  assert.equal(code, 1);
  assert.match(output, /CHECKPOINT_REFUSED/);
});

test("holds the log against an older checkpoint", async () => {
  const older = join(home, "older");
  writeFileSync(older, publish(leaves.slice(0, 123)).files.get("checkpoint")!);
  const good = await run("--directory", directory, "--vkey", log.vkey, "--since", older);
  assert.match(good.output, /^VERIFIED .*grown from 123 entries/);
  writeFileSync(older, publish(leaves.slice(0, 123).reverse()).files.get("checkpoint")!);
  const forked = await run("--directory", directory, "--vkey", log.vkey, "--since", older);
  assert.equal(forked.code, 1);
  assert.match(forked.output, /HISTORY_CHANGED/);
});

test("checks a person's proof, alone and against the log as it is now", async () => {
  const hashes = leaves.map(leafHash);
  const read = ({ height, index }: TreeNode) => {
    const range = new CompactRange();
    for (const hash of hashes.slice(index * 2 ** height, (index + 1) * 2 ** height)) range.append(hash);
    return range.root();
  };
  const checkpoint = publish(leaves.slice(0, 200)).checkpoint;
  const note = signNote(formatCheckpoint(checkpoint), [ed25519Signer(origin, key)]);
  const proof = formatTlogProof({ index: 77, hashes: inclusionProof(77, 200, read), checkpoint: note });
  const file = join(home, "line.json");
  writeFileSync(file, JSON.stringify({ ...disclosed, proof }));
  const alone = await run("--proof", file, "--vkey", log.vkey);
  assert.deepEqual(alone, { code: 0, output: `VERIFIED ${origin}: the entry of the proof is number 77` });
  const withLog = await run("--proof", file, "--directory", directory, "--vkey", log.vkey);
  assert.match(withLog.output, /^VERIFIED .*grown from 200 entries.*number 77$/);
  writeFileSync(file, JSON.stringify({ ...disclosed, entry: '{"actor":"staff:other","n":0}', proof }));
  const altered = await run("--proof", file, "--vkey", log.vkey);
  assert.equal(altered.code, 1);
  assert.match(altered.output, /REFUSED .*the proof is refused/);
});

test("what cannot be checked ends with 2 and one line", async () => {
  for (const args of [
    [],
    ["--nonsense"],
    ["--directory", join(home, "nowhere")],
    ["--directory", directory, "--url", "http://127.0.0.1:1"],
    ["--url", "http://127.0.0.1:1/log"],
    ["--url", "no address"],
    ["--directory", directory, "--vkey", "x"],
    ["--directory", directory, "--since", join(home, "nowhere")],
  ]) {
    const { code, output } = await run(...args);
    assert.equal(code, 2, `${args.join(" ")}: ${output}`);
    assert.match(output, /^cannot verify: [^\n]+$/);
  }
});

test("verifies over HTTP what the web server serves, and nothing else is served", async () => {
  const app = await createServer({
    origin: "http://127.0.0.1",
    onError: (code, _request, reply) => reply.status(code === "NOT_FOUND" ? 404 : 400).send({ code }),
  });
  logFiles(app, { directory });
  const address = await app.listen({ host: "127.0.0.1", port: 0 });
  try {
    for (const url of [`${address}/log`, address]) {
      const { code, output } = await run("--url", url, "--vkey", log.vkey);
      assert.equal(code, 0, output);
    }
    const checkpoint = await app.inject("/log/checkpoint");
    assert.deepEqual([checkpoint.statusCode, checkpoint.headers["content-type"]], [200, "text/plain; charset=utf-8"]);
    assert.match(String(checkpoint.headers["cache-control"]), /max-age=1,/);
    const tile = await app.inject("/log/tile/0/000");
    assert.equal(tile.rawPayload.length, 8192);
    assert.match(String(tile.headers["cache-control"]), /immutable/);
    assert.equal(tile.headers["content-type"], "application/octet-stream");
    writeFileSync(join(directory, "tile/0/000.new"), "half");
    for (const path of [
      "tile/0/001",
      "tile/0/000.new",
      "tile/0/..%2f..%2fkey",
      "tile/..%2f..%2fkey",
      "tile/0/../../key%00",
      "tile/0//000",
      "../key",
    ]) {
      assert.equal((await app.inject(`/log/${path}`)).statusCode, 404, path);
    }
  } finally {
    await app.close();
  }
});
