// Every sealed field of a person, for what is about all of them: a person's export, and an erasure.
// SPDX-License-Identifier: Apache-2.0
import type { Field } from "./types.js";

export const everyField = [
  "name",
  "birthYear",
  "gender",
  "photoIdType",
  "photoIdLast4",
  "mobile",
  "passportNumber",
  "birthDate",
  "doses",
  "certificates",
  "aefi",
  "tickets",
  "evidence",
  "emergencies",
] as const satisfies readonly Field[];

// A field that is added to the record and not here does not compile.
const nothingLeftOut: Exclude<Field, (typeof everyField)[number]> extends never ? true : never = true;
void nothingLeftOut;
