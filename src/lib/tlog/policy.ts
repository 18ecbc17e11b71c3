// Trust policies (c2sp.org/tlog-policy): which logs and witnesses are known, and which of the witnesses must have
// cosigned a checkpoint before it is believed. Parses what strangers wrote: anything doubtful is refused by line.
// SPDX-License-Identifier: Apache-2.0
import { type Checkpoint, parseCheckpoint, parseDecimal } from "./checkpoint.js";
import { cosignatureVerifier, cosignedAt } from "./cosignature.js";
import { TlogError } from "./errors.js";
import { ed25519Verifier, type NoteSignature, type NoteVerifier, openNote, parseVkey } from "./note.js";

export interface PolicyLog {
  readonly vkey: string;
  readonly verifier: NoteVerifier;
  readonly url?: string;
}
export interface PolicyWitness extends PolicyLog {
  /** What the policy calls it; its key has a name of its own. */
  readonly name: string;
}
export interface Policy {
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  /** Whether these witnesses, by their names in the policy, are enough. */
  isMetBy(names: ReadonlySet<string>): boolean;
}
export interface Cosigned {
  readonly name: string;
  readonly at: Date;
}
export interface Witnessed {
  readonly checkpoint: Checkpoint;
  /** The witnesses of the policy that have cosigned. */
  readonly cosigned: readonly Cosigned[];
  /** Whether the policy's quorum is met. */
  readonly isMet: boolean;
}

const maxPolicyBytes = 256 * 1024;
const maxOfAKind = 256;

type Quorum = (names: ReadonlySet<string>) => boolean;

/** What has been read so far. A line may name only what stands above it, so there are no circles. */
interface Reading {
  readonly logs: PolicyLog[];
  readonly witnesses: PolicyWitness[];
  readonly quorums: Map<string, Quorum>;
  readonly members: Set<string>;
  readonly keys: Set<string>;
  quorum?: Quorum;
}

/**
 * @example
 * const policy = parsePolicy("log log.example+…\nwitness court court.example+… https://court.example/w\nquorum court\n");
 */
export function parsePolicy(text: string | Uint8Array): Policy {
  const whole = typeof text === "string" ? text : decode(text);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the format forbids just these
  if (whole.length > maxPolicyBytes || /[\u0000-\u0008\u000b-\u001f\u007f]/.test(whole))
    throw new TlogError("POLICY_MALFORMED", "the policy is too long, or has control characters");
  const reading: Reading = { logs: [], witnesses: [], quorums: new Map(), members: new Set(), keys: new Set() };
  for (const [at, line] of whole.split("\n").entries()) {
    const items = line.split(/[ \t]+/).filter(Boolean);
    if (items.length === 0 || items[0]!.startsWith("#")) continue;
    try {
      readLine(items, reading);
    } catch (error) {
      if (!(error instanceof TlogError)) throw error;
      throw new TlogError("POLICY_MALFORMED", `line ${at + 1} of the policy: ${error.message}`);
    }
  }
  const { logs, witnesses, quorum } = reading;
  if (!quorum) throw new TlogError("POLICY_MALFORMED", "the policy has no quorum line");
  return { logs, witnesses, isMetBy: quorum };
}

function readLine([kind, ...items]: readonly string[], reading: Reading): void {
  if (kind === "log") readLog(items, reading);
  else if (kind === "witness") readWitness(items, reading);
  else if (kind === "group") readGroup(items, reading);
  else if (kind === "quorum") readQuorum(items, reading);
  else refuse(`"${kind}" is neither log, witness, group nor quorum`);
}

function readLog(items: readonly string[], { logs, keys }: Reading): void {
  const [vkey, url] = items;
  if (vkey === undefined || items.length > 2) refuse("a log has a key and perhaps an address");
  takeKey(vkey, keys);
  if (logs.length >= maxOfAKind) refuse("too many logs");
  logs.push({ vkey, verifier: ed25519Verifier(vkey), ...addressOf(url) });
}

function readWitness(items: readonly string[], { witnesses, quorums, keys }: Reading): void {
  const [name, vkey, url] = items;
  if (name === undefined || vkey === undefined || items.length > 3)
    refuse("a witness has a name, a key and perhaps an address");
  takeKey(vkey, keys);
  if (witnesses.length >= maxOfAKind) refuse("too many witnesses");
  define(name, (names) => names.has(name), quorums);
  witnesses.push({ name, vkey, verifier: cosignatureVerifier(vkey), ...addressOf(url) });
}

function readGroup(items: readonly string[], { quorums, members }: Reading): void {
  const [name, threshold, ...names] = items;
  if (name === undefined || threshold === undefined || names.length === 0)
    refuse("a group has a name, all, any or a number, and members");
  const parts = names.map((member) => {
    const part = quorums.get(member) ?? refuse(`"${member}" is not defined above`);
    if (members.has(member)) refuse(`"${member}" is a member already`);
    members.add(member);
    return part;
  });
  const words: Record<string, number> = { any: 1, all: parts.length };
  const needed = Object.hasOwn(words, threshold) ? words[threshold] : parseDecimal(threshold);
  if (needed === undefined || needed < 1 || needed > parts.length)
    refuse(`"${threshold}" is neither all, any nor a number from 1 to ${parts.length}`);
  define(name, (cosigned) => parts.filter((part) => part(cosigned)).length >= needed, quorums);
}

function readQuorum(items: readonly string[], reading: Reading): void {
  const [name] = items;
  if (name === undefined || items.length > 1) refuse("a quorum is one name, or none");
  if (reading.quorum) refuse("there is a quorum already");
  reading.quorum =
    name === "none" ? () => true : (reading.quorums.get(name) ?? refuse(`"${name}" is not defined above`));
}

function define(name: string, quorum: Quorum, quorums: Map<string, Quorum>): void {
  if (name === "none" || quorums.has(name)) refuse(`the name "${name}" is taken`);
  if (quorums.size >= 2 * maxOfAKind) refuse("too many groups");
  quorums.set(name, quorum);
}

/** One key is one log or one witness, whatever it is called. */
function takeKey(vkey: string, keys: Set<string>): void {
  const key = parseVkey(vkey).key.toString("hex");
  if (keys.has(key)) refuse("this key stands above already");
  keys.add(key);
}

function addressOf(url: string | undefined): { url?: string } {
  if (url === undefined) return {};
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) refuse(`"${url}" is no http address`);
  return { url: url.replace(/\/+$/, "") };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new TlogError("POLICY_MALFORMED", "the policy is not UTF-8");
  }
}

function refuse(why: string): never {
  throw new TlogError("POLICY_MALFORMED", why);
}

/**
 * Opens a checkpoint as a policy demands: signed by one of its logs, no signature of a known key wrong. Tells who
 * cosigned; whether these are enough is told, not thrown, since a log may go on while its witnesses are away.
 */
export function openByPolicy(note: string | Uint8Array, { logs, witnesses, isMetBy }: Policy): Witnessed {
  const { text, verified } = openNote(
    note,
    [...logs, ...witnesses].map(({ verifier }) => verifier),
  );
  const checkpoint = parseCheckpoint(text);
  const isLogs = verified.some((one) =>
    logs.some(({ verifier }) => isOf(one, verifier) && verifier.name === checkpoint.origin),
  );
  if (!isLogs) throw new TlogError("NOTE_NOT_SIGNED", "no log of the policy has signed this checkpoint");
  const cosigned = witnesses.flatMap(({ name, verifier }) => {
    const by = verified.find((one) => isOf(one, verifier));
    return by ? [{ name, at: cosignedAt(by.signature) }] : [];
  });
  return { checkpoint, cosigned, isMet: isMetBy(new Set(cosigned.map(({ name }) => name))) };
}

function isOf({ name, keyId }: NoteSignature, verifier: NoteVerifier): boolean {
  return name === verifier.name && keyId.equals(verifier.keyId);
}
