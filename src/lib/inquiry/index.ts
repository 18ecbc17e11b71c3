// The breach inquiry: a leaked sample goes in, an answer with numbers comes out. Pure functions on node:crypto and
// nothing else; does no I/O, knows no clock, gives the same answer to the same question.
// SPDX-License-Identifier: Apache-2.0
export type { Answer } from "./answer.js";
export { secondsOf } from "./dictionary.js";
export { type Intake, type PersonLine, type Row, type Sample, type Truth, worldFormat } from "./format.js";
export { guessRoles } from "./guess-roles.js";
export { Inquiry } from "./inquire.js";
export { BytesHash } from "./ints.js";
export { meanings, type Role, roles } from "./normalise.js";
export { fieldsMask, type Look, lookOf, Registry } from "./registry.js";
export { type Scored, scoreTable } from "./score.js";
export { CaseMaker, type SimulatedCase } from "./simulate/cases.js";
export { type SimulatedWorld, simulateWorld } from "./simulate/world.js";
