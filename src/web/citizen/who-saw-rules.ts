// Pure decisions of the page "who saw my record": what counts as one's own look, and whether the list is whole.
// SPDX-License-Identifier: Apache-2.0
import type { DisclosureLine } from "../../modules/disclosure/index.js";

export const linesAPage = 100;

/** A look by the account itself. Its changes are shown one by one, like everybody else's. */
export function isOwnLook({ role, kind }: Pick<DisclosureLine, "role" | "kind">): boolean {
  return role === "citizen" && kind === "disclosure";
}

/** The lowest counter of a page; 0 when the list ends here. */
export function lastOfPage(lines: readonly Pick<DisclosureLine, "counter">[]): number {
  return lines.reduce((lowest, line) => Math.min(lowest, line.counter), lines[0]?.counter ?? 0);
}

/**
 * Counters that a page lacks. Each person's entries are numbered from 0 without gaps, so there must be none:
 * between the lines, above them (up to `before`), and below them when the page is not full.
 */
export function gapsIn(lines: readonly Pick<DisclosureLine, "counter">[], before: number | undefined): number[] {
  const counters = new Set(lines.map((line) => line.counter));
  const top = before === undefined ? (lines[0]?.counter ?? -1) : before - 1;
  const bottom = lines.length < linesAPage ? 0 : lastOfPage(lines);
  const gaps: number[] = [];
  for (let counter = bottom; counter <= top; counter++) if (!counters.has(counter)) gaps.push(counter);
  return gaps;
}
