// A login that was used for some weeks leaks what was seen in those weeks. The shortest window that holds a share of the
// rows, if it is much shorter than the whole time; the window costs two fitted numbers.
// SPDX-License-Identifier: Apache-2.0

export interface SeenAt {
  readonly row: number;
  readonly at: number;
}

export interface TimeWindow {
  readonly from: number;
  readonly to: number;
  /** Of fitting both ends, in log likelihood: one in as many days, twice. */
  readonly cost: number;
}

const day = 86_400;

export function shortestWindow(
  events: readonly SeenAt[],
  first: number,
  last: number,
  share: number,
): TimeWindow | undefined {
  const sorted = [...events].sort((a, b) => a.at - b.at);
  const inside = new Map<number, number>();
  const wanted = Math.ceil(share * new Set(sorted.map(({ row }) => row)).size);
  let best: TimeWindow | undefined;
  let start = 0;
  if (wanted < 5) return undefined;
  for (const { row, at } of sorted) {
    inside.set(row, (inside.get(row) ?? 0) + 1);
    while (inside.size >= wanted) {
      const { row: leaving, at: from } = sorted[start]!;
      if (!best || at - from < best.to - best.from)
        best = { from, to: at, cost: 2 * Math.log(2 + (last - first) / day) };
      const left = inside.get(leaving)! - 1;
      if (left === 0) inside.delete(leaving);
      else inside.set(leaving, left);
      start++;
    }
  }
  return best && best.to - best.from < 0.5 * (last - first) ? best : undefined;
}
