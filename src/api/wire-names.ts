// Names as they stand on Co-WIN's wire: slots, vaccines, hours. Slots and vaccines come back from clients as sent.
// SPDX-License-Identifier: Apache-2.0

/** "09:00" and "11:00" make "09:00AM-11:00AM". */
export function slotName({ startsAt, endsAt }: { startsAt: string; endsAt: string }): string {
  return `${twelveHours(startsAt)}-${twelveHours(endsAt)}`;
}

function twelveHours(time: string): string {
  const hour = Number(time.slice(0, 2));
  return `${String(hour % 12 || 12).padStart(2, "0")}${time.slice(2)}${hour < 12 ? "AM" : "PM"}`;
}

/** Some clients change blanks and case. */
export function sameSlot(name: string, typed: string): boolean {
  return name === typed.replaceAll(" ", "").toUpperCase();
}

/** "SPUTNIK_V" is "SPUTNIK V" on the wire. */
export function wireVaccine(product: string): string {
  return product.replaceAll("_", " ");
}

/** The product meant by a client's filter, with blanks as they were sent. */
export function productOf(vaccine: string): string {
  return vaccine.toUpperCase().replaceAll(/[ +]/g, "_");
}
