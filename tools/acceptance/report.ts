// What an acceptance run prints: rows of a name and what was seen. Progress goes to the error stream.
// SPDX-License-Identifier: Apache-2.0
export interface Report {
  row(what: string, seen: string | number): void;
  progress(words: string): void;
}

const nameWidth = 38;

export const printed: Report = {
  row: (what, seen) => void process.stdout.write(`${what.padEnd(nameWidth)} ${seen}\n`),
  progress: (words) => void process.stderr.write(`… ${words}\n`),
};
