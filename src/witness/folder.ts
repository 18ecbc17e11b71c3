// What a witness keeps: its key, the logs it trusts, and for each log the last checkpoint that it cosigned. What was
// cosigned is on the disk before anybody is told; a state that cannot be read is an error, never "nothing seen yet".
// SPDX-License-Identifier: Apache-2.0
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import {
  type Checkpoint,
  cosignatureVerifier,
  cosigner,
  ed25519Verifier,
  isKeyName,
  type NoteSigner,
  type NoteVerifier,
  openCheckpoint,
  witnessViewPath,
} from "../lib/tlog/index.js";
import { holdFile } from "../platform/exclusive-file.js";
import { OperatorError } from "../platform/operator-error.js";

export interface Seen extends Checkpoint {
  readonly note: string;
}
export interface WitnessFolder {
  readonly signer: NoteSigner;
  /** The keys trusted for a log; none when the log is unknown. */
  keysOf(origin: string): NoteVerifier[];
  /** The last checkpoint cosigned for a log; undefined when there is none. */
  lastSeen(origin: string): Seen | undefined;
  /** Replaces it; on the disk when this comes back. */
  keep(origin: string, note: string): void;
  /** The latest view under the path that readers ask for; undefined when there is none. */
  view(path: string): Buffer | undefined;
  close(): void;
}

/** Makes the folder, with a new key, if it is not there; holds it until closed. */
export function openWitnessFolder(path: string, name: string | undefined, clock: () => Date): WitnessFolder {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const release = holdFile(join(path, "lock"));
  if (!release) throw new OperatorError(`A witness is already running on ${path}: one process a folder.`);
  try {
    const signer = signerIn(path, name, clock);
    return { signer, ...statesIn(path, signer), close: release };
  } catch (error) {
    release();
    throw error;
  }
}

/** Adds a log to those that the witness in this folder cosigns for. True when it is new. A running one takes notice. */
export function trustLog(path: string, vkey: string): boolean {
  ed25519Verifier(vkey);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const known = trustedKeys(path);
  if (known.includes(vkey)) return false;
  write(join(path, "logs"), [...known, vkey, ""].join("\n"));
  return true;
}

function signerIn(path: string, wanted: string | undefined, clock: () => Date): NoteSigner {
  const keyFile = join(path, "key.pem");
  const nameFile = join(path, "name");
  if (!existsSync(keyFile)) {
    if (existsSync(join(path, "seen")))
      throw new OperatorError(`${keyFile} is missing, and this witness has cosigned before: put its key back.`);
    const { privateKey } = generateKeyPairSync("ed25519");
    const name = wanted ?? `witness.${hostname()}`;
    if (!isKeyName(name)) throw new OperatorError("A witness's name has no space and no plus sign.");
    write(nameFile, `${name}\n`);
    write(keyFile, privateKey.export({ type: "pkcs8", format: "pem" }) as string);
  }
  const name = readFileSync(nameFile, "utf8").trim();
  if (wanted !== undefined && wanted !== name)
    throw new OperatorError(`This witness is called ${name}: a name stays with its key. Leave --name out.`);
  return cosigner(name, createPrivateKey(readFileSync(keyFile)), clock);
}

function statesIn(path: string, signer: NoteSigner): Pick<WitnessFolder, "keysOf" | "lastSeen" | "keep" | "view"> {
  const fileOf = (origin: string) => join(path, "seen", witnessViewPath(origin));
  const keysOf = (origin: string) =>
    trustedKeys(path)
      .map(ed25519Verifier)
      .filter((verifier) => verifier.name === origin);
  return {
    keysOf,
    lastSeen(origin) {
      const file = fileOf(origin);
      if (!existsSync(file)) return undefined;
      const note = readFileSync(file, "utf8");
      // Cosigned by this very witness: a file that anybody else wrote or damaged is refused here.
      return { ...openCheckpoint(note, origin, [cosignatureVerifier(signer.vkey)]), note };
    },
    keep: (origin, note) => write(fileOf(origin), note),
    view(asked) {
      if (!/^[0-9a-f]{64}\/checkpoint$/.test(asked)) return undefined;
      const file = join(path, "seen", asked);
      return existsSync(file) ? readFileSync(file) : undefined;
    },
  };
}

function trustedKeys(path: string): string[] {
  const file = join(path, "logs");
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
}

/** Whole or not at all, and on the disk with its name when this comes back. */
function write(file: string, text: string): void {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  for (const named of [folder, dirname(folder)]) settle(named);
}

function settle(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
