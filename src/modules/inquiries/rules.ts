// Decisions on a case. Pure: facts in, decision out.
// SPDX-License-Identifier: Apache-2.0

/** What a column of a sample can be; "other" is held nowhere. */
export const columnRoles = [
  "name",
  "birthYear",
  "birthDate",
  "gender",
  "mobile",
  "idType",
  "idLast4",
  "district",
  "doseNo",
  "dose1On",
  "dose2On",
  "lastOn",
  "vaccine",
  "batch",
  "facility",
  "token",
  "other",
] as const;

/** Whether an answer makes us aware of a breach (DPDP Act 2023, section 8(6)): our data, now or earlier, or a planted person. */
export function meansAware(verdict: string, canaryHits: number): boolean {
  return canaryHits > 0 || verdict.startsWith("OURS_") || verdict === "MIXED" || verdict === "RECYCLED";
}
