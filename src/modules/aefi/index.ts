// AEFI: adverse events following immunisation. The first note at the session site; the note itself lies sealed with
// the person, staff above see counts.
// SPDX-License-Identifier: Apache-2.0
export { type AefiCode, aefiErrors } from "./errors.js";
export { listAefi } from "./list-aefi.js";
export { reportAefi } from "./report-aefi.js";
export { type AefiCounts, type AefiInput, noteLimit, type Severity, severities } from "./types.js";
