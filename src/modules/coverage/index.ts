// Coverage: public counts of doses by place, day, product and dose number. Counted from events, once each; shown
// only in releases of eleven or more, so that no figure and no difference of figures points at a few people.
// SPDX-License-Identifier: Apache-2.0
export { countDose } from "./count-dose.js";
export { coverageErrors } from "./errors.js";
export { coverageLines, findCoverage } from "./find-coverage.js";
export { releaseCoverage } from "./release-coverage.js";
export { type CoverageReport, type ReportedDoses, reportCoverage } from "./report-coverage.js";
export { smallestShown } from "./rules.js";
export type { Coverage, CoverageRow, DayFigure, DoseFigures, Figure, PlaceFigures, ProductFigures } from "./types.js";
