// The country of the replay: four centres, people who registered and were vaccinated from January to June, by the real
// commands, with the clock at each day. Names are made up, and so are the dates of birth that no register here holds.
// SPDX-License-Identifier: Apache-2.0
import { openIdentity } from "../../modules/attendance/index.js";
import { registerBeneficiary } from "../../modules/beneficiaries/index.js";
import { loadPlaces, openFacility } from "../../modules/facilities/index.js";
import { addBatch, createSession, publishSession } from "../../modules/sessions/index.js";
import type { StaffActor } from "../../modules/staff/index.js";
import { recordVaccination } from "../../modules/vaccinations/index.js";
import { addDays, dateInIndia, type IsoDate } from "../../platform/clock.js";
import { must } from "../must.js";
import { inParallel } from "../random.js";
import * as demoStore from "../store.js";
import { at, firstDay, type SignedIn, type Stage, weeks } from "./stage.js";
import * as store from "./store.js";

export interface Centre {
  readonly facilityId: string;
  readonly name: string;
  readonly vaccinatorId: string;
  readonly verifierId: string;
}
export interface Person {
  readonly beneficiaryId: string;
  readonly accountId: string;
  readonly name: string;
  readonly mobile: string;
  readonly birthYear: number;
  /** Not in the register: from another list. */
  readonly birthDate: string;
  readonly idLast4: string;
  readonly gender: "Female" | "Male";
  readonly centre: number;
  /** Days of the doses; the first is that of registration too. */
  readonly doses: readonly IsoDate[];
}
export interface Country {
  readonly centres: readonly Centre[];
  readonly people: readonly Person[];
  /** The first of the people: those whom newspapers write about. */
  readonly wellKnown: number;
  readonly admin: string;
}

const places = [
  { name: "Demo PHC Pune", stateId: 21, districtId: 363, pincode: "411001" },
  { name: "Demo Hospital Mumbai", stateId: 21, districtId: 395, pincode: "400001" },
  { name: "Demo Health Centre Alappuzha", stateId: 17, districtId: 301, pincode: "688001" },
  { name: "Demo Clinic Chennai", stateId: 31, districtId: 571, pincode: "600001" },
] as const;
const given =
  "Asha Ravi Meera Kiran Latha Imran Joseph Farida Bhavna Gopal Tara Nitin Sunita Vikram Rekha Harish Leela Yusuf Anjali Deepak".split(
    " ",
  );
const family =
  "Rao Das Iyer Khan Nair Bose Gill Patel Reddy Mistry Joshi Bora Sen Menon Kulkarni Pillai Chauhan Dutta Naidu Verma".split(
    " ",
  );

/** Each centre holds one session a week, each week on another weekday. */
const dayOf = (centre: number, week: number): IsoDate => addDays(firstDay, 7 * week + ((centre + week) % 5));

export function personOf({ dice }: Stage, i: number): Person {
  const pick = (what: string, least: number, most: number) => dice.pick(`june person ${i} ${what}`, least, most);
  const first = pick("week", 0, 9);
  const second = first + 13 + pick("second", 0, 2);
  const centre = i % places.length;
  const doseWeeks = [first, ...(pick("twice", 0, 9) < 7 && second < weeks ? [second] : [])];
  const birthYear = pick("year", 1945, 2001);
  const two = (what: string, most: number) => String(pick(what, 1, most)).padStart(2, "0");
  return {
    beneficiaryId: dice.id(`june person ${i}`),
    accountId: dice.id(`june account ${i}`),
    name: `${given[i % given.length]!} ${family[Math.floor(i / given.length) % family.length]!} Demo`,
    mobile: `90000${String(10_000 + i)}`,
    birthYear,
    birthDate: `${two("day", 28)}/${two("month", 12)}/${birthYear}`,
    idLast4: String(pick("id", 1000, 9999)),
    gender: pick("gender", 0, 1) === 0 ? "Female" : "Male",
    centre,
    doses: doseWeeks.map((week) => dayOf(centre, week)),
  };
}

/** Places, stock and staff, before anybody comes. */
export async function foundCountry(stage: Stage, people: number, wellKnown: number): Promise<Country> {
  const { deps, dice } = stage;
  const now = at(stage, addDays(firstDay, -7), "09:00");
  await loadPlaces(deps.db);
  const admin = dice.id("june admin");
  const nowhere = { stateId: null, districtId: null, facilityId: null };
  await demoStore.insertStaff(
    deps.db,
    [{ ...nowhere, staffId: admin, displayName: "Demo National Admin", role: "national-admin" }],
    now,
  );
  const { actor } = await store.signInFor(deps.db, admin, now);
  const centres = places.map(({ name }, n): Centre => {
    const [facilityId, vaccinatorId, verifierId] = ["centre", "vaccinator", "verifier"].map((what) =>
      dice.id(`june ${what} ${n}`),
    ) as [string, string, string];
    return { facilityId, name, vaccinatorId, verifierId };
  });
  for (const [n, { facilityId, name, vaccinatorId, verifierId }] of centres.entries()) {
    const { stateId, districtId, pincode } = places[n]!;
    const place = { stateId, districtId, pincode, blockName: "", address: `${n + 1} Example Road`, feeType: "Free" };
    must(await openFacility(deps, actor, { ...place, facilityId, name, opensAt: "09:00", closesAt: "17:00" } as never));
    must(
      await addBatch(deps, actor, {
        facilityId,
        batchId: batchOf(stage, facilityId),
        product: "COVISHIELD",
        lotNumber: `DEMO-${2301 + n}`,
        expiresOn: "2023-12-31",
        dosesReceived: "5000",
      }),
    );
    const here = { stateId, districtId, facilityId };
    await demoStore.insertStaff(
      deps.db,
      [
        { ...here, staffId: vaccinatorId, displayName: "Demo Vaccinator", role: "vaccinator" },
        { ...here, staffId: verifierId, displayName: "Demo Verifier", role: "verifier" },
      ],
      now,
    );
  }
  return { centres, people: Array.from({ length: people }, (_, i) => personOf(stage, i)), wellKnown, admin };
}

const batchOf = ({ dice }: Stage, facilityId: string): string => dice.id(`june batch ${facilityId}`);
export const sessionOf = ({ dice }: Stage, facilityId: string, heldOn: IsoDate): string =>
  dice.id(`june session ${facilityId} ${heldOn}`);

export async function openSession(stage: Stage, admin: StaffActor, facilityId: string, heldOn: IsoDate): Promise<void> {
  const sessionId = sessionOf(stage, facilityId, heldOn);
  must(
    await createSession(stage.deps, admin, {
      sessionId,
      facilityId,
      heldOn,
      product: "COVISHIELD",
      minAge: "18",
      maxAge: "",
      feeRupees: "0",
      startsAt: "09:00",
      endsAt: "17:00",
      stepMinutes: "480",
      capacity: { "walk-in": "500", dose1: "10", dose2: "10", precaution: "5" },
    }),
  );
  must(await publishSession(stage.deps, admin, { sessionId }));
}

/** A day: centres whose turn it is hold a session; who registers, who comes for a dose. What is sealed gets the day's date. */
export async function liveDay(stage: Stage, country: Country, day: IsoDate, begun: Date): Promise<void> {
  const { deps } = stage;
  const open = country.centres.filter((_, n) => isOpen(n, day));
  if (open.length === 0) return;
  const now = at(stage, day, "10:30");
  const { actor } = await store.signInFor(deps.db, country.admin, now);
  for (const centre of open) {
    await openSession(stage, actor, centre.facilityId, day);
    const [vaccinator, verifier] = await Promise.all(
      [centre.vaccinatorId, centre.verifierId].map((staffId) => store.signInFor(deps.db, staffId, now)),
    );
    const here = country.people.filter((one) => country.centres[one.centre] === centre);
    await inParallel(
      here.filter(({ doses }) => doses[0] === day),
      (person) => register(stage, person),
    );
    await inParallel(
      here.filter(({ doses }) => doses.includes(day)),
      (person) => vaccinate(stage, centre, person, vaccinator!, verifier!),
    );
  }
  await store.dateSealed(stage.owner, begun, now);
}

function isOpen(centre: number, day: IsoDate): boolean {
  return Array.from({ length: weeks }, (_, week) => dayOf(centre, week)).includes(day);
}

/** Signed in with a number, for ten minutes of the story. */
export async function signInPerson(stage: Stage, person: Person) {
  const { deps } = stage;
  const phoneIndex = await deps.gate.phoneIndex(person.mobile);
  const contactBox = await deps.gate.sealForTransit({ mobile: person.mobile }, 600);
  const account = { accountId: person.accountId, phoneIndex, contactBox, locale: "en", at: deps.clock() };
  return { kind: "citizen" as const, signInId: await demoStore.openSignIn(deps.db, account) };
}

async function register(stage: Stage, person: Person): Promise<void> {
  const citizen = await signInPerson(stage, person);
  const registered = await registerBeneficiary(stage.deps, citizen, {
    beneficiaryId: person.beneficiaryId,
    name: person.name,
    birthYear: String(person.birthYear),
    gender: person.gender,
    photoIdType: "12",
    photoIdLast4: person.idLast4,
    consent: "yes",
    locale: "en",
    requestKey: stage.dice.id(`june register ${person.mobile}`),
  });
  must(registered);
}

async function vaccinate(
  stage: Stage,
  { facilityId }: Centre,
  person: Person,
  { actor, staffId }: SignedIn,
  verifier: SignedIn,
): Promise<void> {
  const { deps, dice } = stage;
  const now = deps.clock();
  const day = dateInIndia(now);
  const doseNumber = person.doses.indexOf(day) + 1;
  const { beneficiaryId, accountId } = person;
  const sessionId = sessionOf(stage, facilityId, day);
  const appointmentId = dice.id(`june visit ${beneficiaryId} ${day}`);
  const visit = { sessionId, appointmentId, beneficiaryId, accountId, doseNumber, staffId, at: now };
  await demoStore.insertPastVisit(deps.db, visit, now);
  const ids = { sessionId, appointmentId, beneficiaryId };
  // Most compare the photo id themselves; a verifier does it for some.
  if (dice.pick(`june verified ${beneficiaryId} ${day}`, 0, 4) === 0)
    must(await openIdentity(deps, verifier.actor, ids));
  const batchId = batchOf(stage, facilityId);
  must(
    await recordVaccination(deps, actor, { ...ids, batchId, requestKey: dice.id(`june dose ${beneficiaryId} ${day}`) }),
  );
}
