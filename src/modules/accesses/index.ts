// Accesses: emergencies at a session site, what stands out about an actor and who decides on it, and what a person is
// told of looks at their record.
// SPDX-License-Identifier: Apache-2.0
export { askForEmergency, type EmergencyInput } from "./ask-for-emergency.js";
export { accessErrors } from "./errors.js";
export { listAccessNotices } from "./notices.js";
export { answerEmergency, listEmergencies, openEmergency } from "./open-emergency.js";
export { mostCanaries, plantCanaries } from "./plant-canaries.js";
export { decideFinding, type FindingInFull, listFindings, openFinding } from "./review-findings.js";
export { minutesForASecond, wordsLimit } from "./rules.js";
export { type AccessNotice, type Emergency, emergencyReasons, type Finding } from "./types.js";
