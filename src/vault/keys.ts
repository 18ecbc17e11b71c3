// Key files: made once, all together, readable by their owner only. In production each is wrapped by the root key
// (an HSM or a key service) and opened by the keyholder; in the demo they lie as they are. A lost key file is never
// replaced by a new one: what it sealed would be lost in silence.
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
import { OperatorError } from "../platform/operator-error.js";
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
  /** Opener: blind index of phone numbers. */
  index: "index.key",
  /** Opener: boxes that wait a short time in the database. */
  transit: "transit.key",
  /** Application: one-time codes, security codes, slip tokens. */
  app: "app.key",
} as const;
export type KeyName = keyof typeof keyFileNames;
/** The only key files that each process may read. */
export const keysHeldBy = {
  recorder: ["log", "pseudonym", "channel"],
  opener: ["logPublic", "pseudonym", "channel", "index", "transit"],
  inquirer: ["pseudonym"],
  house: ["app"],
} as const satisfies Record<string, readonly KeyName[]>;
export type KeyFiles = Readonly<Record<KeyName, string>>;

/** Where each key lies in its folder. */
export function keyPaths(dir: string): KeyFiles {
  return Object.fromEntries(
    Object.entries(keyFileNames).map(([name, file]) => [name, join(dir, file)]),
  ) as unknown as KeyFiles;
}

/** Writes a new file, wipes the bytes. */
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

/** Where the demo's root key lies, and the link keys, by which the keyholder knows who asks. */
export const rootDirIn = (keyDir: string): string => join(keyDir, "root");
export const linkDirBeside = (keyDir: string): string => join(dirname(keyDir), "links");

/** The accountability key of an installation that began before it had epochs. */
export const earlierAccountabilityFile = (keyDir: string): string => join(keyDir, "accountability-1.key");

function newKeys(): Record<KeyName, Buffer> {
  const log = generateKeyPairSync("ed25519");
  const secrets = ["pseudonym", "channel", "index", "transit", "app"] as const;
  return {
    log: log.privateKey.export({ format: "der", type: "pkcs8" }),
    logPublic: log.publicKey.export({ format: "der", type: "spki" }),
    ...(Object.fromEntries(secrets.map((name) => [name, randomBytes(32)])) as Record<(typeof secrets)[number], Buffer>),
  };
}

/** True when all are there, false when none; throws when some are missing. */
function areThere(dir: string): boolean {
  const present = existsSync(dir) ? readdirSync(dir) : [];
  const missing = Object.values(keyFileNames).filter((name) => !present.includes(name));
  if (missing.length > 0 && present.length > 0)
    throw new OperatorError(`Key files are missing in ${dir}: ${missing.join(", ")}. Put them back from your backup.`);
  return missing.length === 0;
}

/** All or none: what `fill` writes aside is moved into place in one step. */
function writeFolder(dir: string, fill: (aside: string) => void): void {
  mkdirSync(dirname(dir), { recursive: true, mode: 0o700 });
  const aside = join(dirname(dir), `.${basename(dir)}.${process.pid}.new`);
  rmSync(aside, { recursive: true, force: true });
  mkdirSync(aside, { mode: 0o700 });
  fill(aside);
  renameSync(aside, dir);
}

/** One link key for each that asks the keyholder; they seal nothing that lasts, so missing ones are made. */
export function ensureLinkKeys(dir: string, names: readonly string[]): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  for (const name of names) {
    const path = join(dir, `${name}.link`);
    if (!existsSync(path)) writeKey(path, randomBytes(32));
  }
}

/** The demo's keys: made when the folder holds none; throws when some but not all are there. Gives their paths. */
export function ensureKeyFiles(dir: string): KeyFiles {
  if (!areThere(dir)) {
    writeFolder(dir, (aside) => {
      for (const [name, bytes] of Object.entries(newKeys())) writeKey(keyPaths(aside)[name as KeyName], bytes);
      mkdirSync(rootDirIn(aside), { mode: 0o700 });
      writeKey(join(rootDirIn(aside), "root-1.key"), randomBytes(32));
    });
  }
  adoptRootOfEarlierVersion(dir);
  return keyPaths(dir);
}
/** Until epochs came, the root key was one file. */
function adoptRootOfEarlierVersion(dir: string): void {
  const earlier = join(dir, "root.key");
  if (!existsSync(earlier)) return;
  mkdirSync(rootDirIn(dir), { recursive: true, mode: 0o700 });
  renameSync(earlier, join(rootDirIn(dir), "root-1.key"));
}

/** Production's keys: each wrapped by `seal` before it touches the disk. Throws for a folder that the demo made. */
export async function ensureWrappedKeyFiles(
  dir: string,
  seal: (name: KeyName, content: Buffer) => Promise<Buffer>,
): Promise<void> {
  if (!areThere(dir)) {
    const wrapped: [KeyName, Buffer][] = [];
    for (const [name, bytes] of Object.entries(newKeys()) as [KeyName, Buffer][]) {
      const isPublic = name === "logPublic";
      wrapped.push([name, isPublic ? bytes : Buffer.concat([wrappedMark, await seal(name, bytes)])]);
    }
    writeFolder(dir, (aside) => {
      for (const [name, bytes] of wrapped) writeKey(keyPaths(aside)[name], bytes);
    });
  }
  const plain = Object.entries(keyPaths(dir)).filter(([name, path]) => name !== "logPublic" && !isWrapped(path));
  if (plain.length > 0 || existsSync(rootDirIn(dir)))
    throw new OperatorError(`The keys in ${dir} lie open: a demo made them. Production begins in a folder of its own.`);
}

/** Begins a key file whose content is a box of the root key. */
const wrappedMark = Buffer.from("sakshi wrapped key 1\n", "latin1");
export function isWrapped(path: string): boolean {
  return readFileSync(path).subarray(0, wrappedMark.length).equals(wrappedMark);
}

/** Opens wrapped key files: the keyholder. */
export type OpenFile = (name: KeyName, box: Buffer) => Promise<Buffer>;
export interface KeyReader {
  secret(name: KeyName): Promise<KeyObject>;
  private(name: KeyName): Promise<KeyObject>;
}
/** Reads key files, wrapped or not. `openFile` is asked for wrapped ones only. */
export function keyReader(dir: string, openFile: OpenFile): KeyReader {
  const paths = keyPaths(dir);
  async function read(name: KeyName, make: (bytes: Buffer) => KeyObject): Promise<KeyObject> {
    mustBePrivate(paths[name]);
    if (!isWrapped(paths[name])) return withBytes(readFileSync(paths[name]), make);
    return withBytes(await openFile(name, readFileSync(paths[name]).subarray(wrappedMark.length)), make);
  }
  return {
    secret: (name) => read(name, (bytes) => secretOf(bytes, name)),
    private: (name) => read(name, (key) => createPrivateKey({ key, format: "der", type: "pkcs8" })),
  };
}

function withBytes<T>(bytes: Buffer, use: (bytes: Buffer) => T): T {
  try {
    return use(bytes);
  } finally {
    bytes.fill(0);
  }
}
function secretOf(bytes: Buffer, name: string): KeyObject {
  if (bytes.length !== 32) throw new Error(`${name} is not a key of 32 bytes`);
  return createSecretKey(bytes);
}

/** A 32-byte secret that is not wrapped. The raw bytes are wiped; what stays is the KeyObject. */
export function readSecretKey(path: string): KeyObject {
  mustBePrivate(path);
  return withBytes(readFileSync(path), (bytes) => secretOf(bytes, basename(path)));
}

export function readPublicKey(path: string): KeyObject {
  return createPublicKey({ key: readFileSync(path), format: "der", type: "spki" });
}
