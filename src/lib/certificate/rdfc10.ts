// RDF Dataset Canonicalization (RDFC-1.0, W3C Recommendation of 2024-05-21): gives the unnamed nodes of a dataset names
// that follow from what is said about them, so that equal statements have equal bytes. Names follow the Recommendation's
// text, section 4. Some datasets ("poison") would take longer than anybody lives: the steps are counted and bounded.
// SPDX-License-Identifier: Apache-2.0
import { hex, utf8Bytes } from "./bytes.js";
import { parseNQuads, type Quad, quadLine } from "./n-quads.js";
import type { Hash, Primitives } from "./primitives.js";

export interface Canonical {
  readonly text: string;
  /** The name of each unnamed node, without "_:". */
  readonly names: ReadonlyMap<string, string>;
}

/** Hashes to make and orders to try: some ten for a credential, 3,300 for the hardest W3C test that has an answer. */
const mostSteps = 20_000;
/** 7! orders of nodes that look alike is the most that the steps would allow. */
const mostAlike = 7;

class Poison extends Error {}

/** Undefined for what is no N-Quads, or takes too long to name. */
export async function canonicalRdf(
  nQuads: string,
  hash: Hash,
  primitives: Pick<Primitives, "digest">,
): Promise<Canonical | undefined> {
  const quads = parseNQuads(nQuads);
  if (!quads) return undefined;
  try {
    const names = await new Canonicalizer(quads, async (text) =>
      hex(await primitives.digest(hash, utf8Bytes(text))),
    ).name();
    const renamed = quads.map((quad) => quadLine(mapBlanks(quad, (node) => `_:${names.name(node)}`)));
    const plain = new Map(Array.from(names.issued, ([node, name]) => [node.slice(2), name]));
    return { text: renamed.sort(byCodePoint).join(""), names: plain };
  } catch (error) {
    if (error instanceof Poison) return undefined;
    throw error;
  }
}

/** Names for nodes in the order of asking (section 4.3). */
class Names {
  readonly issued: Map<string, string>;
  private readonly prefix: string;
  constructor(prefix: string, issued = new Map<string, string>()) {
    this.prefix = prefix;
    this.issued = issued;
  }
  name(node: string): string {
    const name = this.issued.get(node) ?? this.prefix + this.issued.size;
    this.issued.set(node, name);
    return name;
  }
  copy(): Names {
    return new Names(this.prefix, new Map(this.issued));
  }
}

interface Named {
  readonly hash: string;
  readonly names: Names;
}

class Canonicalizer {
  private readonly canonical = new Names("c14n");
  private readonly about = new Map<string, Quad[]>();
  private readonly first = new Map<string, string>();
  private readonly sha: (text: string) => Promise<string>;
  private stepsLeft = mostSteps;

  constructor(quads: readonly Quad[], sha: (text: string) => Promise<string>) {
    this.sha = sha;
    for (const quad of quads) for (const node of new Set(quad.filter(isBlank))) add(this.about, node, quad);
  }

  /** Section 4.4. */
  async name(): Promise<Names> {
    const alike = new Map<string, string[]>();
    for (const node of this.about.keys()) {
      const hash = await this.hashFirstDegree(node);
      this.first.set(node, hash);
      add(alike, hash, node);
    }
    const groups = [...alike].sort(([a], [b]) => byCodePoint(a, b)).map(([, nodes]) => nodes);
    for (const [only, ...more] of groups) if (more.length === 0) this.canonical.name(only!);
    for (const nodes of groups.filter(({ length }) => length > 1)) await this.nameAlike(nodes);
    return this.canonical;
  }

  private async nameAlike(nodes: readonly string[]): Promise<void> {
    const found: Named[] = [];
    for (const node of nodes) {
      if (this.canonical.issued.has(node)) continue;
      const names = new Names("b");
      names.name(node);
      found.push(await this.hashNDegree(node, names));
    }
    found.sort((a, b) => byCodePoint(a.hash, b.hash));
    for (const { names } of found) for (const node of names.issued.keys()) this.canonical.name(node);
  }

  /** Section 4.6: what is said about a node, with all other unnamed nodes taken for one. */
  private hashFirstDegree(node: string): Promise<string> {
    const lines = this.about
      .get(node)!
      .map((quad) => quadLine(mapBlanks(quad, (each) => (each === node ? "_:a" : "_:z"))));
    return this.digest(lines.sort(byCodePoint).join(""));
  }

  /** Section 4.7. */
  private hashRelated(related: string, quad: Quad, names: Names, position: string): Promise<string> {
    const name = this.canonical.issued.get(related) ?? names.issued.get(related);
    const predicate = position === "g" ? "" : quad[1];
    return this.digest(position + predicate + (name === undefined ? this.first.get(related)! : `_:${name}`));
  }

  /** Section 4.8: the node by its paths to others; the order of neighbours that look alike is the one with the least path. */
  private async hashNDegree(node: string, given: Names): Promise<Named> {
    const related = await this.relatedOf(node, given);
    let names = given;
    let data = "";
    for (const [hash, nodes] of [...related].sort(([a], [b]) => byCodePoint(a, b))) {
      const least = await this.leastPath(nodes, names);
      data += hash + least.hash;
      names = least.names;
    }
    return { hash: await this.digest(data), names };
  }

  private async relatedOf(node: string, names: Names): Promise<Map<string, string[]>> {
    const related = new Map<string, string[]>();
    for (const quad of this.about.get(node)!) {
      for (const [index, position] of [
        [0, "s"],
        [2, "o"],
        [3, "g"],
      ] as const) {
        const other = quad[index];
        if (!isBlank(other) || other === node) continue;
        const hash = await this.hashRelated(other, quad, names, position);
        add(related, hash, other);
      }
    }
    return related;
  }

  /** The least path (as `hash`) over all orders of the nodes, and the names it gave. */
  private async leastPath(nodes: readonly string[], names: Names): Promise<Named> {
    if (nodes.length > mostAlike) throw new Poison();
    let least: Named | undefined;
    for (const order of permutations(nodes)) {
      const path = await this.pathOf(order, names, least?.hash);
      if (path && (!least || byCodePoint(path.hash, least.hash) < 0)) least = path;
    }
    return least!;
  }

  /** Undefined as soon as it cannot be the least. */
  private async pathOf(order: readonly string[], given: Names, least: string | undefined): Promise<Named | undefined> {
    this.spend(1 + given.issued.size / 100);
    let names = given.copy();
    let path = "";
    const loses = () => least !== undefined && path.length >= least.length && byCodePoint(path, least) > 0;
    const unnamed: string[] = [];
    for (const node of order) {
      const name = this.canonical.issued.get(node);
      if (name === undefined && !names.issued.has(node)) unnamed.push(node);
      path += `_:${name ?? names.name(node)}`;
      if (loses()) return undefined;
    }
    for (const node of unnamed) {
      const deeper = await this.hashNDegree(node, names);
      path += `_:${names.name(node)}<${deeper.hash}>`;
      names = deeper.names;
      if (loses()) return undefined;
    }
    return { hash: path, names };
  }

  private digest(text: string): Promise<string> {
    this.spend(1);
    return this.sha(text);
  }

  private spend(steps: number): void {
    this.stepsLeft -= steps;
    if (this.stepsLeft < 0) throw new Poison();
  }
}

function add<Value>(lists: Map<string, Value[]>, key: string, value: Value): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}

function isBlank(term: string): boolean {
  return term.startsWith("_:");
}

function mapBlanks([subject, predicate, object, graph]: Quad, map: (node: string) => string): Quad {
  const mapped = (term: string) => (isBlank(term) ? map(term) : term);
  return [mapped(subject), predicate, mapped(object), mapped(graph)];
}

function* permutations(items: readonly string[]): Generator<readonly string[]> {
  if (items.length <= 1) yield items;
  else
    for (const [index, item] of items.entries())
      for (const rest of permutations([...items.slice(0, index), ...items.slice(index + 1)])) yield [item, ...rest];
}

/** The order of code points, not of UTF-16 units: they differ beyond U+FFFF. */
function byCodePoint(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at++) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left !== right) return isSurrogate(left) === isSurrogate(right) ? left - right : isSurrogate(left) ? 1 : -1;
  }
  return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
