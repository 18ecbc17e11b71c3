// The figures of the country or of one state, as the public pages show them.
// SPDX-License-Identifier: Apache-2.0
import { addDays, dateInIndia } from "../../platform/clock.js";
import { done, type Outcome, refused } from "../../platform/errors.js";
import type { Deps } from "../disclosure/index.js";
import { doseColumn, noDoses, plus } from "./rules.js";
import * as store from "./store.js";
import type { Coverage, CoverageRow, DayFigure, DoseFigures, Figure } from "./types.js";

const shownDays = 30;
/** Lines of one file; more than that is asked for by state or district. */
const csvLimit = 200_000;

export async function findCoverage(
  deps: Pick<Deps, "db" | "clock">,
  stateId: number | null,
): Promise<Outcome<Coverage, "NOT_FOUND">> {
  const today = dateInIndia(deps.clock());
  const stateName = stateId === null ? null : await store.stateName(deps.db, stateId);
  if (stateName === undefined) return refused("NOT_FOUND");
  const first = addDays(today, -shownDays);
  const [rows, days, places] = await Promise.all([
    store.sums(deps.db, stateId, today),
    store.days(deps.db, stateId, first),
    store.placesIn(deps.db, stateId),
  ]);
  const byPlace = Map.groupBy(rows, (row) => row.placeId);
  const byProduct = Map.groupBy(rows, (row) => row.product);
  return done({
    stateId,
    stateName,
    until: addDays(today, -1),
    whole: figuresOf(rows),
    places: places.map((place) => ({ ...place, ...figuresOf(byPlace.get(place.id) ?? []) })),
    products: [...byProduct]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([product, own]) => ({ product, ...figuresOf(own) })),
    days: withoutGaps(first, days),
  });
}

function figuresOf(rows: readonly store.SumRow[]): DoseFigures {
  const byDose: [Figure, Figure, Figure] = [noDoses, noDoses, noDoses];
  for (const row of rows) {
    const column = doseColumn(row.doseNumber);
    byDose[column] = plus(byDose[column], row);
  }
  return { total: byDose.reduce(plus, noDoses), byDose };
}

function withoutGaps(first: string, days: readonly DayFigure[]): DayFigure[] {
  const known = new Map(days.map(({ day, doses }) => [day, doses]));
  return Array.from({ length: shownDays }, (_, index) => {
    const day = addDays(first, index);
    return { day, doses: known.get(day) ?? 0 };
  });
}

/** Every line that may be shown, newest first; all or nothing. */
export async function coverageLines(
  deps: Pick<Deps, "db" | "clock">,
  within: { stateId: number | null; districtId: number | null },
): Promise<Outcome<CoverageRow[], "COVERAGE_FILE_TOO_LARGE">> {
  const rows = await store.lines(deps.db, within, dateInIndia(deps.clock()), csvLimit + 1);
  if (rows.length > csvLimit) return refused("COVERAGE_FILE_TOO_LARGE");
  return done(
    rows.map(({ shownOn, doses, ...row }) => ({
      ...row,
      shownOn: shownOn ?? "",
      doses: shownOn === null ? null : doses,
    })),
  );
}
