// A published log made in memory for tamper tests: the same files that the publisher writes.
// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import {
  type Checkpoint,
  ed25519Signer,
  ed25519Verifier,
  encodeLeaf,
  formatCheckpoint,
  type LogVerdict,
  type NoteVerifier,
  signNote,
  type Tile,
  TileBuilder,
  tilePath,
  verifyLog,
} from "../../src/lib/tlog/index.js";

export const origin = "log.example/test";
export const key = generateKeyPairSync("ed25519").privateKey;

export interface PublishedLog {
  readonly files: Map<string, Buffer>;
  readonly checkpoint: Checkpoint;
  readonly verifier: NoteVerifier;
  readonly vkey: string;
}

export function someLeaves(count: number): Buffer[] {
  return Array.from({ length: count }, () =>
    encodeLeaf({ kind: 1, tag: randomBytes(32), commitment: randomBytes(32) }),
  );
}

export function publish(leaves: readonly Buffer[], signingKey: KeyObject = key): PublishedLog {
  const signer = ed25519Signer(origin, signingKey);
  const builder = new TileBuilder();
  const tiles: Tile[] = leaves.flatMap((leaf) => builder.append(leaf));
  const files = new Map([...tiles, ...builder.partials()].map(({ name, bytes }) => [tilePath(name), bytes]));
  const checkpoint = { origin, size: builder.size, root: builder.root() };
  files.set("checkpoint", Buffer.from(signNote(formatCheckpoint(checkpoint), [signer])));
  return { files, checkpoint, verifier: ed25519Verifier(signer.vkey), vkey: signer.vkey };
}

/** The verdict of someone who knows the log's true key. */
export function verdictOn(files: ReadonlyMap<string, Buffer>, more: { since?: Checkpoint } = {}): Promise<LogVerdict> {
  const verifier = ed25519Verifier(ed25519Signer(origin, key).vkey);
  return verifyLog({ fetchFile: (path) => Promise.resolve(files.get(path)), origin, verifiers: [verifier], ...more });
}
