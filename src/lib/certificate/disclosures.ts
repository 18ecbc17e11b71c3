// Opening an SD-JWT (RFC 9901 section 7.1): each digest is replaced by the disclosure that it is the hash of. Refused is
// what the RFC refuses: a digest twice anywhere, a disclosure that nothing asks for or that comes twice, a name that is
// already there or that only the format may use.
// SPDX-License-Identifier: Apache-2.0
import { fromBase64url, toBase64url, utf8Bytes, utf8Text } from "./bytes.js";
import { isJsonArray, isJsonObject, type Json, type JsonObject, parseJson } from "./json.js";
import type { Hash, Primitives } from "./primitives.js";

const hashes: Readonly<Record<string, Hash>> = { "sha-256": "SHA-256", "sha-384": "SHA-384", "sha-512": "SHA-512" };
const mostDisclosures = 256;
const maxDepth = 64;

interface Disclosure {
  /** Absent for an item of an array. */
  readonly name?: string;
  readonly value: Json;
}

export interface Opened {
  readonly claims: JsonObject;
  /** Names of claims at the top that were disclosed and not plain. */
  readonly disclosedAtTop: ReadonlySet<string>;
}

class Refused extends Error {}

/** The hash that the payload names for its digests; undefined for one that we do not know. */
export function hashOf(payload: JsonObject): Hash | undefined {
  const name = payload["_sd_alg"] ?? "sha-256";
  return typeof name === "string" && Object.hasOwn(hashes, name) ? hashes[name] : undefined;
}

export async function digestOf(text: string, hash: Hash, primitives: Primitives): Promise<string> {
  return toBase64url(await primitives.digest(hash, utf8Bytes(text)));
}

/** The payload with all that was disclosed in its place, or undefined if any rule is broken. */
export async function openDisclosures(
  payload: JsonObject,
  texts: readonly string[],
  primitives: Primitives,
): Promise<Opened | undefined> {
  const hash = hashOf(payload);
  if (!hash || texts.length > mostDisclosures) return undefined;
  const byDigest = new Map<string, Disclosure>();
  for (const text of texts) {
    const disclosure = readDisclosure(text);
    const digest = await digestOf(text, hash, primitives);
    if (!disclosure || byDigest.has(digest)) return undefined;
    byDigest.set(digest, disclosure);
  }
  try {
    const { _sd_alg: _, ...rest } = payload;
    const opener = new Opener(byDigest);
    const claims = opener.object(rest, 0);
    return opener.allUsed() ? { claims, disclosedAtTop: opener.disclosedAtTop } : undefined;
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

function readDisclosure(text: string): Disclosure | undefined {
  const bytes = fromBase64url(text);
  const parts = bytes && parseJson(utf8Text(bytes) ?? "");
  if (!isJsonArray(parts) || typeof parts[0] !== "string") return undefined;
  if (parts.length === 2) return { value: parts[1]! };
  const name = parts[1];
  if (parts.length !== 3 || typeof name !== "string") return undefined;
  if (name === "_sd" || name === "..." || name === "__proto__") return undefined;
  return { name, value: parts[2]! };
}

class Opener {
  readonly disclosedAtTop = new Set<string>();
  private readonly seen = new Set<string>();
  private used = 0;
  private readonly byDigest: ReadonlyMap<string, Disclosure>;
  constructor(byDigest: ReadonlyMap<string, Disclosure>) {
    this.byDigest = byDigest;
  }

  allUsed(): boolean {
    return this.used === this.byDigest.size;
  }

  object(value: JsonObject, depth: number): JsonObject {
    const { _sd: digests = [], ...plain } = value;
    if (!isJsonArray(digests) || Object.hasOwn(plain, "...")) throw new Refused();
    const opened: Record<string, Json> = {};
    for (const [name, item] of Object.entries(plain)) opened[name] = this.value(item!, depth + 1);
    for (const digest of digests) {
      const disclosure = this.disclosureFor(digest);
      if (!disclosure) continue;
      const { name, value: disclosed } = disclosure;
      if (name === undefined || Object.hasOwn(opened, name)) throw new Refused();
      if (depth === 0) this.disclosedAtTop.add(name);
      opened[name] = this.value(disclosed, depth + 1);
    }
    return opened;
  }

  private value(value: Json, depth: number): Json {
    if (depth > maxDepth) throw new Refused();
    if (isJsonArray(value)) return value.flatMap((item) => this.item(item, depth + 1));
    return isJsonObject(value) ? this.object(value, depth) : value;
  }

  /** An item that stands for a digest is replaced, or left out if it was not disclosed. */
  private item(item: Json, depth: number): Json[] {
    if (!isJsonObject(item) || !Object.hasOwn(item, "...")) return [this.value(item, depth)];
    if (Object.keys(item).length !== 1) throw new Refused();
    const disclosure = this.disclosureFor(item["..."]);
    if (!disclosure) return [];
    if (disclosure.name !== undefined) throw new Refused();
    return [this.value(disclosure.value, depth)];
  }

  private disclosureFor(digest: unknown): Disclosure | undefined {
    if (typeof digest !== "string" || this.seen.has(digest)) throw new Refused();
    this.seen.add(digest);
    const disclosure = this.byDigest.get(digest);
    if (disclosure) this.used += 1;
    return disclosure;
  }
}
