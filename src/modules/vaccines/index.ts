// Vaccines: products and the dose rules. Who may have which dose on which day, why, and when the next is due.
// The rules are data (data/dose-rules) with effective dates; the engine is pure. See docs/dose-rules.md.
// SPDX-License-Identifier: Apache-2.0
export { channelAt } from "./channels.js";
export type { DoseCode } from "./errors.js";
export { vaccineErrors } from "./errors.js";
export { evaluateHistory } from "./evaluate-history.js";
export { dueBySeries, mayGive, nextDue } from "./next-due.js";
export { parseProgramme, RuleFileError } from "./parse-programme.js";
export { currentProgramme, programmeOf } from "./programmes.js";
export type {
  DoseAnswer,
  DoseKind,
  DoseQuestion,
  DueWindow,
  EvaluatedDose,
  GivenDose,
  MayGive,
  MayNotGive,
  NextDue,
  Permit,
  PersonFacts,
  Product,
  Programme,
  RuleRef,
} from "./types.js";
