// The folder that holds an installation: database, keys, logs, sockets. One running Sakshi a folder: the lock is
// the operating system's, so it goes with the process, however that ends.
// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newRolePasswords, type RolePasswords } from "../platform/db/roles.js";
import { holdFile } from "../platform/exclusive-file.js";
import { OperatorError } from "../platform/operator-error.js";

export interface DataFolder {
  readonly path: string;
  readonly postgres: string;
  readonly keys: string;
  readonly logs: string;
  /** Unix sockets; their paths may have about 100 bytes, so this may lie elsewhere. */
  readonly sockets: string;
  /** What the publisher writes for anyone to fetch. */
  readonly published: string;
  /** What the publisher signed last; not to be restored together with the database. */
  readonly logLock: string;
  /** Which witnesses cosign the log, if there are any. */
  readonly logPolicy: string;
  unlock(): void;
}

const socketPathBytes = 90;

/** Makes the folder if absent and takes its lock. */
export function openDataFolder(path: string): DataFolder {
  const folder = dataFolder(path);
  mkdirSync(path, { recursive: true });
  // Under root the database runs as another user, who must pass through; what lies inside has its own rights.
  chmodSync(path, process.getuid?.() === 0 ? 0o711 : 0o700);
  const unlock = takeLock(path);
  for (const inside of [folder.logs, folder.sockets]) {
    mkdirSync(inside, { recursive: true, mode: 0o700 });
    chmodSync(inside, 0o700);
  }
  return { ...folder, unlock };
}

/** Where everything lies in the data folder, without touching it. */
export function dataFolder(path: string): Omit<DataFolder, "unlock"> {
  const near = join(path, "run");
  const far = join(tmpdir(), `sakshi-${createHash("sha256").update(path).digest("hex").slice(0, 12)}`);
  return {
    path,
    postgres: join(path, "postgres"),
    keys: join(path, "keys"),
    logs: join(path, "logs"),
    sockets: Buffer.byteLength(near) < socketPathBytes ? near : far,
    published: join(path, "published"),
    logLock: join(path, "log-lock"),
    logPolicy: join(path, "log-policy"),
  };
}

function takeLock(path: string): () => void {
  const release = holdFile(join(path, "lock"));
  if (release) return release;
  throw new OperatorError(
    `Sakshi is already running on ${path}. Stop it first, or set SAKSHI_DATA_DIR to another folder.`,
  );
}

/** The passwords of the database's roles: made once, kept beside the keys' folder, readable by their owner only. */
export function rolePasswords(path: string): RolePasswords {
  const file = join(path, "database-passwords.json");
  if (existsSync(file)) return { ...newRolePasswords(), ...(JSON.parse(readFileSync(file, "utf8")) as RolePasswords) };
  const passwords = newRolePasswords();
  writeFileSync(`${file}.new`, `${JSON.stringify(passwords, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return passwords;
}

const largeLogBytes = 20 * 1024 * 1024;

/** The log file of a part. A large one of earlier runs is put aside; the one before that goes. */
export function logFile(folder: Pick<DataFolder, "logs">, part: string): string {
  const file = join(folder.logs, `${part}.log`);
  if (existsSync(file) && statSync(file).size > largeLogBytes) {
    rmSync(`${file}.1`, { force: true });
    renameSync(file, `${file}.1`);
  }
  return file;
}
