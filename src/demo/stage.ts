// What the parts of the demo country share: who and where, today, and the same ids at each run.
// SPDX-License-Identifier: Apache-2.0
import type { Deps } from "../modules/disclosure/index.js";
import { type IsoDate, instantInIndia } from "../platform/clock.js";
import type { DemoFacility, DemoStaff } from "./country.js";
import type { Dice } from "./random.js";

export interface Demo {
  readonly deps: Deps;
  readonly dice: Dice;
  readonly facilities: readonly DemoFacility[];
  readonly staff: readonly DemoStaff[];
  readonly today: IsoDate;
  readonly now: Date;
}

/** The demo's deps on an earlier day: commands that need no gate then write what they would have written that day. */
export function onDay(deps: Deps, day: IsoDate, time = "08:00"): Deps {
  const at = instantInIndia(day, time);
  return { ...deps, clock: () => at };
}

export function sessionIdOf(dice: Dice, facility: DemoFacility, heldOn: IsoDate, product: string): string {
  return dice.id(`session ${facility.facilityId} ${heldOn} ${product}`);
}
