// What runs now, written down for the operator's commands: state.json in the data folder.
// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export interface RunningState {
  readonly supervisor: number;
  readonly address: string;
  readonly parts: Readonly<Record<string, number>>;
  /** The last restart of the web processes that has ended, and why it did not come to its end, if it did not. */
  readonly webRestart?: { readonly at: string; readonly problem?: string };
}

const fileIn = (dataDir: string) => join(dataDir, "state.json");

export function writeState(dataDir: string, state: RunningState): void {
  const file = fileIn(dataDir);
  writeFileSync(`${file}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export function removeState(dataDir: string): void {
  rmSync(fileIn(dataDir), { force: true });
}

/** What runs, or undefined if nothing does. */
export function readState(dataDir: string): RunningState | undefined {
  const file = fileIn(dataDir);
  if (!existsSync(file)) return undefined;
  const state = JSON.parse(readFileSync(file, "utf8")) as RunningState;
  return isAlive(state.supervisor) ? state : undefined;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code === "EPERM";
  }
}
