// Disclosure lines, read from their bytes: ten million of them as objects would take minutes. What does not look as
// expected (an escape, a letter beyond ASCII, a nested value) is left to JSON.parse.
// SPDX-License-Identifier: Apache-2.0
import { hashOfBytes, type Registry, secondsOf } from "../lib/inquiry/index.js";
import { eachLine } from "./lines.js";

const [quote, backslash, comma, colon, bracket, closing, brace] = [34, 92, 44, 58, 91, 93, 125];

export function readDisclosures(path: string, registry: Registry): void {
  const reader = new DisclosureReader(registry);
  eachLine(path, (buffer, from, to) => {
    if (!reader.read(buffer, from, to)) registry.addDisclosure(JSON.parse(buffer.toString("utf8", from, to)));
  });
}

class DisclosureReader {
  readonly #registry: Registry;
  readonly #masks = new Map<number, number>();
  #at = Number.NaN;
  #actor = -1;
  #person = -1;
  #fields = -1;
  #token: number | undefined;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** Takes a line in, or says false where it is not of the plain shape. */
  read(bytes: Buffer, from: number, to: number): boolean {
    [this.#at, this.#actor, this.#person, this.#fields, this.#token] = [Number.NaN, -1, -1, -1, undefined];
    let i = afterSpace(bytes, from + 1);
    while (i < to) {
      if (bytes[i] !== quote) return false;
      const keyEnd = bytes.indexOf(quote, i + 1);
      if (keyEnd < 0 || bytes[keyEnd + 1] !== colon) return false;
      const value = afterSpace(bytes, keyEnd + 2);
      const end = endOfValue(bytes, value, to);
      if (end < 0 || !this.#take(bytes, i + 1, keyEnd - i - 1, value, end)) return false;
      const next = afterSpace(bytes, end);
      if (bytes[next] === brace) break;
      if (bytes[next] !== comma) return false;
      i = afterSpace(bytes, next + 1);
    }
    if (this.#actor < 0 || this.#person < 0 || this.#fields < 0 || Number.isNaN(this.#at)) return false;
    this.#registry.addLook(this.#at, this.#actor, this.#person, this.#fields, this.#token);
    return true;
  }

  #take(bytes: Buffer, key: number, keyLength: number, from: number, to: number): boolean {
    const isText = bytes[from] === quote;
    const first = bytes[key];
    if (keyLength === 2 && first === 97) return this.#instant(bytes, from + 1, to - 1);
    if (keyLength === 5 && first === 97 && isText) this.#actor = hashOfBytes(bytes, from + 1, to - 1);
    else if (keyLength === 6 && first === 112 && isText) this.#person = hashOfBytes(bytes, from + 1, to - 1);
    else if (keyLength === 6 && first === 102) return this.#mask(bytes, from, to);
    else if (keyLength === 11 && first === 114 && isText && to > from + 2) {
      for (let i = from + 1; i < to - 1; i++) if (bytes[i]! >= 65 && bytes[i]! <= 90) return false;
      this.#token = hashOfBytes(bytes, from + 1, to - 1);
    }
    return true;
  }

  /** yyyy-mm-ddThh:mm:ss, with a fraction or without, Z. */
  #instant(bytes: Buffer, from: number, to: number): boolean {
    if (to - from < 20 || bytes[to - 1] !== 90 || bytes[from + 10] !== 84) return false;
    const two = (at: number) => (bytes[from + at]! - 48) * 10 + bytes[from + at + 1]! - 48;
    this.#at = secondsOf(two(0) * 100 + two(2), two(5), two(8), two(11) * 3600 + two(14) * 60 + two(17));
    return true;
  }

  #mask(bytes: Buffer, from: number, to: number): boolean {
    if (bytes[from] !== bracket) return false;
    const hash = hashOfBytes(bytes, from, to);
    const known = this.#masks.get(hash);
    this.#fields = known ?? this.#registry.fieldsMask(JSON.parse(bytes.toString("utf8", from, to)));
    if (known === undefined) this.#masks.set(hash, this.#fields);
    return true;
  }
}

const afterSpace = (bytes: Buffer, at: number): number => (bytes[at] === 32 ? at + 1 : at);

/** Where a text, a list of texts, a number or a word ends; -1 for what is not plain. */
function endOfValue(bytes: Buffer, from: number, to: number): number {
  const first = bytes[from];
  if (first === quote) {
    for (let i = from + 1; i < to; i++) {
      if (bytes[i] === quote) return i + 1;
      if (bytes[i] === backslash || bytes[i]! > 127) return -1;
    }
    return -1;
  }
  if (first === bracket) {
    for (let i = from + 1; i < to; i++) {
      if (bytes[i] === closing) return i + 1;
      if (bytes[i] === backslash || bytes[i] === bracket || bytes[i]! > 127) return -1;
    }
    return -1;
  }
  for (let i = from; i < to; i++) {
    if (bytes[i] === comma || bytes[i] === brace) return i;
    if (bytes[i] === quote || bytes[i]! > 127 || bytes[i] === 123) return -1;
  }
  return -1;
}
