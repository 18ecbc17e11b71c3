// Signed notes (c2sp.org/signed-note): a text with signature lines under it, and the keys that make and check
// them. Knows the frame only; what a kind of key signs is said by the signer or verifier.
// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { fromBase64 } from "./base64.js";
import { TlogError } from "./errors.js";
import { sha256 } from "./hash.js";

export const ed25519Type = 0x01;

/** Makes one signature line. `sign` gives what follows the key id. */
export interface NoteSigner {
  readonly name: string;
  readonly keyId: Buffer;
  /** The public half, to be given to those who check. */
  readonly vkey: string;
  sign(text: string): Buffer;
}
export interface NoteVerifier {
  readonly name: string;
  readonly keyId: Buffer;
  verify(text: string, signature: Buffer): boolean;
}
export interface NoteSignature {
  readonly name: string;
  readonly keyId: Buffer;
  readonly signature: Buffer;
}
export interface OpenedNote {
  /** The signed text, final newline included. */
  readonly text: string;
  /** At least one: signatures by known keys, each checked. */
  readonly verified: readonly NoteSignature[];
  /** Signatures by keys that were not given: nothing is known of them. */
  readonly unknown: readonly NoteSignature[];
}

const maxNoteBytes = 1_000_000;
const maxSignatures = 100;

/** Splits a note and checks its signatures. Throws unless at least one known key signed, and none of the known wrongly. */
export function openNote(note: string | Uint8Array, verifiers: readonly NoteVerifier[]): OpenedNote {
  const { text, signatures } = splitNote(note);
  const verified: NoteSignature[] = [];
  const unknown: NoteSignature[] = [];
  for (const signature of signatures) {
    const verifier = verifiers.find((known) => known.name === signature.name && known.keyId.equals(signature.keyId));
    if (!verifier) unknown.push(signature);
    else if (verifier.verify(text, signature.signature)) verified.push(signature);
    else throw new TlogError("NOTE_SIGNATURE_WRONG", `the signature of ${signature.name} is not of this text`);
  }
  if (verified.length === 0) throw new TlogError("NOTE_NOT_SIGNED", "no signature by a known key");
  return { text, verified, unknown };
}

/** Takes a note apart without checking a signature. */
export function splitNote(note: string | Uint8Array): { text: string; signatures: NoteSignature[] } {
  const whole = typeof note === "string" ? note : decodeUtf8(note);
  if (!whole.isWellFormed() || whole.length > maxNoteBytes)
    throw new TlogError("NOTE_MALFORMED", "the note is too long or no text");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the format forbids just these
  if (/[\u0000-\u0009\u000b-\u001f]/.test(whole))
    throw new TlogError("NOTE_MALFORMED", "a note has no control characters");
  const blank = whole.lastIndexOf("\n\n");
  if (blank < 0 || !whole.endsWith("\n"))
    throw new TlogError("NOTE_MALFORMED", "a note is a text, a blank line and signatures");
  const lines = whole.slice(blank + 2, -1).split("\n");
  if (lines.length > maxSignatures) throw new TlogError("NOTE_MALFORMED", "the note has too many signatures");
  return { text: whole.slice(0, blank + 1), signatures: lines.map(parseSignature) };
}

/**
 * A text with a signature line by each signer.
 * @example
 * const note = signNote(formatCheckpoint(checkpoint), [ed25519Signer("log.example/vaccination", privateKey)]);
 */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  if (!text.endsWith("\n")) throw new TlogError("NOTE_MALFORMED", "the text of a note ends with a newline");
  const lines = signers.map((signer) =>
    formatSignature({ name: signer.name, keyId: signer.keyId, signature: signer.sign(text) }),
  );
  return `${text}\n${lines.join("")}`;
}

/** "— name base64\n" */
export function formatSignature({ name, keyId, signature }: NoteSignature): string {
  return `— ${name} ${Buffer.concat([keyId, signature]).toString("base64")}\n`;
}

function parseSignature(line: string): NoteSignature {
  const [dash, name, payload, ...rest] = line.split(" ");
  const bytes = payload === undefined ? undefined : fromBase64(payload);
  if (dash !== "—" || name === undefined || !isKeyName(name) || !bytes || bytes.length < 5 || rest.length > 0) {
    throw new TlogError("NOTE_MALFORMED", "a line under the text is no signature");
  }
  return { name, keyId: bytes.subarray(0, 4), signature: bytes.subarray(4) };
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new TlogError("NOTE_MALFORMED", "the note is not UTF-8");
  }
}

/** A key's name: not empty, no white space, no plus sign. */
export function isKeyName(name: string): boolean {
  return name !== "" && !/[\s+\u0085]/u.test(name);
}

/** The first four bytes of SHA-256(name || newline || type || key). `key` may begin with a long type identifier. */
export function keyIdOf(name: string, type: number, key: Uint8Array): Buffer {
  return sha256(Buffer.concat([Buffer.from(`${name}\n`, "utf8"), Buffer.of(type), key])).subarray(0, 4);
}

/** The public key as text: name+keyid+base64(type || key). */
export function formatVkey(name: string, type: number, key: Uint8Array): string {
  if (!isKeyName(name)) throw new TlogError("VKEY_MALFORMED", "a key's name has no space and no plus sign");
  return `${name}+${keyIdOf(name, type, key).toString("hex")}+${Buffer.concat([Buffer.of(type), key]).toString("base64")}`;
}

export interface Vkey {
  readonly name: string;
  readonly keyId: Buffer;
  readonly type: number;
  readonly key: Buffer;
}

export function parseVkey(vkey: string): Vkey {
  const [, name, hex, payload] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/su.exec(vkey) ?? [];
  const bytes = payload === undefined ? undefined : fromBase64(payload);
  if (name === undefined || !isKeyName(name) || !bytes || bytes.length < 2)
    throw new TlogError("VKEY_MALFORMED", "not a verifier key");
  const parsed: Vkey = { name, keyId: Buffer.from(hex!, "hex"), type: bytes[0]!, key: bytes.subarray(1) };
  if (!keyIdOf(name, parsed.type, parsed.key).equals(parsed.keyId))
    throw new TlogError("VKEY_MALFORMED", "the key id is not of this key");
  return parsed;
}

const spkiPrefix = Buffer.from("302a300506032b6570032100", "hex");

/** The key object of a raw Ed25519 public key (32 bytes; RFC 8410). */
export function ed25519PublicKey(raw: Uint8Array): KeyObject {
  if (raw.length !== 32) throw new TlogError("VKEY_MALFORMED", "an Ed25519 key has 32 bytes");
  return createPublicKey({ key: Buffer.concat([spkiPrefix, raw]), format: "der", type: "spki" });
}

/** The 32 bytes of an Ed25519 key's public half. */
export function rawEd25519(key: KeyObject): Buffer {
  if (key.asymmetricKeyType !== "ed25519") throw new TypeError("not an Ed25519 key");
  const publicKey = key.type === "private" ? createPublicKey(key) : key;
  return publicKey.export({ format: "der", type: "spki" }).subarray(spkiPrefix.length);
}

/** Signs the text itself with Ed25519 (signature type 0x01): what a log puts under its checkpoints. */
export function ed25519Signer(name: string, privateKey: KeyObject): NoteSigner {
  const key = rawEd25519(privateKey);
  return {
    name,
    keyId: keyIdOf(name, ed25519Type, key),
    vkey: formatVkey(name, ed25519Type, key),
    sign: (text) => sign(null, Buffer.from(text, "utf8"), privateKey),
  };
}

/** Checks signatures of type 0x01. */
export function ed25519Verifier(vkey: string): NoteVerifier {
  const { name, keyId, type, key } = parseVkey(vkey);
  if (type !== ed25519Type) throw new TlogError("VKEY_MALFORMED", `key type ${type} is not Ed25519`);
  const publicKey = ed25519PublicKey(key);
  return {
    name,
    keyId,
    verify: (text, signature) =>
      signature.length === 64 && verify(null, Buffer.from(text, "utf8"), publicKey, signature),
  };
}
