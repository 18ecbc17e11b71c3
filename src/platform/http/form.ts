// Form bodies: application/x-www-form-urlencoded read strictly. A field that a page asks for once and that
// came twice, a control character, or too many fields make the whole request unreadable.
// SPDX-License-Identifier: Apache-2.0
import { latinDigits } from "../i18n/digits.js";

export class UnreadableRequest extends Error {
  override name = "UnreadableRequest";
}

export interface Form {
  /** The only value of a field, trimmed and in NFC; "" when absent. */
  text(name: string): string;
  /** The same for a field that is a number or a code: digits of any script of India as 0 to 9. */
  digits(name: string): string;
  /** All values of a field that may repeat (checkboxes). */
  all(name: string): string[];
}

const maxFields = 200;
// Control characters other than tab, line feed and carriage return have no place in a form.
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]/;

export function parseForm(body: string): Form {
  const fields = new Map<string, string[]>();
  let count = 0;
  for (const [name, value] of new URLSearchParams(body)) {
    if (++count > maxFields) throw new UnreadableRequest("too many fields");
    if (forbidden.test(value) || forbidden.test(name)) throw new UnreadableRequest("control character");
    const values = fields.get(name) ?? [];
    values.push(value.normalize("NFC").trim());
    fields.set(name, values);
  }
  const text = (name: string) => {
    const values = fields.get(name) ?? [];
    if (values.length > 1) throw new UnreadableRequest("a field came twice");
    return values[0] ?? "";
  };
  return {
    text,
    digits: (name) => latinDigits(text(name)),
    all: (name) => fields.get(name) ?? [],
  };
}

export const emptyForm: Form = parseForm("");
