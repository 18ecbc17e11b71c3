// Production as an operator starts it: its root key in an HSM (SoftHSM2, or where that is missing a server that speaks
// Transit), a gateway for messages, an https address. And what it refuses.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { dataFolder } from "../../src/start/data-folder.js";
import { rootSettingsToEnv } from "../../src/vault/keyholder/settings.js";
import { ensureKeyFiles, isWrapped, keyPaths } from "../../src/vault/keys.js";
import { softHsm } from "../support/soft-hsm.js";
import { transitServer } from "../support/transit-server.js";
import { freePort, type Run, remove, start, started } from "./installation.js";

const folder = mkdtempSync(join(tmpdir(), "sakshi-production-"));
const dataDir = join(folder, "data");
const hsm = softHsm(folder);
const keyFile = join(folder, "sms.key");
writeFileSync(keyFile, "gateway-key", { mode: 0o600 });
const service = await transitServer();
const tokenFile = join(folder, "token");
writeFileSync(tokenFile, service.token, { mode: 0o600 });
const transit = { SAKSHI_TRANSIT_URL: service.url, SAKSHI_TRANSIT_TOKEN_FILE: tokenFile };
const rootKey = hsm ? { ...rootSettingsToEnv(hsm) } : transit;
const settings = {
  SAKSHI_PROFILE: "production",
  SAKSHI_ORIGIN: "https://vaccination.example",
  SAKSHI_SMS_URL: "http://127.0.0.1:9/sms",
  SAKSHI_SMS_KEY_FILE: keyFile,
};
let port: number;
let run: Run;

before(async () => {
  port = await freePort();
  run = start(dataDir, port, { ...settings, ...rootKey });
  await started(run);
});
after(async () => {
  run.child.kill("SIGTERM");
  await run.ended;
  await service.close();
  remove(dataDir);
  rmSync(folder, { recursive: true, force: true });
});
const get = (path: string) =>
  fetch(`http://127.0.0.1:${port}${path}`, { headers: { host: "vaccination.example", connection: "close" } });

test("it starts, answers, and has no demo", async () => {
  assert.match(run.output(), /Sakshi is running at https:\/\/vaccination\.example/);
  assert.equal(run.errors(), "");
  assert.equal((await get("/health")).status, 200);
  for (const path of ["/demo", "/demo/outbox"]) assert.equal((await get(path)).status, 404, path);
});

test("each key on the disk is wrapped by the root key, and no root key lies there", () => {
  const { keys } = dataFolder(dataDir);
  for (const [name, path] of Object.entries(keyPaths(keys))) assert.equal(isWrapped(path), name !== "logPublic", name);
  assert.ok(!readdirSync(keys).includes("root"));
});

function sakshi(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [join(import.meta.dirname, "..", "..", "src", "cli-main.js"), ...args], {
    encoding: "utf8",
    env: { PATH: process.env.PATH, SAKSHI_DATA_DIR: dataDir, PORT: String(port), ...settings, ...rootKey },
  });
}

test("its keys are replaced while it runs, in the HSM too", async () => {
  assert.match(sakshi("keys", "status").stdout, /^root key +epochs 1\n/);
  for (const [args, epochs] of [
    [["--root"], "2"],
    [[], "[23]"],
  ] as const) {
    const { status, stdout, stderr } = sakshi("keys", "rotate", ...args);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /Done: no key waits\.\n$/);
    assert.match(sakshi("keys", "status").stdout, new RegExp(`^root key +epochs ${epochs}\\n`));
  }
  const { status, stdout } = sakshi("keys", "erase");
  assert.equal(status, 0);
  assert.match(stdout, /^0 erased\.\nDone: no key waits\.\n$/);
  assert.equal((await get("/health")).status, 200);
});

test("it starts again with the same keys", async () => {
  const { keys } = dataFolder(dataDir);
  const before = readFileSync(keyPaths(keys).logPublic);
  run.child.kill("SIGTERM");
  assert.equal(await run.ended, 0);
  run = start(dataDir, port, { ...settings, ...rootKey });
  await started(run);
  assert.deepEqual(readFileSync(keyPaths(keys).logPublic), before);
});

for (const [name, env, sentence] of [
  ["without a root key elsewhere", {}, /would be: keys that lie open in files/],
  ["without a gateway for messages", { ...transit, SAKSHI_SMS_URL: "" }, /would be: the demo outbox/],
  [
    "without https",
    { ...transit, SAKSHI_ORIGIN: "http://vaccination.example" },
    /SAKSHI_ORIGIN must be the https address/,
  ],
  [
    "with a key service in clear",
    { ...transit, SAKSHI_TRANSIT_URL: "http://bao.example:8200" },
    /SAKSHI_TRANSIT_URL must be an https/,
  ],
  ["with two places for the root key", { ...transit, SAKSHI_PKCS11_MODULE: "/usr/lib/x.so" }, /are both set/],
] as const) {
  test(`refuses ${name}, in one sentence`, async () => {
    const refused = start(join(folder, "refused"), await freePort(), { ...settings, ...env });
    assert.equal(await refused.ended, 1);
    assert.match(refused.errors(), sentence);
  });
}

test("refuses a folder that a demo made, and a root key that does not answer, in one sentence each", async () => {
  const demo = join(folder, "demo");
  ensureKeyFiles(dataFolder(demo).keys);
  const first = start(demo, await freePort(), { ...settings, ...transit });
  assert.equal(await first.ended, 1);
  // The key service has no root key: nothing was begun with it, and the folder's keys are no reason to make one.
  assert.match(first.errors(), /^The root key cannot be used \(NO_ROOT_KEY\)[^\n]+\n$/);
  service.fail(503, 1_000);
  const second = start(join(folder, "away"), await freePort(), { ...settings, ...transit });
  assert.equal(await second.ended, 1);
  assert.match(second.errors(), /^The root key cannot be used \(HTTP_503\)[^\n]+\n$/);
  service.fail(0, 0);
});
