// Files on their way in, piece by piece, since a frame holds a megabyte. Kept in memory until taken, a few at a time.
// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from "node:crypto";

const mostBytes = 512 * 2 ** 20;
const patienceMs = 60_000;

export interface Uploads {
  /** Adds a piece to an upload, or begins one; gives its name. */
  add(upload: unknown, piece: Buffer): string;
  /** The whole, once. */
  take(upload: string): Buffer | undefined;
}

export function uploads(): Uploads {
  const waiting = new Map<string, { pieces: Buffer[]; since: number }>();

  function forgetOld(): void {
    for (const [name, { since }] of waiting) if (performance.now() - since > patienceMs) waiting.delete(name);
  }
  function held(): number {
    return [...waiting.values()].reduce((sum, { pieces }) => sum + pieces.reduce((all, one) => all + one.length, 0), 0);
  }

  return {
    add(upload, piece) {
      forgetOld();
      if (held() + piece.length > mostBytes) throw new Error("too much at once");
      const name = typeof upload === "string" ? upload : randomUUID();
      const one = waiting.get(name) ?? { pieces: [], since: 0 };
      if (typeof upload === "string" && one.pieces.length === 0) throw new Error("no such upload");
      // A piece of a frame shares the frame's memory: a copy lets that go.
      one.pieces.push(Buffer.from(piece));
      one.since = performance.now();
      waiting.set(name, one);
      return name;
    },
    take(upload) {
      const one = waiting.get(upload);
      waiting.delete(upload);
      return one && Buffer.concat(one.pieces);
    },
  };
}
