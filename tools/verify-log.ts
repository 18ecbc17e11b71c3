// Verifies a published disclosure log, from a folder or over HTTP, and single proofs out of it. Stands alone: needs
// src/lib/tlog and nothing else of this project, so that a newspaper or a court can run it. Trusts no server.
// SPDX-License-Identifier: Apache-2.0
import { readFile, realpath } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import {
  type Checkpoint,
  type Cosigned,
  ed25519Verifier,
  type FetchFile,
  fetchShards,
  type KeyedNote,
  type LogFault,
  type NoteVerifier,
  openByPolicy,
  openCheckpoint,
  type Policy,
  parseEntryProofs,
  parsePolicy,
  parseTlogProof,
  type Shard,
  shardOrigin,
  TlogError,
  verifyEntryProof,
  verifyShards,
} from "../src/lib/tlog/index.js";

export const verifyLogUsage = `Verifies the published disclosure log: all shards, their signatures, every entry, every tile, root.

  --directory DIR   the folder that the log is published in
  --url URL         the log's prefix, such as https://sakshi.example/log
  --vkey KEY        the log's public key; without it the one that the log shows is taken, and the verdict says so
  --since FILE      an older checkpoint: the log must be that one grown
  --proof FILE      proofs from "who saw my record": their entries must be in the log
  --policy FILE     a trust policy (c2sp.org/tlog-policy): its witnesses must have cosigned
  --json            the verdict as one line of JSON

Ends with 0 when all is well, with 1 when something is wrong, with 2 when it could not be checked, with 3 when all is
well but too few witnesses of the policy have cosigned.`;

/** Compares with something else than the published files, entry by entry. */
export interface FurtherCheck {
  onEntries(first: number, entries: readonly Buffer[]): Promise<LogFault | undefined>;
  finish(): Promise<LogFault | undefined>;
}
export interface VerifyLogCommand {
  readonly args: readonly string[];
  /** One line of output. */
  readonly write: (line: string) => void;
  /** Progress of long work; not part of the verdict. */
  readonly writeProgress: (line: string) => void;
  readonly further?: FurtherCheck | undefined;
  readonly defaultDirectory?: string | undefined;
}

interface Verdict {
  readonly ok: boolean;
  readonly origin: string;
  /** Of all shards; the root is that of the newest. */
  readonly size?: number;
  readonly shards?: number;
  readonly root?: string;
  readonly tiles?: number;
  readonly since?: number;
  readonly proven?: readonly number[];
  readonly keyFrom: "argument" | "log";
  /** With --policy: who has cosigned, and whether they are enough. */
  readonly witnessed?: { readonly isMet: boolean; readonly cosigned: readonly Cosigned[] };
  readonly fault?: LogFault | undefined;
}

/** It could not be checked: wrong arguments, a file that is not there, a server that does not answer. */
export class CannotVerify extends Error {}

/** Runs the command; the exit code comes back. */
export async function runVerifyLog(command: VerifyLogCommand): Promise<number> {
  try {
    const { values } = parseArgs({
      args: [...command.args],
      options: {
        url: { type: "string" },
        directory: { type: "string" },
        vkey: { type: "string" },
        since: { type: "string" },
        proof: { type: "string" },
        policy: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean" },
      },
    });
    if (values.help) {
      command.write(verifyLogUsage);
      return 0;
    }
    const verdict = await verdictOf(command, values);
    command.write(values.json ? JSON.stringify(verdict) : inWords(verdict));
    if (!verdict.ok) return 1;
    return verdict.witnessed?.isMet === false ? 3 : 0;
  } catch (error) {
    if (!(error instanceof CannotVerify) && !(error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS"))
      throw error;
    command.write(`cannot verify: ${(error as Error).message}`);
    return 2;
  }
}

interface Choices {
  url?: string | undefined;
  directory?: string | undefined;
  vkey?: string | undefined;
  since?: string | undefined;
  proof?: string | undefined;
  policy?: string | undefined;
}

async function verdictOf(command: VerifyLogCommand, choices: Choices): Promise<Verdict> {
  const source = await sourceOf(command, choices);
  const policy = choices.policy === undefined ? undefined : await policyIn(choices.policy);
  const key = (choices.vkey ?? policy?.vkey ?? (source && (await shownKey(source))))?.trim();
  if (key === undefined) throw new CannotVerify("give the key with --vkey");
  const verifier = verifierOf(key);
  const trust = { vkey: key, origin: verifier.name, verifiers: [verifier] };
  const known = {
    origin: verifier.name,
    keyFrom: (choices.vkey ?? policy?.vkey) === undefined ? ("log" as const) : ("argument" as const),
  };
  const proven = choices.proof === undefined ? undefined : await checkProof(choices.proof, trust);
  if (proven && "fault" in proven) return { ok: false, ...known, fault: proven.fault };
  if (!source) return witnessedBy(policy, trust, proven?.notes, { ok: true, ...known, ...provenPart(proven) });
  const listed = await fetchShards(source, key);
  if (!listed.ok) return { ok: false, ...known, fault: listed.fault };
  const { shards } = listed;
  const since = choices.since === undefined ? proven?.newest : openOld(await fileText(choices.since), shards);
  const whole = await verifyShards({
    fetchFile: source,
    shards,
    ...(since ? { since } : {}),
    ...(command.further ? { onEntries: command.further.onEntries } : {}),
    onProgress: progressLines(command.writeProgress),
  });
  const fault = whole.ok ? await command.further?.finish() : whole.fault;
  if (!whole.ok || fault) return { ok: false, ...known, fault };
  const { size, root, tiles, notes } = whole;
  return witnessedBy(policy, trust, notes, {
    ok: true,
    ...known,
    size,
    ...(shards.length > 1 ? { shards: shards.length } : {}),
    root: root.toString("base64"),
    tiles,
    ...(since ? { since: since.size } : {}),
    ...provenPart(proven),
  });
}

/** A policy, and the log's key when it names just one. */
async function policyIn(path: string): Promise<{ policy: Policy; vkey: string | undefined }> {
  const text = await fileText(path);
  try {
    const policy = parsePolicy(text);
    return { policy, vkey: policy.logs.length === 1 ? policy.logs[0]!.vkey : undefined };
  } catch (error) {
    throw new CannotVerify(`the policy is refused: ${(error as Error).message}`);
  }
}

/** The verdict, with what the policy says of the checkpoints it rests on. */
function witnessedBy(
  asked: { policy: Policy } | undefined,
  { vkey: log }: Trust,
  notes: readonly KeyedNote[] | undefined,
  verdict: Verdict,
): Verdict {
  if (!asked) return verdict;
  const { policy } = asked;
  if (policy.logs.length > 0 && !policy.logs.some(({ vkey }) => vkey === log))
    throw new CannotVerify("the policy does not name this log");
  try {
    const opened = (notes ?? []).map(({ note, vkey }) =>
      openByPolicy(note, { ...policy, logs: [{ vkey, verifier: ed25519Verifier(vkey) }] }),
    );
    const weakest = opened.find(({ isMet }) => !isMet) ?? opened.at(-1)!;
    return { ...verdict, witnessed: { isMet: weakest.isMet, cosigned: weakest.cosigned } };
  } catch (error) {
    if (!(error instanceof TlogError)) throw error;
    const message = `a cosignature is refused: ${error.message}`;
    return { ...verdict, ok: false, fault: { code: "CHECKPOINT_REFUSED", path: "checkpoint", message } };
  }
}

/** Where the log is read from. None is needed for a proof alone, when the key is given too. */
async function sourceOf(
  { defaultDirectory, further }: VerifyLogCommand,
  { url, directory, proof, vkey }: Choices,
): Promise<FetchFile | undefined> {
  if (url !== undefined && directory !== undefined) throw new CannotVerify("give --url or --directory, not both");
  if (url !== undefined) return fromUrl(url);
  if (directory !== undefined) return fromDirectory(directory);
  const isProofAlone = proof !== undefined && vkey !== undefined && further === undefined;
  if (defaultDirectory !== undefined && !isProofAlone) return fromDirectory(defaultDirectory);
  if (isProofAlone) return undefined;
  throw new CannotVerify("where is the log? Give --directory or --url, or --proof with --vkey");
}

interface Trust {
  readonly vkey: string;
  readonly origin: string;
  readonly verifiers: readonly NoteVerifier[];
}
/** `newest` is the newest checkpoint that the proofs lead to. */
type Proven = { proven: number[]; notes: KeyedNote[]; newest?: Checkpoint } | { fault: LogFault };

async function checkProof(path: string, trust: Trust): Promise<Proven> {
  const text = await fileText(path);
  try {
    const proofs = parseEntryProofs(text);
    const checked = proofs.map((proof) => verifyEntryProof(proof, trust));
    const notes = proofs.map(({ proof }, at) => ({
      note: parseTlogProof(proof).checkpoint,
      vkey: checked[at]!.vkey ?? trust.vkey,
    }));
    const [newest] = checked.toSorted((a, b) => b.index - a.index).map(({ checkpoint }) => checkpoint);
    return { proven: checked.map((each) => each.index), notes, ...(newest ? { newest } : {}) };
  } catch (error) {
    if (!(error instanceof TlogError)) throw error;
    return { fault: { code: "ENTRY_WRONG", path, message: `the proof is refused: ${error.message}` } };
  }
}

function provenPart(proven: Proven | undefined): { proven?: number[] } {
  return proven && "proven" in proven ? { proven: proven.proven } : {};
}

/** An older checkpoint may be of any shard. */
function openOld(text: string, shards: readonly Shard[]): Checkpoint {
  const [origin] = text.split("\n");
  const verifier = ed25519Verifier((shards.find((shard) => shardOrigin(shard) === origin) ?? shards[0]!).vkey);
  try {
    return openCheckpoint(text, verifier.name, [verifier]);
  } catch (error) {
    throw new CannotVerify(`the older checkpoint is refused: ${(error as Error).message}`);
  }
}

function verifierOf(vkey: string): NoteVerifier {
  try {
    return ed25519Verifier(vkey.trim());
  } catch (error) {
    throw new CannotVerify(`the key is refused: ${(error as Error).message}`);
  }
}

async function shownKey(fetchFile: FetchFile): Promise<string> {
  const key = await fetchFile("key");
  if (!key) throw new CannotVerify("the log shows no key; give one with --vkey");
  return Buffer.from(key).toString("utf8");
}

async function fileText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new CannotVerify(`${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

export function fromDirectory(directory: string): FetchFile {
  return async (path) => {
    try {
      return await readFile(join(directory, path));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" || code === "ENOTDIR") return undefined;
      throw new CannotVerify(`${path} cannot be read (${code})`);
    }
  };
}

/** Files over HTTP. A site's own address is taken too: its log lies under /log. */
export async function fromUrl(url: string): Promise<FetchFile> {
  if (!URL.canParse(url)) throw new CannotVerify(`${url} is no address`);
  const prefix = url.replace(/\/+$/, "");
  const here = fetchBelow(prefix);
  return (await here("checkpoint")) || prefix.endsWith("/log") ? here : fetchBelow(`${prefix}/log`);
}

function fetchBelow(prefix: string): FetchFile {
  return async (path) => {
    const answer = await fetch(`${prefix}/${path}`, { signal: AbortSignal.timeout(30_000) }).catch((error: unknown) => {
      throw new CannotVerify(
        `${prefix} does not answer (${((error as Error).cause as Error | undefined)?.message ?? (error as Error).message})`,
      );
    });
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw new CannotVerify(`${prefix}/${path} answers ${answer.status}`);
    return bytes;
  };
}

function progressLines(write: (line: string) => void): (done: number, size: number) => void {
  let last = Date.now();
  return (done, size) => {
    if (Date.now() - last < 1000) return;
    last = Date.now();
    write(`… ${done} of ${size} entries (${Math.floor((done / size) * 100)} %)`);
  };
}

function inWords({ ok, origin, size, shards, root, tiles, since, proven, witnessed, keyFrom, fault }: Verdict): string {
  const where = [fault?.path, fault?.index === undefined ? undefined : `from entry ${fault.index}`]
    .filter(Boolean)
    .join(", ");
  if (!ok)
    return `REFUSED ${origin}: ${fault?.message ?? "no reason known"} [${[fault?.code, where].filter(Boolean).join("; ")}]`;
  const parts = [
    size !== undefined && `${size} entries${shards ? ` in ${shards} shards` : ""}, ${tiles} tiles, root ${root}`,
    since === undefined ? undefined : `grown from ${since} entries with nothing changed`,
    proven === undefined
      ? undefined
      : proven.length === 1
        ? `the entry of the proof is number ${proven[0]}`
        : `the ${proven.length} entries of the proofs are numbers ${proven.join(", ")}`,
    witnessed && cosignedInWords(witnessed.cosigned),
    keyFrom === "log" ? "checked with the key that the log itself shows" : undefined,
  ];
  const word = witnessed?.isMet === false ? "NOT YET WITNESSED" : "VERIFIED";
  return `${word} ${origin}: ${parts.filter(Boolean).join("; ")}`;
}

function cosignedInWords(cosigned: readonly Cosigned[]): string {
  if (cosigned.length === 0) return "cosigned by no witness of the policy";
  return `cosigned by ${cosigned.map(({ name, at }) => `${name} at ${at.toISOString()}`).join(", ")}`;
}

const startedAs = process.argv[1];
if (
  startedAs !== undefined &&
  import.meta.url === pathToFileURL(await realpath(startedAs).catch(() => startedAs)).href
) {
  process.exitCode = await runVerifyLog({
    args: process.argv.slice(2),
    write: (line) => process.stdout.write(`${line}\n`),
    writeProgress: (line) => process.stderr.write(`${line}\n`),
  });
}
