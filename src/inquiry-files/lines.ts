// Lines of large files as pieces of a buffer, so that millions of lines never become strings that nobody needs.
// SPDX-License-Identifier: Apache-2.0
import { closeSync, openSync, readSync } from "node:fs";
import { Unreadable } from "./read-sample.js";

const chunkSize = 8 * 2 ** 20;
const longestLine = 256 * 2 ** 20;

/**
 * Calls with each line that is not empty: the buffer, where the line starts and ends (LF and CR left out). A file that is not there has no lines. Throws Unreadable with the number of a line that `take` throws at.
 */
export function eachLine(path: string, take: (buffer: Buffer, from: number, to: number) => void): void {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  try {
    let buffer = Buffer.allocUnsafe(chunkSize);
    let [kept, number] = [0, 0];
    const line = (from: number, to: number) => {
      number++;
      const end = to > from && buffer[to - 1] === 13 ? to - 1 : to;
      const start = number === 1 && buffer[from] === 0xef && buffer[from + 1] === 0xbb ? from + 3 : from;
      if (end <= start) return;
      try {
        take(buffer, start, end);
      } catch {
        throw new Unreadable(`${path}, line ${number} cannot be read.`);
      }
    };
    for (;;) {
      const read = readSync(file, buffer, kept, buffer.length - kept, null);
      const filled = kept + read;
      if (read === 0) {
        if (filled > 0) line(0, filled);
        return;
      }
      let from = 0;
      for (let to = buffer.indexOf(10); to >= 0 && to < filled; to = buffer.indexOf(10, from)) {
        line(from, to);
        from = to + 1;
      }
      kept = filled - from;
      if (kept === buffer.length) {
        if (kept >= longestLine) throw new Unreadable(`${path}, line ${number + 1} is longer than 256 MB.`);
        const larger = Buffer.allocUnsafe(buffer.length * 2);
        buffer.copy(larger, 0, from, filled);
        buffer = larger;
      } else buffer.copy(buffer, 0, from, filled);
    }
  } finally {
    closeSync(file);
  }
}
