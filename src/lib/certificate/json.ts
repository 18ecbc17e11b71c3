// JSON (RFC 8259) as signed statements need it: one meaning only. Refuses repeated names, "__proto__", lone surrogates,
// numbers that lose their value, deep nesting and anything after the end; a byte order mark too.
// SPDX-License-Identifier: Apache-2.0

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [name: string]: Json | undefined };

const maxDepth = 32;
class Malformed extends Error {}

/** The value, or undefined for text that is not strictly one JSON value. */
export function parseJson(text: string): Json | undefined {
  try {
    const reader = new Reader(text);
    const value = reader.value(0);
    reader.end();
    return value;
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

export function parseJsonObject(text: string): JsonObject | undefined {
  const value = parseJson(text);
  return isJsonObject(value) ? value : undefined;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isJsonArray(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

class Reader {
  private at = 0;
  private readonly text: string;
  constructor(text: string) {
    this.text = text;
  }

  value(depth: number): Json {
    if (depth > maxDepth) throw new Malformed();
    this.space();
    const first = this.text[this.at];
    if (first === "{") return this.object(depth);
    if (first === "[") return this.array(depth);
    if (first === '"') return this.string();
    for (const [word, value] of words) if (this.text.startsWith(word, this.at)) return this.skip(word.length, value);
    return this.number();
  }

  end(): void {
    this.space();
    if (this.at !== this.text.length) throw new Malformed();
  }

  private object(depth: number): JsonObject {
    const object: Record<string, Json> = {};
    this.at += 1;
    if (this.next("}")) return object;
    do {
      this.space();
      if (this.text[this.at] !== '"') throw new Malformed();
      const name = this.string();
      if (name === "__proto__" || Object.hasOwn(object, name) || !this.next(":")) throw new Malformed();
      object[name] = this.value(depth + 1);
    } while (this.next(","));
    if (!this.next("}")) throw new Malformed();
    return object;
  }

  private array(depth: number): Json[] {
    const items: Json[] = [];
    this.at += 1;
    if (this.next("]")) return items;
    do items.push(this.value(depth + 1));
    while (this.next(","));
    if (!this.next("]")) throw new Malformed();
    return items;
  }

  private string(): string {
    const close = this.text.indexOf('"', this.at + 1);
    const plain = this.text.slice(this.at + 1, Math.max(close, 0));
    if (close < 0 || needsReading.test(plain)) return this.escaped();
    this.at = close + 1;
    return plain;
  }

  private escaped(): string {
    let end = this.at + 1;
    while (this.text[end] !== '"') {
      if (end >= this.text.length) throw new Malformed();
      end += this.text[end] === "\\" ? 2 : 1;
    }
    const literal = this.text.slice(this.at, end + 1);
    this.at = end + 1;
    const value = parsed(literal);
    if (typeof value !== "string" || loneSurrogate.test(value)) throw new Malformed();
    return value;
  }

  private number(): number {
    numberShape.lastIndex = this.at;
    const literal = numberShape.exec(this.text)?.[0];
    if (literal === undefined) throw new Malformed();
    const value = Number(literal);
    if (!Number.isFinite(value) || (Number.isInteger(value) && !Number.isSafeInteger(value))) throw new Malformed();
    return this.skip(literal.length, value);
  }

  /** True and past it if the next character after white space is this one. */
  private next(character: string): boolean {
    this.space();
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  private skip<T>(length: number, value: T): T {
    this.at += length;
    return value;
  }

  private space(): void {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.at += 1;
    }
  }
}

const words = [
  ["true", true],
  ["false", false],
  ["null", null],
] as const;
/** What a text of plain characters has not: an escape, a control character, half a character. */
const needsReading = /[\\\u0000-\u001f]|\p{Surrogate}/u;
const loneSurrogate = /\p{Surrogate}/u;
const numberShape = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** The platform's parser knows escapes and control characters; a literal that it refuses is malformed. */
function parsed(literal: string): unknown {
  try {
    return JSON.parse(literal);
  } catch {
    throw new Malformed();
  }
}
