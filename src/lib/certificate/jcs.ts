// JSON in its one canonical form (RFC 8785): names in the order of their UTF-16 units, numbers and strings as ECMAScript
// writes them. Only for values that parseJson has read: those have one form.
// SPDX-License-Identifier: Apache-2.0
import { isJsonArray, isJsonObject, type Json } from "./json.js";

export function canonicalJson(value: Json): string {
  if (isJsonArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name]!)}`);
  return `{${members.join(",")}}`;
}
