// Reads a JSON body strictly: an object, no key twice, not deep. Two readers of a body with a key twice may see two
// different requests; a deep one costs whoever walks it. The look comes before JSON.parse, in one pass.
// SPDX-License-Identifier: Apache-2.0

const deepest = 8;
export type JsonBody = Readonly<Record<string, unknown>>;

/** Undefined for anything that is not a plain, shallow JSON object. */
export function readJsonBody(text: string): JsonBody | undefined {
  if (!isShallowWithoutRepeats(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonBody) : undefined;
  } catch {
    return undefined;
  }
}

/** True unless a key comes twice or the nesting is too deep; whether it is JSON at all is left to JSON.parse. */
function isShallowWithoutRepeats(text: string): boolean {
  const keysOf: Set<string>[] = [];
  let lastString = "";
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      const end = endOfString(text, at);
      if (end === undefined) return false;
      lastString = text.slice(at, end + 1);
      at = end;
    } else if (char === "{" || char === "[") {
      if (keysOf.push(new Set()) > deepest) return false;
    } else if (char === "}" || char === "]") {
      keysOf.pop();
    } else if (char === ":") {
      const keys = keysOf.at(-1);
      const key = plain(lastString);
      if (!keys || key === undefined || keys.has(key)) return false;
      keys.add(key);
    }
  }
  return true;
}

function endOfString(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at;
  }
  return undefined;
}

/** The key without its escapes: "a" and "\u0061" are the same. "__proto__" is no key of ours. */
function plain(quoted: string): string | undefined {
  try {
    const key = JSON.parse(quoted) as string;
    return key === "__proto__" ? undefined : key;
  } catch {
    return undefined;
  }
}
