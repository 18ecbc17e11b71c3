// Reviews: reports of the internal exercise (`sakshi review`) for privacy officers to read. They are written by the
// operator's command and signed there; nothing here makes or changes one.
// SPDX-License-Identifier: Apache-2.0
export { reviewErrors } from "./errors.js";
export { openReview, recentReviews } from "./read-reviews.js";
export type { ReviewReport, ReviewResult, ReviewSummary, WholeReview } from "./types.js";
