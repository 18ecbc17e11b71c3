// The published figures of the country, a state or a district, by product and dose, with each of the last seven days.
// Sums of releases like every public figure: see rules.ts.
// SPDX-License-Identifier: Apache-2.0
import { addDays, dateInIndia } from "../../platform/clock.js";
import type { Deps } from "../disclosure/index.js";
import * as store from "./store.js";

const reportedDays = 7;

export interface ReportedDoses {
  readonly product: string;
  readonly doseNumber: number;
  readonly doses: number;
}
export interface CoverageReport {
  readonly whole: readonly ReportedDoses[];
  /** Oldest first, without gaps; the last one is yesterday. */
  readonly days: readonly { readonly day: string; readonly doses: readonly ReportedDoses[] }[];
}

export async function reportCoverage(
  deps: Pick<Deps, "db" | "clock">,
  within: { readonly stateId: number | null; readonly districtId: number | null },
): Promise<CoverageReport> {
  const today = dateInIndia(deps.clock());
  const since = addDays(today, -reportedDays);
  const rows = await store.reportRows(deps.db, within, since, today);
  const byDay = Map.groupBy(rows, (row) => row.day);
  const days = Array.from({ length: reportedDays }, (_, index) => {
    const day = addDays(since, index);
    return { day, doses: byDay.get(day) ?? [] };
  });
  return { whole: rows, days };
}
