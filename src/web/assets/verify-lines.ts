// Checks in the browser that the lines of "who saw my record" stand in the published log: each leaf is computed from
// its entry, each proof walked up to the root, the root's signature checked with the log's key. Enhancement only.
// SPDX-License-Identifier: Apache-2.0

interface EntryProof {
  entry: string;
  salt: string;
  tag: string;
  kind: number;
  proof: string;
  /** The signed list of the log's shards, when the entry is in another than the first. */
  shards?: string;
}
type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const fromBase64 = (text: string): Bytes => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const toBase64 = (bytes: Bytes): string => btoa(String.fromCharCode(...bytes));

async function sha256(...parts: Bytes[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", Uint8Array.from(parts.flatMap((part) => [...part]))));
}

/** The hash of the public leaf that this entry, salt and tag give. */
async function leafOf({ entry, salt, tag, kind }: EntryProof): Promise<Bytes> {
  const commitment = await sha256(encoder.encode("vr/entry/v1\0"), fromBase64(salt), encoder.encode(entry));
  return sha256(Uint8Array.of(0, 1, kind), fromBase64(tag), commitment);
}

/** RFC 9162 section 2.1.3.2: the root that a leaf at `index` and its proof give in a tree of `size`. */
async function rootFrom(leaf: Bytes, index: number, size: number, path: readonly Bytes[]): Promise<Bytes | undefined> {
  let [at, last, hash] = [index, size - 1, leaf];
  const half = (value: number) => Math.floor(value / 2);
  if (index >= size) return undefined;
  for (const sibling of path) {
    if (last === 0) return undefined;
    const isRight = at % 2 === 1 || at === last;
    hash = isRight ? await sha256(Uint8Array.of(1), sibling, hash) : await sha256(Uint8Array.of(1), hash, sibling);
    while (isRight && at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    [at, last] = [half(at), half(last)];
  }
  return last === 0 ? hash : undefined;
}

interface Key {
  name: string;
  id: string;
  key: CryptoKey;
}

/** A key as the log shows it: name+id+base64 of 0x01 and 32 bytes. Throws where the browser knows no Ed25519. */
async function readKey(vkey: string): Promise<Key> {
  const [name = "", id = "", ...rest] = vkey.trim().split("+");
  const raw = fromBase64(rest.join("+"));
  if (raw[0] !== 1 || raw.length !== 33) throw new Error("not an Ed25519 key");
  return { name, id, key: await crypto.subtle.importKey("raw", raw.slice(1), "Ed25519", false, ["verify"]) };
}

/** Whether the note has this first line and a good signature by the key. */
async function isSigned(note: string, { name, id, key }: Key, title = name): Promise<boolean> {
  const blank = note.lastIndexOf("\n\n");
  const text = note.slice(0, blank + 1);
  for (const line of note.slice(blank + 2).split("\n")) {
    const [dash, signer, payload] = line.split(" ");
    if (dash !== "—" || signer !== name || !payload) continue;
    const bytes = fromBase64(payload);
    if (Array.from(bytes.slice(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join("") !== id) continue;
    return text.split("\n")[0] === title && crypto.subtle.verify("Ed25519", key, bytes.slice(4), encoder.encode(text));
  }
  return false;
}

/** Whether the note is a checkpoint of the log, or of a shard that the log's signed list names. */
async function isOfLog(note: string, shards: string | undefined, log: Key): Promise<boolean> {
  const [origin] = note.split("\n");
  if (origin === log.name || shards === undefined) return isSigned(note, log);
  if (!(await isSigned(shards, log, `${log.name}/shards`))) return false;
  const vkeys = shards.slice(0, shards.lastIndexOf("\n\n")).split("\n").slice(1);
  const vkey = vkeys.map((line) => line.split(" ")[1] ?? "").find((each) => each.startsWith(`${origin}+`));
  return vkey !== undefined && isSigned(note, await readKey(vkey));
}

type IsGood = (note: string, shards: string | undefined) => Promise<boolean>;

async function isProven(each: EntryProof, isGood: IsGood): Promise<boolean> {
  const blank = each.proof.indexOf("\n\n");
  const [header, indexLine = "", ...hashes] = each.proof.slice(0, blank).split("\n");
  const note = each.proof.slice(blank + 2);
  const [, size, root] = note.split("\n");
  if (header !== "c2sp.org/tlog-proof@v1" || !/^index \d+$/.test(indexLine) || !(await isGood(note, each.shards)))
    return false;
  const found = await rootFrom(await leafOf(each), Number(indexLine.slice(6)), Number(size), hashes.map(fromBase64));
  return found !== undefined && toBase64(found) === root;
}

/** The counters, among those that the page shows as published, that are not proven. */
async function unproven(url: string, counters: readonly number[]): Promise<number[]> {
  const [answer, shown] = await Promise.all([fetch(url), fetch("/log/key")]);
  if (!answer.ok || !shown.ok) throw new Error("no answer");
  const key = await readKey(await shown.text());
  const { entries } = (await answer.json()) as { entries: EntryProof[] };
  const notes = new Map<string, Promise<boolean>>();
  const isGood: IsGood = (note, shards) => {
    const known = notes.get(note) ?? isOfLog(note, shards, key);
    notes.set(note, known);
    return known;
  };
  const proven = new Set<number>();
  for (const each of entries) {
    if (await isProven(each, isGood).catch(() => false)) proven.add((JSON.parse(each.entry) as { n: number }).n);
  }
  return counters.filter((counter) => !proven.has(counter));
}

const box = document.querySelector<HTMLElement>("[data-verify-lines]");
const button = box?.querySelector("button");
const verdict = box?.querySelector("[role=status]");
if (box && button && verdict && window.isSecureContext) {
  box.hidden = false;
  const words = box.dataset;
  button.addEventListener("click", () => {
    button.disabled = true;
    unproven(words["verifyLines"] ?? "", (words["counters"] ?? "").split(" ").map(Number))
      .then((bad) => {
        verdict.textContent = bad.length === 0 ? (words["good"] ?? "") : `${words["bad"]} ${bad.join(", ")}`;
      })
      .catch(() => {
        verdict.textContent = words["unable"] ?? "";
      })
      .finally(() => {
        button.disabled = false;
      });
  });
}
