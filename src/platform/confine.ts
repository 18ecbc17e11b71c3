// Node's permission model for our processes: a process reads its program and what it is given by name, writes where it
// is told to, and starts no other process. It stops tricks with paths; where worker threads and native add-ons are
// allowed, it is no wall against code that runs inside.
// SPDX-License-Identifier: Apache-2.0
import { dirname, join } from "node:path";
import { projectRoot } from "./root.js";

export interface Confinement {
  /** The folder of the built program. */
  readonly buildDir: string;
  /** Files and folders below the project's, such as "locales". */
  readonly ofProject: readonly string[];
  readonly readable?: readonly string[];
  /** May be read too. */
  readonly writable?: readonly string[];
  readonly allow?: readonly ("worker" | "addons")[];
}

/** Arguments for node. */
export function confine({ buildDir, ofProject, readable = [], writable = [], allow = [] }: Confinement): string[] {
  const all = [
    buildDir,
    ...["node_modules", "package.json", ...ofProject].map((name) => join(projectRoot, name)),
    ...lockFilesAbove(buildDir),
    ...readable,
    ...writable,
  ];
  return [
    "--permission",
    ...all.map((path) => `--allow-fs-read=${path}`),
    ...writable.map((path) => `--allow-fs-write=${path}`),
    ...allow.map((what) => `--allow-${what}`),
  ];
}

/** Where src/platform/root.ts looks for the project on its way up from the build. */
function lockFilesAbove(folder: string): string[] {
  const here = join(folder, "package-lock.json");
  return folder === projectRoot || folder === dirname(folder) ? [here] : [here, ...lockFilesAbove(dirname(folder))];
}
