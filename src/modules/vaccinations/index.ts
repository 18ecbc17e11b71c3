// Vaccinations: doses given, by whom the rules allow, once each; corrections that stay in history; and what is due
// next. A dose is stored as ids here and sealed with the person.
// SPDX-License-Identifier: Apache-2.0
export { type DoseCorrectionFault, doseChanges, renumbered, writeDoses } from "./correct-doses.js";
export { doseHistory } from "./dose-history.js";
export { type VaccinationCode, vaccinationErrors } from "./errors.js";
export { listSessionDoses } from "./list-session-doses.js";
export { recordVaccination } from "./record-vaccination.js";
export { historyOf, inOrder, vaccinationStatus } from "./rules.js";
export { nameMac, type StatusNumber, tellStatus } from "./tell-status.js";
export type { DoseHistory, RecordedDose, RecordVaccinationInput, SessionDose } from "./types.js";
export { type VoidVaccinationInput, voidVaccination } from "./void-vaccination.js";
