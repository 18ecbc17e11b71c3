// Puts the demo country in: places, facilities, staff, stock, sessions from yesterday on, people with doses, and two
// months of made-up figures. Runs again on a later day to add that day's sessions; what is there stays as it is.
// People, bookings and doses come about by the real commands, so that the log, the lists and the certificates are real.
// SPDX-License-Identifier: Apache-2.0
import { releaseCoverage } from "../modules/coverage/index.js";
import type { Deps } from "../modules/disclosure/index.js";
import { loadPlaces, openFacility } from "../modules/facilities/index.js";
import { keepPartnerKey } from "../modules/partners/index.js";
import { addBatch, createSession, publishSession } from "../modules/sessions/index.js";
import type { StaffActor } from "../modules/staff/index.js";
import { addDays, dateInIndia, type IsoDate } from "../platform/clock.js";
import { type DemoFacility, demoDistricts, demoFacilities, demoStaff } from "./country.js";
import { must } from "./must.js";
import { type Dice, diceOf, inParallel } from "./random.js";
import { seedPeople } from "./seed-people.js";
import { type Demo, onDay, sessionIdOf } from "./stage.js";
import * as store from "./store.js";

export interface SeedOptions {
  /** The same number gives the same country. */
  readonly seed?: number;
  /** Told what is done, a line each. */
  readonly say?: (line: string) => void;
}
export const defaultSeed = 2023;
/** The key of Co-WIN's sandbox, printed in its public documents: many clients carry it. Good in the demo only. */
export const sandboxKey = "3sjOr2rmM52GzhpMHjDEE1kpQeRxwFDr4YcBEimi";
const sandboxPartner = { partnerName: "Demo Sandbox", scopes: ["protected", "vaccinator", "records"] };
const firstDay = -29;
const lastDay = 10;

export async function seedDemo(deps: Deps, options: SeedOptions = {}): Promise<void> {
  const say = options.say ?? ((line) => process.stdout.write(`  ${line}\n`));
  const dice = diceOf(options.seed ?? defaultSeed);
  const now = deps.clock();
  const facilities = demoFacilities(dice);
  const demo: Demo = { deps, dice, facilities, staff: demoStaff(dice, facilities), today: dateInIndia(now), now };

  await loadPlaces(deps.db);
  const known = await store.knownFacilities(deps.db);
  await store.insertStaff(
    deps.db,
    demo.staff.filter((s) => s.facilityId === null),
    now,
  );
  const signInId = await store.openStaffSignIn(deps.db, dice.id("staff national"), now);
  const actor: StaffActor = { kind: "staff", signInId };
  const early = onDay(deps, addDays(demo.today, firstDay - 1));
  await inParallel(
    facilities.filter((f) => !known.has(f.facilityId)),
    async (facility) => {
      must(await openFacility(early, actor, { ...facility, pincode: String(facility.pincode), blockName: "" }));
      await addStock(early, actor, dice, facility, demo.today);
    },
  );
  await store.putOnMap(deps.db, facilities);
  await store.insertStaff(deps.db, demo.staff, now);
  say(`${facilities.length} facilities in ${demoDistricts.length} districts, ${demo.staff.length} staff`);
  say(`${await addSessions(demo, early, actor)} sessions`);
  say(`${await seedPeople(demo)} people, with doses and appointments`);
  must(await keepPartnerKey(deps, sandboxPartner, sandboxKey));
  await addCoverage(demo);
  say("two months of made-up figures");
  await store.endSignIns(deps.db, [], [signInId], deps.clock());
}

async function addStock(
  deps: Deps,
  actor: StaffActor,
  dice: Dice,
  { facilityId }: DemoFacility,
  today: IsoDate,
): Promise<void> {
  for (const product of ["COVISHIELD", "COVAXIN"]) {
    for (const n of [1, 2]) {
      const label = `batch ${facilityId} ${product} ${n}`;
      const input = {
        facilityId,
        batchId: dice.id(label),
        product,
        lotNumber: `DEMO-${dice.pick(label, 1000, 9999)}${n === 1 ? "A" : "B"}`,
        // The second batch of some facilities is nearly used up or expires soon: something to look after.
        expiresOn: addDays(today, n === 1 ? 240 : dice.pick(label, 5, 120)),
        dosesReceived: String(n === 1 ? 2000 : dice.pick(`${label} doses`, 20, 400)),
      };
      must(await addBatch(deps, actor, input));
    }
  }
}

interface PlannedSession {
  readonly sessionId: string;
  readonly facility: DemoFacility;
  readonly product: string;
  readonly heldOn: IsoDate;
}

/** The first facility has both products each day, also on the days of the people's past doses; the others take turns. */
function planSessions({ dice, facilities, today }: Demo): PlannedSession[] {
  const products = ["COVISHIELD", "COVAXIN"] as const;
  return facilities.flatMap((facility, index) => {
    const offsets = Array.from({ length: lastDay + 2 }, (_, n) => n - 1);
    const days = index === 0 ? [firstDay, -10, ...offsets] : offsets;
    return days.flatMap((offset) => {
      const heldOn = addDays(today, offset);
      const turn = (Number(heldOn.slice(8)) + index) % 2;
      return (index === 0 ? products : [products[turn]!]).map((product) => ({
        sessionId: sessionIdOf(dice, facility, heldOn, product),
        facility,
        product,
        heldOn,
      }));
    });
  });
}

async function addSessions(demo: Demo, early: Deps, actor: StaffActor): Promise<number> {
  const planned = planSessions(demo);
  const known = await store.knownSessions(
    demo.deps.db,
    planned.map((p) => p.sessionId),
  );
  const missing = planned.filter((p) => !known.has(p.sessionId));
  await inParallel(missing, async ({ sessionId, facility, product, heldOn }) => {
    const isFirst = facility === demo.facilities[0];
    const places = (name: string) => String(isFirst ? 40 : demo.dice.pick(`${sessionId} ${name}`, 5, 25));
    const input = {
      sessionId,
      facilityId: facility.facilityId,
      heldOn,
      product,
      minAge: "18",
      maxAge: "",
      feeRupees: facility.feeType === "Free" ? "0" : product === "COVAXIN" ? "1200" : "780",
      startsAt: facility.opensAt,
      endsAt: facility.closesAt,
      stepMinutes: "120",
      capacity: { "walk-in": places("walk-in"), dose1: places("dose1"), dose2: places("dose2"), precaution: "5" },
    };
    must(await createSession(early, actor, input));
    must(await publishSession(early, actor, { sessionId }));
  });
  return planned.length;
}

/** Sixty days that nobody lived through: more in large districts, less on Sundays, a slow fall. Small ones stay small. */
async function addCoverage({ deps, dice, today }: Demo): Promise<void> {
  const lines = demoDistricts.flatMap((district) =>
    ["COVISHIELD", "COVAXIN"].flatMap((product) =>
      [1, 2, 3].flatMap((doseNumber) =>
        Array.from({ length: 60 }, (_, n): store.CoverageLine => {
          const givenOn = addDays(today, n - 61);
          const isSunday = new Date(`${givenOn}T00:00:00Z`).getUTCDay() === 0;
          const size =
            district.facilities ** 2 * (product === "COVISHIELD" ? 14 : 5) * ([0.5, 1, 0.8][doseNumber - 1] ?? 1);
          const chance =
            dice.pick(`coverage ${district.districtId} ${product} ${doseNumber} ${givenOn}`, 70, 130) / 100;
          const doses = Math.round(size * chance * (isSunday ? 0.25 : 1) * (1.3 - n / 120));
          const { stateId, districtId } = district;
          return { givenOn, stateId, districtId, product, doseNumber, doses };
        }),
      ),
    ),
  );
  // The people's own doses reach back 29 days; older figures are the demo's own.
  await store.insertCoverage(
    deps.db,
    lines.filter((line) => line.doses > 0),
    addDays(today, firstDay - 1),
  );
  await releaseCoverage(deps);
}
