// Registers the demo's people and gives them their stories by the real commands, through the real gate.
// SPDX-License-Identifier: Apache-2.0
import { bookAppointment, checkIn, securityCode } from "../modules/appointments/index.js";
import { checkIdentity } from "../modules/attendance/index.js";
import { registerBeneficiary } from "../modules/beneficiaries/index.js";
import { findSession } from "../modules/sessions/index.js";
import type { StaffActor } from "../modules/staff/index.js";
import { recordVaccination } from "../modules/vaccinations/index.js";
import { addDays, instantInIndia, timeInIndia } from "../platform/clock.js";
import { must } from "./must.js";
import { type DemoAccount, type DemoPerson, demoAccounts } from "./people.js";
import { inParallel } from "./random.js";
import { type Demo, onDay, sessionIdOf } from "./stage.js";
import * as store from "./store.js";

type CitizenActor = { readonly kind: "citizen"; readonly signInId: string };
interface Cast {
  readonly demo: Demo;
  readonly vaccinator: StaffActor;
  readonly vaccinatorId: string;
}
interface Visit {
  readonly sessionId: string;
  readonly appointmentId: string;
  readonly beneficiaryId: string;
}
interface Seeded {
  readonly beneficiaryId: string;
  readonly accountId: string;
  readonly citizen: CitizenActor;
}

/** How many people there are. An account that is known was seeded before and is left alone. */
export async function seedPeople(demo: Demo): Promise<number> {
  const { deps, dice, now, facilities } = demo;
  const vaccinatorId = dice.id(`staff vaccinator ${facilities[0]!.facilityId}`);
  const staffSignIn = await store.openStaffSignIn(deps.db, vaccinatorId, now);
  const cast: Cast = { demo, vaccinatorId, vaccinator: { kind: "staff", signInId: staffSignIn } };
  const citizens: string[] = [];
  await inParallel(demoAccounts, async (account) => {
    const phoneIndex = await deps.gate.phoneIndex(account.mobile);
    if (await store.isPhoneKnown(deps.db, phoneIndex)) return;
    const contactBox = await deps.gate.sealForTransit({ mobile: account.mobile }, 600);
    const accountId = dice.id(`account ${account.mobile}`);
    const signInId = await store.openSignIn(deps.db, {
      accountId,
      phoneIndex,
      contactBox,
      locale: account.locale,
      at: now,
    });
    citizens.push(signInId);
    await seedAccount(cast, account, accountId, { kind: "citizen", signInId });
  });
  await store.endSignIns(deps.db, citizens, [staffSignIn], deps.clock());
  return demoAccounts.reduce((sum, account) => sum + account.people.length, 0);
}

async function seedAccount(cast: Cast, account: DemoAccount, accountId: string, citizen: CitizenActor): Promise<void> {
  const { deps, dice } = cast.demo;
  for (const [n, person] of account.people.entries()) {
    const registered = await registerBeneficiary(deps, citizen, {
      name: person.name,
      birthYear: String(person.birthYear),
      gender: person.gender,
      photoIdType: String([12, 6, 2, 1][n % 4]),
      photoIdLast4: String(dice.pick(`photo id ${account.mobile} ${n}`, 1000, 9999)),
      consent: "yes",
      locale: account.locale,
      requestKey: dice.id(`register ${account.mobile} ${n}`),
    });
    await live(cast, person, { beneficiaryId: must(registered).beneficiaryId, accountId, citizen });
  }
}

async function live(cast: Cast, { story }: DemoPerson, seeded: Seeded): Promise<void> {
  if (story === "due" || story === "full" || story === "second-today") await visit(cast, seeded, "COVAXIN", 29, 1);
  if (story === "early") await visit(cast, seeded, "COVISHIELD", 10, 1);
  if (story === "full") await visit(cast, seeded, "COVAXIN", 1, 2);
  if (story === "booked") await book(cast, seeded, "COVISHIELD", 3);
  // Minutes before midnight no slot of today is left to come to.
  if (timeInIndia(cast.demo.now) >= "23:50") return;
  if (story === "expected") await book(cast, seeded, "COVISHIELD", 0);
  if (story === "here") await arrive(cast, seeded, "COVISHIELD");
  if (story === "first-today") await vaccinate(cast, seeded, "COVISHIELD");
  if (story === "second-today") await vaccinate(cast, seeded, "COVAXIN");
}

function batchIdOf({ demo }: Cast, product: string): string {
  return demo.dice.id(`batch ${demo.facilities[0]!.facilityId} ${product} 1`);
}

function sessionOf({ demo }: Cast, product: string, daysAhead: number): string {
  return sessionIdOf(demo.dice, demo.facilities[0]!, addDays(demo.today, daysAhead), product);
}

/** A dose of an earlier day, recorded with that day's date. */
async function visit(cast: Cast, seeded: Seeded, product: string, daysAgo: number, doseNumber: number): Promise<void> {
  const { deps, dice, today } = cast.demo;
  const { beneficiaryId, accountId } = seeded;
  const day = addDays(today, -daysAgo);
  const at = instantInIndia(day, "10:30");
  const sessionId = sessionOf(cast, product, -daysAgo);
  const appointmentId = dice.id(`visit ${beneficiaryId} ${day}`);
  const past = { sessionId, appointmentId, beneficiaryId, accountId, doseNumber, staffId: cast.vaccinatorId, at };
  await store.insertPastVisit(deps.db, past, deps.clock());
  const ids = { sessionId, appointmentId, beneficiaryId };
  const dose = { ...ids, batchId: batchIdOf(cast, product), requestKey: dice.id(`dose ${beneficiaryId} ${day}`) };
  must(await recordVaccination(onDay(deps, day, "10:30"), cast.vaccinator, dose));
  await store.datePastVisit(deps.db, past);
}

async function book(cast: Cast, seeded: Seeded, product: string, daysAhead: number): Promise<Visit> {
  const { deps, dice, now } = cast.demo;
  const sessionId = sessionOf(cast, product, daysAhead);
  const session = await findSession(deps, sessionId);
  const open =
    session?.slots.filter(
      (slot) => slot.left.dose1 + slot.left.dose2 > 0 && (daysAhead > 0 || slot.endsAt > timeInIndia(now)),
    ) ?? [];
  const slot = open[dice.pick(`slot ${seeded.beneficiaryId}`, 0, open.length - 1)] ?? open[0];
  const booked = await bookAppointment(deps, seeded.citizen, {
    sessionId,
    slotNumber: slot?.slotNumber ?? 1,
    beneficiaryIds: [seeded.beneficiaryId],
    requestKey: dice.id(`book ${seeded.beneficiaryId}`),
  });
  return { sessionId, beneficiaryId: seeded.beneficiaryId, appointmentId: must(booked).appointmentId };
}

async function arrive(cast: Cast, seeded: Seeded, product: string): Promise<Visit> {
  const { deps } = cast.demo;
  const ids = await book(cast, seeded, product, 0);
  must(
    await checkIn(deps, cast.vaccinator, {
      ...ids,
      code: securityCode(deps.macs, ids.appointmentId, ids.beneficiaryId),
    }),
  );
  return ids;
}

async function vaccinate(cast: Cast, seeded: Seeded, product: string): Promise<void> {
  const { deps, dice } = cast.demo;
  const ids = await arrive(cast, seeded, product);
  must(await checkIdentity(deps, cast.vaccinator, { ...ids, answer: "yes" }));
  const requestKey = dice.id(`dose ${ids.beneficiaryId} today`);
  must(await recordVaccination(deps, cast.vaccinator, { ...ids, batchId: batchIdOf(cast, product), requestKey }));
}
