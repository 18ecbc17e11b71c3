// The vault of a world: the real keyholder, recorder and opener as processes of their own, with keys made for them. They start
// when they are first needed, since most tests of a command never open a person's data.
// SPDX-License-Identifier: Apache-2.0
import type { ChildProcess } from "node:child_process";
import { createPrivateKey, type KeyObject } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectGate, connectInquirer, type Gate, type Inquirer } from "../../src/modules/disclosure/index.js";
import type { LoginRole } from "../../src/platform/db/roles.js";
import { linkNames } from "../../src/vault/keyholder/keyholder.js";
import type { RootSettings } from "../../src/vault/keyholder/settings.js";
import { ensureKeyFiles, ensureLinkKeys, type KeyFiles, linkDirBeside } from "../../src/vault/keys.js";
import {
  keyholderCommand,
  startVaultProcess,
  type VaultCommand,
  type VaultProcess,
  vaultCommand,
} from "../../src/vault/process.js";
import { socketsIn } from "../../src/vault/settings.js";

export interface TestVault {
  /** Starts the vault at the first call of one of its methods. */
  readonly gate: Gate;
  /** Starts the inquirer too. */
  readonly inquirer: Inquirer;
  readonly sockets: { readonly recorder: string; readonly opener: string; readonly inquirer: string };
  readonly keys: KeyFiles;
  readonly keyDir: string;
  readonly socketDir: string;
  /** Starts all its processes, if they do not run, and waits until they answer. */
  start(): Promise<void>;
  /** Kills one of them with SIGKILL; `start` brings it back. */
  kill(which: VaultProcess): Promise<void>;
  setNow(now: Date): void;
  stop(): Promise<void>;
}

/** The log's key, for tests that publish in the recorder's place. */
export function readLogKey({ keys }: Pick<TestVault, "keys">): KeyObject {
  return createPrivateKey({ key: readFileSync(keys.log), format: "der", type: "pkcs8" });
}

export const logOrigin = "log.demo.example/sakshi";

export interface VaultOptions {
  /** False: the vault runs by the machine's clock, as in production. */
  readonly isClockSet?: boolean;
  /** Which back end holds the root key; files when it is left out. */
  readonly root?: RootSettings;
}

export function testVault(
  urlAs: (role: LoginRole) => string,
  { isClockSet = true, root = { kind: "file" } }: VaultOptions = {},
): TestVault {
  const folder = mkdtempSync(join(tmpdir(), "sakshi-vault-"));
  const keyDir = join(folder, "keys");
  const socketDir = join(folder, "run");
  const clockFile = join(folder, "now");
  const keys = ensureKeyFiles(keyDir);
  ensureLinkKeys(linkDirBeside(keyDir), linkNames);
  mkdirSync(socketDir, { mode: 0o700 });
  writeFileSync(clockFile, "");
  const sockets = socketsIn(socketDir);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  const running = new Map<VaultProcess, Promise<ChildProcess>>();

  function commandOf(which: VaultProcess): VaultCommand {
    if (which === "keyholder") return keyholderCommand({ socketDir, keyDir, root });
    const databaseUrl = urlAs(`sakshi_${which}`);
    const settings = { socketDir, keyDir, databaseUrl, origin: logOrigin };
    return vaultCommand(which, isClockSet ? { ...settings, clockFile } : settings);
  }
  async function start(): Promise<void> {
    for (const which of ["keyholder", "recorder", "opener"] as const) {
      if (!running.has(which)) running.set(which, startVaultProcess(commandOf(which)));
    }
    await Promise.all(running.values());
  }
  async function startInquirer(): Promise<void> {
    await start();
    if (!running.has("inquirer")) running.set("inquirer", startVaultProcess(commandOf("inquirer")));
    await running.get("inquirer");
  }
  async function end(which: VaultProcess, signal: NodeJS.Signals): Promise<void> {
    const child = await running.get(which)?.catch(() => undefined);
    running.delete(which);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await ended;
  }

  const gate = connectGate({
    recorderSocket: sockets.recorder,
    openerSocket: sockets.opener,
    // Tests share two cores with a browser: slow is not away.
    deadlineMs: 10_000,
  });
  const inquirer = connectInquirer(sockets.inquirer);
  return {
    gate: startingFirst(gate, start),
    inquirer: startingFirst(inquirer, startInquirer),
    sockets,
    keys,
    keyDir,
    socketDir,
    start,
    kill: (which) => end(which, "SIGKILL"),
    setNow(now) {
      writeFileSync(`${clockFile}.new`, String(now.getTime()));
      renameSync(`${clockFile}.new`, clockFile);
    },
    async stop() {
      gate.close();
      inquirer.close();
      const all = ["recorder", "opener", "inquirer", "keyholder"] as const;
      await Promise.all(all.map((which) => end(which, "SIGTERM")));
      process.off("exit", remove);
      remove();
    },
  };
}

/** The same client, whose methods start its process at the first call only: a vault killed later stays dead. */
function startingFirst<T extends Gate | Inquirer>(gate: T, start: () => Promise<void>): T {
  let started: Promise<void> | undefined;
  return new Proxy(gate, {
    get(target, name, receiver) {
      const method = Reflect.get(target, name, receiver) as unknown;
      if (typeof method !== "function" || name === "close") return method;
      return async (...args: unknown[]) => {
        started ??= start();
        await started;
        return Reflect.apply(method, target, args) as unknown;
      };
    },
  });
}
