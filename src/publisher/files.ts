// The published log as plain files. A file appears whole or not at all, and is on the disk before anything that
// relies on it appears. A tile, once written, never changes: other bytes under its name mean that history forked.
// SPDX-License-Identifier: Apache-2.0
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { type Tile, type TileName, tilePath, tileWidth } from "../lib/tlog/index.js";

/** History has forked, or somebody else writes here: publishing must stop until a person has looked. */
export class ForkedLog extends Error {
  override name = "ForkedLog";
}

export interface LogFolder {
  /** The bytes of a file, or undefined when it is not there. */
  read(path: string): Promise<Buffer | undefined>;
  readTile(tile: TileName): Promise<Buffer>;
  /** Writes tiles that are not there yet; refuses to change one that is. */
  writeTiles(tiles: readonly Tile[]): Promise<void>;
  /** Forces names of new files to disk: to be called before a checkpoint that relies on them. */
  settle(): Promise<void>;
  /** Puts a file that may change in place of the old one. */
  replace(path: string, text: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Removes the partial tiles of places whose full tile exists. */
  removePartials(full: readonly TileName[]): Promise<void>;
}

export function logFolder(directory: string): LogFolder {
  const unsettled = new Set<string>();
  const at = (path: string) => join(directory, ...path.split("/"));

  async function read(path: string): Promise<Buffer | undefined> {
    try {
      return await readFile(at(path));
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  }

  async function put(path: string, bytes: Uint8Array): Promise<void> {
    const target = at(path);
    const folder = dirname(target);
    await mkdir(folder, { recursive: true });
    for (const parent of foldersUpTo(directory, folder)) unsettled.add(parent);
    const fresh = `${target}.new`;
    const file = await open(fresh, "w", 0o644);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, target);
  }

  async function settle(): Promise<void> {
    for (const folder of unsettled) {
      const handle = await open(folder, "r");
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    }
    unsettled.clear();
  }

  return {
    read,
    settle,
    async readTile(tile) {
      const bytes = await read(tilePath(tile));
      if (!bytes) throw new ForkedLog(`${tilePath(tile)} is missing from the published log`);
      return bytes;
    },
    async writeTiles(tiles) {
      for (const { name, bytes } of tiles) {
        const path = tilePath(name);
        const present = await read(path);
        if (!present) await put(path, bytes);
        else if (!present.equals(bytes)) throw new ForkedLog(`${path} was written before with other hashes or entries`);
      }
    },
    async replace(path, text) {
      await put(path, Buffer.from(text, "utf8"));
      await settle();
    },
    async remove(path) {
      await rm(at(path), { force: true });
    },
    async removePartials(full) {
      for (const tile of full) {
        if (tile.width === tileWidth) await rm(`${at(tilePath(tile))}.p`, { recursive: true, force: true });
      }
    },
  };
}

export function isAbsent(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR";
}

/** The folder, and those above it up to the log's own: each may hold a new name. */
function foldersUpTo(directory: string, folder: string): string[] {
  const steps = relative(directory, folder).split(sep).filter(Boolean);
  return [directory, ...steps.map((_, count) => join(directory, ...steps.slice(0, count + 1)))];
}
