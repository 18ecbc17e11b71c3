// Key files of the demo's vault: made once, all together, readable by their owner only. Production puts the root
// key into an HSM. A lost key file is never replaced by a new one: what it sealed would be lost in silence.
// SPDX-License-Identifier: Apache-2.0
import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { mustBePrivate } from "./private.js";

/** File names inside the key folder, and who holds each. Random keys are 32 bytes; the others PKCS #8 or SPKI DER. */
export const keyFileNames = {
  /** Recorder: signs receipts and checkpoints of the log (Ed25519). */
  log: "log.key",
  /** Everyone: the public half. */
  logPublic: "log.pub",
  /** Recorder and opener: keyed pseudonyms in the log's index. */
  pseudonym: "pseudonym.key",
  /** Recorder and opener: proves to the opener that sealing an entry is asked for by the recorder. */
  channel: "channel.key",
  /** Opener: wraps the bucket keys. */
  root: "root.key",
  /** Opener: blind index of phone numbers. */
  index: "index.key",
  /** Opener: boxes that wait a short time in the database. */
  transit: "transit.key",
  /** Opener: the accountability half of log entries, epoch 1. */
  accountability: "accountability-1.key",
  /** Application: one-time codes, security codes, slip tokens. */
  app: "app.key",
} as const;
export type KeyName = keyof typeof keyFileNames;
/** The only key files that each process may read. */
export const keysHeldBy = {
  recorder: ["log", "pseudonym", "channel"],
  opener: ["logPublic", "pseudonym", "channel", "root", "index", "transit", "accountability"],
} as const satisfies Record<string, readonly KeyName[]>;
export type KeyFiles = Readonly<Record<KeyName, string>>;

/** Where each key lies in its folder. */
export function keyPaths(dir: string): KeyFiles {
  return Object.fromEntries(
    Object.entries(keyFileNames).map(([name, file]) => [name, join(dir, file)]),
  ) as unknown as KeyFiles;
}

function writeKey(path: string, bytes: Buffer): void {
  const file = openSync(path, "wx", 0o600);
  try {
    writeSync(file, bytes);
    fsyncSync(file);
  } finally {
    closeSync(file);
    bytes.fill(0);
  }
}

function makeKeys(dir: string): void {
  const files = keyPaths(dir);
  const log = generateKeyPairSync("ed25519");
  writeKey(files.log, log.privateKey.export({ format: "der", type: "pkcs8" }));
  writeKey(files.logPublic, log.publicKey.export({ format: "der", type: "spki" }));
  for (const name of ["pseudonym", "channel", "root", "index", "transit", "accountability", "app"] as const) {
    writeKey(files[name], randomBytes(32));
  }
}

/** Makes all keys when the folder holds none; throws when some but not all are there. Gives their paths. */
export function ensureKeyFiles(dir: string): KeyFiles {
  const present = existsSync(dir) ? readdirSync(dir) : [];
  const missing = Object.values(keyFileNames).filter((name) => !present.includes(name));
  if (missing.length === 0) return keyPaths(dir);
  if (present.length > 0)
    throw new Error(`Key files are missing in ${dir}: ${missing.join(", ")}. Put them back from your backup.`);
  mkdirSync(dirname(dir), { recursive: true, mode: 0o700 });
  // All or none: the keys are made aside and moved into place in one step.
  const aside = join(dirname(dir), `.${basename(dir)}.${process.pid}.new`);
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside, { mode: 0o700 });
  makeKeys(aside);
  renameSync(aside, dir);
  return keyPaths(dir);
}

/** A 32-byte secret. The raw bytes are wiped; what stays is the KeyObject. */
export function readSecretKey(path: string): KeyObject {
  mustBePrivate(path);
  const bytes = readFileSync(path);
  try {
    if (bytes.length !== 32) throw new Error(`${basename(path)} is not a key of 32 bytes`);
    return createSecretKey(bytes);
  } finally {
    bytes.fill(0);
  }
}

export function readPrivateKey(path: string): KeyObject {
  mustBePrivate(path);
  const bytes = readFileSync(path);
  try {
    return createPrivateKey({ key: bytes, format: "der", type: "pkcs8" });
  } finally {
    bytes.fill(0);
  }
}

export function readPublicKey(path: string): KeyObject {
  return createPublicKey({
    key: readFileSync(path),
    format: "der",
    type: "spki",
  });
}
