// What a vault process may touch, and when it ends.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { testWorld, type World } from "../../tests/support/world.js";
import { linkNames } from "./keyholder/keyholder.js";
import { ensureKeyFiles, ensureLinkKeys, type KeyName, keysHeldBy, linkDirBeside, readSecretKey } from "./keys.js";
import { startVaultProcess, vaultCommand } from "./process.js";
import { settingsFromEnv, settingsToEnv, socketsIn } from "./settings.js";

const folder = mkdtempSync(join(tmpdir(), "sakshi-process-"));
const keys = ensureKeyFiles(join(folder, "keys"));
ensureLinkKeys(linkDirBeside(join(folder, "keys")), linkNames);
const socketDir = join(folder, "run");
mkdirSync(socketDir, { mode: 0o700 });
const base = { socketDir, keyDir: join(folder, "keys"), origin: "log.test.example/sakshi" };
let world: World;
before(async () => {
  world = await testWorld();
});
after(async () => {
  rmSync(folder, { recursive: true });
  await world.close();
});

/** Runs a line of code with the same permissions as the process; true when it did not throw. */
function may(which: "recorder" | "opener", code: string): boolean {
  const { command, args, env } = vaultCommand(which, { ...base, databaseUrl: "postgres://none" });
  const withCode = [...args.slice(0, -2), "-e", code];
  return spawnSync(command, withCode, { env }).status === 0;
}
const openerCommand = () => vaultCommand("opener", { ...base, databaseUrl: world.urlAs("sakshi_opener") });
const reading = (path: string): string => `require("node:fs").readFileSync(${JSON.stringify(path)})`;

test("each process reads its own keys and no others", () => {
  for (const which of ["recorder", "opener"] as const) {
    for (const name of Object.keys(keys) as KeyName[]) {
      const isHeld = (keysHeldBy[which] as readonly string[]).includes(name);
      assert.equal(may(which, reading(keys[name])), isHeld, `${which} ${name}`);
    }
  }
});

test("a vault process starts no program, loads no add-on, reads nothing else and writes nowhere else", () => {
  assert.ok(may("opener", "1"));
  assert.ok(!may("opener", reading("/etc/passwd")));
  assert.ok(!may("opener", 'require("node:child_process").execSync("true")'));
  assert.ok(
    !may("opener", 'require("node:worker_threads"); new (require("node:worker_threads").Worker)("1", { eval: true })'),
  );
  assert.ok(!may("opener", `require("node:fs").writeFileSync(${JSON.stringify(keys.index)}, "x")`));
  assert.ok(!may("opener", 'eval("1")'));
});

test("a process leaves no core file, and ends when its parent's channel closes", async () => {
  const child = await startVaultProcess(openerCommand());
  const limits = `/proc/${child.pid}/limits`;
  if (existsSync(limits)) assert.match(readFileSync(limits, "utf8"), /^Max core file size +0 +0 /m);
  const ended = new Promise((resolve) => child.once("exit", (code) => resolve(code)));
  child.disconnect();
  assert.equal(await ended, 0);
});

test("a socket that a killed process left behind does not stop the next", async () => {
  const killed = await startVaultProcess(openerCommand());
  const gone = new Promise((resolve) => killed.once("exit", resolve));
  killed.kill("SIGKILL");
  await gone;
  const next = await startVaultProcess(openerCommand());
  const socket = connect(socketsIn(socketDir).opener);
  await new Promise((resolve) => socket.once("connect", resolve));
  socket.destroy();
  const ended = new Promise((resolve) => next.once("exit", resolve));
  next.kill("SIGTERM");
  await ended;
});

test("keys or sockets that others can reach stop the vault", async () => {
  chmodSync(keys.index, 0o640);
  assert.throws(() => readSecretKey(keys.index), /other users/);
  chmodSync(keys.index, 0o600);
  chmodSync(socketDir, 0o755);
  try {
    await assert.rejects(startVaultProcess(openerCommand()));
  } finally {
    chmodSync(socketDir, 0o700);
  }
});

test("settings come through the environment whole; a clock that can be set is refused in production", () => {
  const full = {
    ...base,
    databaseUrl: "postgres://a",
    publish: { directory: "/p", lockDirectory: "/l", databaseUrl: "postgres://b", policyFile: "/w" },
    clockFile: "/c",
  };
  assert.deepEqual(settingsFromEnv(settingsToEnv(full)), full);
  assert.throws(() => settingsFromEnv({ ...settingsToEnv(full), SAKSHI_PROFILE: "production" }), /clock/);
  assert.throws(() => settingsFromEnv({}), /SAKSHI_VAULT_SOCKETS/);
});
