// Deferrals and contraindications: wait after an illness or another vaccine; never with certain conditions.
// SPDX-License-Identifier: Apache-2.0
import type { IsoDate } from "../../platform/clock.js";
import { addOffset, isInForce } from "./offsets.js";
import type { Deferral, PersonFacts, Programme, RuleRef } from "./types.js";

/** The day on which a deferral is over, or undefined when its event did not happen (yet). */
export function deferredUntil(deferral: Deferral, facts: PersonFacts, on: IsoDate): IsoDate | undefined {
  const event = facts.events?.[deferral.event];
  return event !== undefined && event <= on ? addOffset(event, deferral.wait) : undefined;
}

export function findDeferral(programme: Programme, facts: PersonFacts, on: IsoDate): Deferral | undefined {
  return programme.deferrals.find((deferral) => {
    if (!isInForce(deferral.inForce, on)) return false;
    if (deferral.whileConditions.some((condition) => facts.conditions?.includes(condition))) return true;
    const until = deferredUntil(deferral, facts, on);
    return until !== undefined && on < until;
  });
}

/** Conditions that forbid a dose, or ask for care. */
export function contraindicationsOf(
  programme: Programme,
  facts: PersonFacts,
  on: IsoDate,
): { readonly forbids?: RuleRef; readonly cautions: RuleRef[] } {
  const held = programme.contraindications.filter(
    (one) => isInForce(one.inForce, on) && facts.conditions?.includes(one.condition),
  );
  const absolute = held.find((one) => one.absolute);
  const cautions = held.filter((one) => !one.absolute).map((one) => one.ref);
  return absolute ? { forbids: absolute.ref, cautions } : { cautions };
}
