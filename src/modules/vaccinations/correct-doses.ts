// What a correction does to a person's doses: numbered anew in the order of their dates, history kept, stock and public
// figures following. The caller decides what the doses should be, seals those that change, and owns the transaction.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "../../platform/db/db.js";
import { enqueue } from "../../platform/jobs/enqueue.js";
import { uuidv7 } from "../../platform/random.js";
import type { DoseDetails } from "../disclosure/index.js";
import type { Programme } from "../vaccines/index.js";
import { inOrder } from "./rules.js";
import * as store from "./store.js";

export interface DoseChange {
  /** Absent for a dose that is added. */
  readonly before: DoseDetails | undefined;
  readonly after: DoseDetails;
}

/** Doses that count, numbered from one in the order of their dates; primary until the product that began is complete. */
export function renumbered(programme: Programme, doses: readonly DoseDetails[]): DoseDetails[] {
  const counting = inOrder(doses).filter((dose) => !dose.enteredInError);
  const planned = programme.products.get(counting[0]?.product ?? "")?.primaryDoses ?? 2;
  return doses.map((dose) => {
    const at = counting.indexOf(dose);
    return at < 0 ? dose : { ...dose, doseNumber: at + 1, kind: at < planned ? "primary" : "precaution" };
  });
}

/** The doses that differ. */
export function doseChanges(before: readonly DoseDetails[], after: readonly DoseDetails[]): DoseChange[] {
  const held = new Map(before.map((dose) => [dose.vaccinationId, dose]));
  const isSame = (a: DoseDetails, b: DoseDetails | undefined) =>
    b !== undefined && (Object.keys(a) as (keyof DoseDetails)[]).every((name) => a[name] === b[name]);
  return after
    .filter((dose) => !isSame(dose, held.get(dose.vaccinationId)))
    .map((dose) => ({ before: held.get(dose.vaccinationId), after: dose }));
}

export interface DoseCorrection {
  readonly beneficiaryId: string;
  /** As they stand; of doses that come over from another registration under the new id and the old number. */
  readonly before: readonly DoseDetails[];
  readonly after: readonly DoseDetails[];
  readonly staffId: string;
  readonly now: Date;
  /** Another registration of the same person that gives its doses: old id by new. */
  readonly from?: { readonly beneficiaryId: string; readonly ids: ReadonlyMap<string, string> } | undefined;
}
export type DoseCorrectionFault = "record-changed" | "batch-unknown";

/** Writes the rows; a fault means that the caller takes everything back. */
export async function writeDoses(tx: Queryable, correction: DoseCorrection): Promise<DoseCorrectionFault | undefined> {
  const { beneficiaryId, before, after, staffId, now, from } = correction;
  const origins = from?.ids ?? new Map<string, string>();
  const own = before.filter((dose) => !dose.enteredInError && !origins.has(dose.vaccinationId));
  const held = await store.lockValid(tx, beneficiaryId);
  if (!isSameSet(held, new Set(own.map((dose) => dose.vaccinationId)))) return "record-changed";
  if (from && !isSameSet(await store.lockValid(tx, from.beneficiaryId), new Set(origins.values())))
    return "record-changed";
  // Out of the way first: one_valid_dose would stop two doses from changing places.
  await store.voidAll(tx, beneficiaryId, staffId, now);
  for (const dose of after.filter((each) => !each.enteredInError)) {
    const origin = origins.get(dose.vaccinationId);
    if (origin && from) await store.copyDose(tx, { ...from, vaccinationId: origin }, { ...dose, beneficiaryId });
    else if (held.includes(dose.vaccinationId)) await store.putBack(tx, { ...dose, beneficiaryId });
    else await store.insertLate(tx, { ...dose, beneficiaryId, staffId, now });
  }
  if (from) await store.voidAll(tx, from.beneficiaryId, staffId, now);
  for (const change of doseChanges(before, after)) {
    if (!(await moveStock(tx, change))) return "batch-unknown";
    await count(tx, change.before, -1);
    await count(tx, change.after, 1);
  }
  return undefined;
}

function isSameSet(ids: readonly string[], wanted: ReadonlySet<string>): boolean {
  return ids.length === wanted.size && ids.every((id) => wanted.has(id));
}

/** A dose out of another batch, or out of none: false when the batch that it should be from has no dose to give. */
async function moveStock(tx: Queryable, { before, after }: DoseChange): Promise<boolean> {
  const batchOf = (dose: DoseDetails | undefined) =>
    dose && !dose.enteredInError ? [dose.facilityId, dose.product, dose.lotNumber].join(" ") : undefined;
  if (batchOf(before) === batchOf(after)) return true;
  if (before && !before.enteredInError) await store.changeStock(tx, before, -1);
  return after.enteredInError || (await store.changeStock(tx, after, 1));
}

async function count(tx: Queryable, dose: DoseDetails | undefined, by: 1 | -1): Promise<void> {
  if (!dose || dose.enteredInError) return;
  const { givenOn, stateId, districtId, product, doseNumber } = dose;
  await enqueue(tx, "count-dose", { eventId: uuidv7(), givenOn, stateId, districtId, product, doseNumber, by });
}
