// How to start a vault process: program, arguments, environment. No core dumps, and Node's permission model: the
// process may read its program, its policy and its keys, start no other process and load no native add-on.
// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { confine } from "../platform/confine.js";
import { linkFile } from "./keyholder/client.js";
import { earlierAccountabilityFile, keyPaths, keysHeldBy, linkDirBeside, rootDirIn } from "./keys.js";
import { type KeyholderSettings, keyholderToEnv, settingsToEnv, type VaultSettings } from "./settings.js";

/** Those that have a database. */
export type VaultPart = "recorder" | "opener" | "inquirer";
export type VaultProcess = "keyholder" | VaultPart;

export interface VaultCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
}

function permissions(which: VaultPart, settings: VaultSettings, buildDir: string): string[] {
  const { keyDir, socketDir, clockFile, publish } = settings;
  const keys = keyPaths(keyDir);
  const link = linkFile(linkDirBeside(keyDir), which);
  const earlier = which === "opener" ? earlierAccountabilityFile(keyDir) : undefined;
  const files = [...keysHeldBy[which].map((name) => keys[name]), earlier, link, clockFile, publish?.policyFile];
  return confine({
    buildDir,
    ofProject: ["policy"],
    readable: files.filter((file) => file !== undefined),
    writable: [socketDir, ...(publish ? [publish.directory, publish.lockDirectory] : [])],
    allow: which === "inquirer" ? ["worker"] : [],
  });
}

/** Only the keyholder of a PKCS#11 module loads a native add-on; what that does is beyond Node's permissions. */
function keyholderPermissions({ root, keyDir, socketDir }: KeyholderSettings, buildDir: string): string[] {
  const credential = { file: [], pkcs11: ["pinFile"], transit: ["tokenFile", "caFile"] }[root.kind];
  const files = credential.flatMap((name) => (root as unknown as Record<string, string | undefined>)[name] ?? []);
  return confine({
    buildDir,
    ofProject: [],
    readable: [linkDirBeside(keyDir), ...files],
    writable: [socketDir, ...(root.kind === "file" ? [rootDirIn(keyDir)] : [])],
    allow: root.kind === "pkcs11" ? ["addons"] : [],
  }).concat(root.kind === "pkcs11" ? ["--disable-warning=PERM0001"] : []);
}

/** The folder that holds src/vault-main.js: the build that this very file belongs to. */
const ownBuild = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Spawn with stdio ["ignore", …, …, "ipc"]: the process sends "ready" and ends when the channel closes. */
export function vaultCommand(which: VaultPart, settings: VaultSettings, buildDir = ownBuild): VaultCommand {
  return command(which, permissions(which, settings, buildDir), settingsToEnv(settings), buildDir);
}
export function keyholderCommand(settings: KeyholderSettings, buildDir = ownBuild): VaultCommand {
  return command("keyholder", keyholderPermissions(settings, buildDir), keyholderToEnv(settings), buildDir);
}

function command(
  which: VaultProcess,
  permitted: string[],
  env: Record<string, string>,
  buildDir: string,
): VaultCommand {
  const program = join(buildDir, "src", "vault-main.js");
  const quiet = ["--disallow-code-generation-from-strings", "--disable-warning=PERM0006"];
  const args = [...permitted, ...quiet, program, which];
  return {
    command: "/bin/sh",
    args: ["-c", 'ulimit -c 0; exec "$0" "$@"', process.execPath, ...args],
    env: { PATH: process.env.PATH ?? "", ...env },
  };
}

/** Starts one process and waits until it is ready. Rejects when it ends before that. */
export async function startVaultProcess({ command: program, args, env }: VaultCommand): Promise<ChildProcess> {
  const which = args.at(-1);
  const child = spawn(program, args, {
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
