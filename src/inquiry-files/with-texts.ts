// Lines as others write them.
// SPDX-License-Identifier: Apache-2.0

/** A line as somebody wrote it: anything. */
export type Line = ReturnType<typeof JSON.parse>;

/** Ids are opaque texts; some write them as numbers. */
export function withTexts(line: Line, ...ids: readonly string[]): Line {
  const texts = ids.filter((id) => typeof line[id] === "number").map((id) => [id, String(line[id])]);
  return texts.length === 0 ? line : { ...line, ...Object.fromEntries(texts) };
}
