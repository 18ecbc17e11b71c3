// What is on offer in the forms of Co-WIN: sessions of one day (findBy*), centres with a week of sessions (calendarBy*).
// Field names, order and types as production sent them. Pure.
// SPDX-License-Identifier: Apache-2.0
import type { FacilityView } from "../../modules/facilities/index.js";
import type { OfferedSession, OfferedSlot } from "../../modules/sessions/index.js";
import { instantInIndia } from "../../platform/clock.js";
import { wireDate } from "../read-input.js";
import { slotName, wireVaccine } from "../wire-names.js";

/** A place in a slot that is over is no place. */
function slotsAhead({ heldOn, slots }: OfferedSession, now: Date): readonly OfferedSlot[] {
  return slots.filter((slot) => instantInIndia(heldOn, slot.endsAt) > now);
}

const sum = (slots: readonly OfferedSlot[], of: (slot: OfferedSlot) => number) =>
  slots.reduce((total, slot) => total + of(slot), 0);

function placesOf(session: OfferedSession, now: Date) {
  const slots = slotsAhead(session, now);
  const [dose1, dose2] = [sum(slots, (slot) => slot.dose1), sum(slots, (slot) => slot.dose2)];
  return {
    all: dose1 + dose2 + sum(slots, (slot) => slot.precaution),
    dose1,
    dose2,
    slots: slots.filter((slot) => slot.dose1 + slot.dose2 + slot.precaution > 0).map(slotName),
  };
}

function agesOf({ minAge, maxAge }: OfferedSession) {
  return maxAge === null
    ? { min_age_limit: minAge, allow_all_age: true }
    : { min_age_limit: minAge, max_age_limit: maxAge, allow_all_age: false };
}

/** Whole degrees, as on the wire; 0 where nobody has measured. */
export function centerFields(facility: FacilityView) {
  return {
    center_id: facility.centerId,
    name: facility.name,
    address: facility.address,
    state_name: facility.stateName,
    district_name: facility.districtName,
    block_name: facility.blockName,
    pincode: facility.pincode,
    lat: Math.trunc(facility.latitude ?? 0),
    long: Math.trunc(facility.longitude ?? 0),
    from: `${facility.opensAt}:00`,
    to: `${facility.closesAt}:00`,
    fee_type: facility.feeType,
  };
}

export function sessionOfDay(session: OfferedSession, now: Date) {
  const places = placesOf(session, now);
  const { pincode, lat, long, from, to, fee_type, ...center } = centerFields(session.facility);
  return {
    ...center,
    pincode,
    from,
    to,
    lat,
    long,
    fee_type,
    session_id: session.sessionId,
    date: wireDate(session.heldOn),
    available_capacity: places.all,
    available_capacity_dose1: places.dose1,
    available_capacity_dose2: places.dose2,
    fee: String(session.feeRupees),
    ...agesOf(session),
    vaccine: wireVaccine(session.product),
    slots: places.slots,
  };
}

function sessionOfWeek(session: OfferedSession, now: Date) {
  const places = placesOf(session, now);
  return {
    session_id: session.sessionId,
    date: wireDate(session.heldOn),
    available_capacity: places.all,
    ...agesOf(session),
    vaccine: wireVaccine(session.product),
    slots: places.slots,
    available_capacity_dose1: places.dose1,
    available_capacity_dose2: places.dose2,
  };
}

/** Each centre once, in the order of its first session. Paid centres name what they ask for each vaccine. */
export function centersOfWeek(sessions: readonly OfferedSession[], now: Date) {
  const byCenter = new Map<number, OfferedSession[]>();
  for (const session of sessions) {
    const known = byCenter.get(session.facility.centerId);
    if (known) known.push(session);
    else byCenter.set(session.facility.centerId, [session]);
  }
  return [...byCenter.values()].map((own) => {
    const { facility } = own[0]!;
    const fees = new Map(own.map((one) => [wireVaccine(one.product), String(one.feeRupees)]));
    return {
      ...centerFields(facility),
      ...(facility.feeType === "Paid"
        ? { vaccine_fees: [...fees].map(([vaccine, fee]) => ({ vaccine, fee })) }
        : undefined),
      sessions: own.map((one) => sessionOfWeek(one, now)),
    };
  });
}

/** When the answer changes by the mere passing of time: at the end of the next slot. */
export function staleAt(sessions: readonly OfferedSession[], now: Date): Date | undefined {
  let next: Date | undefined;
  for (const session of sessions) {
    for (const slot of session.slots) {
      const end = instantInIndia(session.heldOn, slot.endsAt);
      if (end > now && (!next || end < next)) next = end;
    }
  }
  return next;
}
