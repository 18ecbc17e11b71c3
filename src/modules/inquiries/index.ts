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
export { type Deadline } from "./deadlines.js";
export { inquiryErrors } from "./errors.js";
export { addKnownLeak } from "./known-leaks.js";
export { closeInquiry, listInquiries, proposeInquiry, secondInquiry } from "./open-case.js";
export {
  type Bundle,
  bundleFault,
  eventKind,
  inquiryStatus,
  leakNoticesOf,
  proofFault,
  queueNotices,
  reportOf,
  saveDraft,
  signBundle,
  signReport,
  type WholeCase,
  wholeCase,
} from "./report-case.js";
export { certInTypes, languageOf, type Report, type ReportKind, reportKinds } from "./reports.js";
export { columnRoles } from "./rules.js";
export { mostBytes, takeSample } from "./take-sample.js";
export {
  type CustodyEvent,
  type InquiryCase,
  type InquiryDeps,
  type InquiryRun,
  type LeakNotice,
  type ToldBy,
  toldByKinds,
} from "./types.js";
export { unmaskSources } from "./unmask.js";
