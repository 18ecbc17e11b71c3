// N-Quads (RDF 1.1): what a statement of a credential is as RDF. Reads strictly, writes the one canonical form
// (RDFC-1.0, section 5). Terms are kept as texts in that form: equal texts are equal terms.
// SPDX-License-Identifier: Apache-2.0

/** Subject, predicate, object and graph ("" for the default graph), each as canonical N-Quads writes it. */
export type Quad = readonly [subject: string, predicate: string, object: string, graph: string];

const iri = /<((?:[^\x00-\x20<>"{}|^`\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*)>/y;
const blank = /_:[\p{L}\p{N}_:](?:[\p{L}\p{N}\p{M}_:.\u00b7\u203f\u2040-]*[\p{L}\p{N}\p{M}_:\u00b7\u203f\u2040-])?/uy;
const string = /"((?:[^"\\\n\r]|\\[tbnrf"'\\]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*)"/y;
const language = /@[A-Za-z]+(?:-[A-Za-z0-9]+)*/y;
const space = /[ \t]*/y;
const ending = /\.[ \t]*(?:#.*)?$/y;
const textType = "<http://www.w3.org/2001/XMLSchema#string>";
/** A statement never takes that many: what it inflates to is at most 64 kB. */
const mostQuads = 4096;

/** The quads of a document, each once; undefined if a line is no quad or there are too many. */
export function parseNQuads(text: string): readonly Quad[] | undefined {
  const quads = new Map<string, Quad>();
  for (const line of text.split(/\r\n|[\r\n]/)) {
    if (/^[ \t]*(?:#.*)?$/.test(line)) continue;
    const quad = readQuad(line);
    if (!quad || quads.size >= mostQuads) return undefined;
    quads.set(quadLine(quad), quad);
  }
  return [...quads.values()];
}

export function quadLine([subject, predicate, object, graph]: Quad): string {
  return `${subject} ${predicate} ${object}${graph && ` ${graph}`} .\n`;
}

function readQuad(line: string): Quad | undefined {
  const reader = new Reader(line);
  const subject = reader.iri() ?? reader.take(blank);
  const predicate = reader.iri();
  const object = reader.iri() ?? reader.take(blank) ?? reader.literal();
  const graph = reader.iri() ?? reader.take(blank) ?? "";
  const whole = reader.take(ending) !== undefined;
  return whole && subject && predicate && object ? [subject, predicate, object, graph] : undefined;
}

class Reader {
  private at = 0;
  private readonly line: string;
  constructor(line: string) {
    this.line = line;
  }
  /** What the pattern matches here, after white space. */
  take(pattern: RegExp): string | undefined {
    return this.match(pattern)?.[0];
  }
  iri(): string | undefined {
    const inside = this.match(iri)?.[1];
    const plain = inside === undefined ? undefined : unescaped(inside);
    return plain === undefined ? undefined : `<${plain}>`;
  }
  literal(): string | undefined {
    const inside = this.match(string)?.[1];
    const value = inside === undefined ? undefined : unescaped(inside);
    if (value === undefined) return undefined;
    if (this.line[this.at] === "@") {
      const tag = this.match(language);
      return tag ? escaped(value) + tag[0] : undefined;
    }
    if (!this.line.startsWith("^^", this.at)) return escaped(value);
    this.at += 2;
    const type = this.iri();
    return type && escaped(value) + (type === textType ? "" : `^^${type}`);
  }
  private match(pattern: RegExp): RegExpExecArray | null {
    if (pattern !== language) {
      space.lastIndex = this.at;
      this.at += space.exec(this.line)![0].length;
    }
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.line);
    if (found) this.at += found[0].length;
    return found;
  }
}

const shortEscapes: Readonly<Record<string, string>> = { b: "\b", t: "\t", n: "\n", f: "\f", r: "\r" };

/** Undefined for a number that is no character. */
function unescaped(text: string): string | undefined {
  let sound = true;
  const plain = text.replace(/\\(?:u(.{4})|U(.{8})|(.))/g, (_, four, eight, one) => {
    if (one !== undefined) return shortEscapes[one] ?? one;
    const code = Number.parseInt(four ?? eight, 16);
    if (code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)) return String.fromCodePoint(code);
    sound = false;
    return "";
  });
  return sound ? plain : undefined;
}

const written: Readonly<Record<string, string>> = {
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\f": "\\f",
  "\r": "\\r",
  '"': '\\"',
  "\\": "\\\\",
};

function escaped(value: string): string {
  const inside = value.replace(/[\x00-\x1f"\\\x7f\ufffe\uffff]/g, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    return written[character] ?? `\\u${code}`;
  });
  return `"${inside}"`;
}
