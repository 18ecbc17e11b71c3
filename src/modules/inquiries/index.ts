// Breach inquiries: a leak claim goes in, a verdict with numbers and drafts of the reports come out. Two privacy officers
// open a case; they see counts and masked sources, nobody's record.
// SPDX-License-Identifier: Apache-2.0
export {
  correctColumns,
  runProgress,
  runsOfPairEachMonth,
  startRun,
  stopRun,
  viewCase,
} from "./compare.js";
export { brokenAt } from "./custody.js";
export { inquiryErrors } from "./errors.js";
export { addKnownLeak } from "./known-leaks.js";
export { closeInquiry, proposeInquiry, secondInquiry } from "./open-case.js";
export { takeSample } from "./take-sample.js";
export type { InquiryDeps } from "./types.js";
export { unmaskSources } from "./unmask.js";
