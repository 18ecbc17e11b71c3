// How to start a vault process: program, arguments, environment. No core dumps, and Node's permission model: the
// process may read its program, its policy and its keys, start no other process and load no native add-on.
// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { confine } from "../platform/confine.js";
import { keyPaths, keysHeldBy } from "./keys.js";
import { settingsToEnv, type VaultSettings } from "./settings.js";

export type VaultProcess = "recorder" | "opener";

export interface VaultCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
}

function permissions(which: VaultProcess, settings: VaultSettings, buildDir: string): string[] {
  const { keyDir, socketDir, clockFile, publish } = settings;
  const keys = keyPaths(keyDir);
  const files = [...keysHeldBy[which].map((name) => keys[name]), clockFile, publish?.policyFile];
  return confine({
    buildDir,
    ofProject: ["policy"],
    readable: files.filter((file) => file !== undefined),
    writable: [socketDir, ...(publish ? [publish.directory, publish.lockDirectory] : [])],
  });
}

/** The folder that holds src/vault-main.js: the build that this very file belongs to. */
const ownBuild = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Spawn with stdio ["ignore", …, …, "ipc"]: the process sends "ready" and ends when the channel closes. */
export function vaultCommand(which: VaultProcess, settings: VaultSettings, buildDir = ownBuild): VaultCommand {
  const program = join(buildDir, "src", "vault-main.js");
  const args = [...permissions(which, settings, buildDir), "--disallow-code-generation-from-strings", program, which];
  return {
    command: "/bin/sh",
    args: ["-c", 'ulimit -c 0; exec "$0" "$@"', process.execPath, ...args],
    env: { PATH: process.env.PATH ?? "", ...settingsToEnv(settings) },
  };
}

/** Starts one process and waits until it is ready. Rejects when it ends before that. */
export async function startVaultProcess(which: VaultProcess, settings: VaultSettings): Promise<ChildProcess> {
  const { command, args, env } = vaultCommand(which, settings);
  const child = spawn(command, args, {
    env,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  await new Promise<void>((resolve, reject) => {
    child.once("message", () => resolve());
    child.once("error", reject);
    child.once("exit", (code, signal) =>
      reject(new Error(`the ${which} ended before it was ready (${signal ?? code})`)),
    );
  });
  return child;
}
