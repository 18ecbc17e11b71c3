// Decisions about doses given: what counts as history, and until when a wrong click can be undone.
// SPDX-License-Identifier: Apache-2.0
import { dateInIndia } from "../../platform/clock.js";
import type { DoseDetails } from "../disclosure/index.js";
import type { GivenDose, Programme } from "../vaccines/index.js";

/** The history that the dose rules see, oldest first: doses entered in error were never given. */
export function historyOf(doses: readonly DoseDetails[]): GivenDose[] {
  return inOrder(doses)
    .filter((dose) => !dose.enteredInError)
    .map(({ product, givenOn }) => ({ product, givenOn }));
}

/** How far somebody is: the product that began the series says how many doses it has. */
export function vaccinationStatus(
  programme: Programme,
  doses: readonly DoseDetails[],
): "none" | "partial" | "complete" {
  const primary = inOrder(doses).filter((dose) => !dose.enteredInError && dose.kind === "primary");
  if (!primary[0]) return "none";
  const wanted = programme.products.get(primary[0].product)?.primaryDoses ?? 2;
  return primary.length >= wanted ? "complete" : "partial";
}

/** Oldest first. Of the same dose on the same day, the one entered in error came before the one that replaced it. */
export function inOrder(doses: readonly DoseDetails[]): DoseDetails[] {
  return [...doses].sort(
    (a, b) =>
      a.givenOn.localeCompare(b.givenOn) ||
      a.doseNumber - b.doseNumber ||
      Number(b.enteredInError) - Number(a.enteredInError),
  );
}

/** A dose can be undone on its own day, at its own facility. Later, a correction needs a ticket. */
export function isUndoOpen(
  dose: { recordedAt: Date; facilityId: string },
  now: Date,
  facilityId: string | null,
): boolean {
  return dose.facilityId === facilityId && dateInIndia(dose.recordedAt) === dateInIndia(now);
}
