// Disclosure lines, read from their bytes: ten million of them as objects would take minutes. What does not look as
// expected (an escape, a letter beyond ASCII, a nested value) is left to JSON.parse.
// SPDX-License-Identifier: Apache-2.0
import { BytesHash, fieldsMask, type Look, lookOf, secondsOf } from "../lib/inquiry/index.js";
import { eachLine } from "./lines.js";
import { withTexts } from "./with-texts.js";

const [quote, comma, colon, bracket, closing, opening, brace] = [34, 44, 58, 91, 93, 123, 125];

export type Take = (...look: Look) => void;

export function readDisclosures(path: string, take: Take): void {
  const reader = new DisclosureReader(take);
  eachLine(path, (buffer, from, to) => {
    if (reader.read(buffer, from, to)) return;
    const line = JSON.parse(buffer.toString("utf8", from, to));
    take(...lookOf(withTexts(line, "actor", "person", "recipientId")));
  });
}

class DisclosureReader {
  readonly #takeLook: Take;
  readonly #masks = new Map<number, number>();
  #at = Number.NaN;
  #actor = -1;
  #person = -1;
  #fields = -1;
  #token: number | undefined;
  /** Of the value read last: where it ends, -1 where it is not plain, and its hash. */
  #end = -1;
  readonly #hash = new BytesHash();

  constructor(take: Take) {
    this.#takeLook = take;
  }

  /** Takes a line in, or says false where it is not of the plain shape. */
  read(bytes: Buffer, from: number, to: number): boolean {
    this.#at = Number.NaN;
    this.#actor = this.#person = this.#fields = -1;
    this.#token = undefined;
    let i = afterSpace(bytes, from + 1);
    while (i < to) {
      if (bytes[i] !== quote) return false;
      let keyEnd = i + 1;
      while (keyEnd < to && bytes[keyEnd] !== quote) keyEnd++;
      if (bytes[keyEnd + 1] !== colon) return false;
      const value = afterSpace(bytes, keyEnd + 2);
      this.#value(bytes, value, to);
      if (this.#end < 0 || !this.#take(bytes, bytes[i + 1]!, keyEnd - i - 1, value)) return false;
      const next = afterSpace(bytes, this.#end);
      if (bytes[next] === brace) break;
      if (bytes[next] !== comma) return false;
      i = afterSpace(bytes, next + 1);
    }
    if (this.#actor < 0 || this.#person < 0 || this.#fields < 0 || Number.isNaN(this.#at)) return false;
    this.#takeLook(this.#at, this.#actor, this.#person, this.#fields, this.#token);
    return true;
  }

  /** Keys are told by their first letter and length: at, actor, person, fields, recipientId. */
  #take(bytes: Buffer, first: number, length: number, from: number): boolean {
    const isText = bytes[from] === quote;
    if (length === 2 && first === 97) return this.#instant(bytes, from + 1, this.#end - 1);
    if (length === 5 && first === 97 && isText) this.#actor = this.#hash.value;
    else if (length === 6 && first === 112 && isText) this.#person = this.#hash.value;
    else if (length === 6 && first === 102) return this.#mask(bytes, from);
    else if (length === 11 && first === 114 && isText && this.#end > from + 2) {
      for (let i = from + 1; i < this.#end - 1; i++) if (bytes[i]! >= 65 && bytes[i]! <= 90) return false;
      this.#token = this.#hash.value;
    }
    return true;
  }

  /** yyyy-mm-ddThh:mm:ss, with a fraction or without, Z. */
  #instant(bytes: Buffer, from: number, to: number): boolean {
    if (to - from < 20 || bytes[to - 1] !== 90 || bytes[from + 10] !== 84) return false;
    const year = two(bytes, from) * 100 + two(bytes, from + 2);
    const time = two(bytes, from + 11) * 3600 + two(bytes, from + 14) * 60 + two(bytes, from + 17);
    this.#at = secondsOf(year, two(bytes, from + 5), two(bytes, from + 8), time);
    return true;
  }

  #mask(bytes: Buffer, from: number): boolean {
    if (bytes[from] !== bracket) return false;
    const known = this.#masks.get(this.#hash.value);
    this.#fields = known ?? fieldsMask(JSON.parse(bytes.toString("utf8", from, this.#end)));
    if (known === undefined) this.#masks.set(this.#hash.value, this.#fields);
    return true;
  }

  /** Reads a text, a list of texts, a number or a word, and hashes what is between the quotes or brackets. */
  #value(bytes: Buffer, from: number, to: number): void {
    const first = bytes[from]!;
    this.#end = -1;
    if (first === quote || first === bracket) {
      const last = first === quote ? quote : closing;
      const end = this.#hash.until(bytes, from + 1, to, last);
      if (end < to) this.#end = end + 1;
      return;
    }
    for (let i = from; i < to; i++) {
      const byte = bytes[i]!;
      if (byte === quote || byte > 127 || byte === opening) return;
      if (byte !== comma && byte !== brace) continue;
      this.#end = i;
      return;
    }
  }
}

const afterSpace = (bytes: Buffer, at: number): number => (bytes[at] === 32 ? at + 1 : at);
const two = (bytes: Buffer, at: number): number => (bytes[at]! - 48) * 10 + bytes[at + 1]! - 48;
