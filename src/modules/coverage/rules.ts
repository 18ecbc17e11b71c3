// Small numbers: no published figure, no total of figures and no difference between two days' figures may tell that
// one to ten people of a place did something. Doses of one place, product and dose number wait until they are
// eleven; then they are shown together, under the day on which they became eleven (docs/adr/0025).
// SPDX-License-Identifier: Apache-2.0
import type { DailyCount, Figure } from "./types.js";

/** The smallest number that is shown. CMS cell size suppression policy (US, 2020) hides one to ten. */
export const smallestShown = 11;

/**
 * Which waiting counts can be shown, and under which day. Counts of one series are gathered from the oldest day on;
 * as soon as they are enough they are released together under the last day of them.
 */
export function releasesOf(waiting: readonly DailyCount[]): { count: DailyCount; releasedOn: string }[] {
  const series = Map.groupBy(waiting, (count) => `${count.districtId} ${count.product} ${count.doseNumber}`);
  return [...series.values()].flatMap((counts) => {
    const released: { count: DailyCount; releasedOn: string }[] = [];
    let gathered: DailyCount[] = [];
    let doses = 0;
    for (const count of [...counts].sort((a, b) => a.givenOn.localeCompare(b.givenOn))) {
      gathered.push(count);
      doses += count.doses;
      if (doses < smallestShown) continue;
      released.push(...gathered.map((one) => ({ count: one, releasedOn: count.givenOn })));
      gathered = [];
      doses = 0;
    }
    return released;
  });
}

/** Third and later doses are one column. */
export function doseColumn(doseNumber: number): 0 | 1 | 2 {
  return doseNumber <= 1 ? 0 : doseNumber === 2 ? 1 : 2;
}

export const noDoses: Figure = { doses: 0, hasMore: false };

export function plus(a: Figure, b: Figure): Figure {
  return { doses: a.doses + b.doses, hasMore: a.hasMore || b.hasMore };
}
