// Copies files of a database cluster, forced to disk, with a digest of what was copied.
// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { mkdir, open, readdir } from "node:fs/promises";
import { dirname, join } from "node:path";

export interface CopiedFile {
  /** From the backup's folder, with slashes. */
  readonly path: string;
  readonly bytes: number;
  /** SHA-256, hex. */
  readonly sha256: string;
}

const chunkBytes = 1 << 20;

/** Copies one file. Undefined when it is gone: a running server may remove files, and replays that from its WAL. */
export async function copyFile(from: string, to: string, path: string): Promise<CopiedFile | undefined> {
  const source = await open(from, "r").catch(ignoreGone);
  if (!source) return undefined;
  await mkdir(dirname(join(to, path)), { recursive: true, mode: 0o700 });
  const target = await open(join(to, path), "wx", 0o600);
  try {
    const digest = createHash("sha256");
    const chunk = Buffer.allocUnsafe(chunkBytes);
    let bytes = 0;
    for (;;) {
      const { bytesRead } = await source.read(chunk, 0, chunkBytes, bytes);
      if (bytesRead === 0) break;
      const part = chunk.subarray(0, bytesRead);
      digest.update(part);
      await target.writev([part]);
      bytes += bytesRead;
    }
    await target.sync();
    return { path, bytes, sha256: digest.digest("hex") };
  } finally {
    await source.close();
    await target.close();
  }
}

export async function digestOf(file: string): Promise<Omit<CopiedFile, "path"> | undefined> {
  const source = await open(file, "r").catch(ignoreGone);
  if (!source) return undefined;
  try {
    const digest = createHash("sha256");
    let bytes = 0;
    for await (const part of source.readableWebStream() as AsyncIterable<Uint8Array>) {
      digest.update(part);
      bytes += part.length;
    }
    return { bytes, sha256: digest.digest("hex") };
  } finally {
    await source.close().catch(() => {});
  }
}

export interface Tree {
  /** Sorted, as paths from the folder, with slashes. */
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/** All that lies below a folder; what `skip` names is left out with all below it. */
export async function treeBelow(folder: string, skip: (path: string) => boolean = () => false): Promise<Tree> {
  const files: string[] = [];
  const folders: string[] = [];
  const walk = async (below: string): Promise<void> => {
    const entries = await readdir(join(folder, below), { withFileTypes: true }).catch(ignoreGone);
    for (const entry of entries ?? []) {
      const path = below ? `${below}/${entry.name}` : entry.name;
      if (skip(path)) continue;
      if (entry.isFile()) files.push(path);
      if (!entry.isDirectory()) continue;
      folders.push(path);
      await walk(path);
    }
  };
  await walk("");
  return { files: files.sort(), folders: folders.sort() };
}

export function ignoreGone(error: NodeJS.ErrnoException): undefined {
  if (error.code === "ENOENT") return undefined;
  throw error;
}
