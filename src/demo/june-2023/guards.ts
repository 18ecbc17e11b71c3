// The same thieves with the guards on: nothing is written into the database for them any more. What they get, and where
// the privacy officers read of it.
// SPDX-License-Identifier: Apache-2.0
import { listFindings } from "../../modules/accesses/index.js";
import { sharedRecord } from "../../modules/consents/index.js";
import { addDays } from "../../platform/clock.js";
import { must } from "../must.js";
import { type Country, type Person, sessionOf } from "./country.js";
import type { Officers } from "./officers.js";
import { at, type Stage, toldOn } from "./stage.js";
import * as store from "./store.js";
import { botDays, headersOf, type Partner, robbedCentre } from "./thieves.js";

export interface Guarded {
  readonly tries: number;
  readonly obtained: number;
  /** Refusals of the recorder before the sign-in was stopped, and what the thief was told then. */
  readonly refusals: readonly string[];
  readonly stopped: boolean;
  readonly findings: readonly { readonly kind: string; readonly reasons: readonly string[]; readonly stops: boolean }[];
}

/** A day later. The thief has a fresh sign-in, every number and every id; the partner its key and no consent in force. */
export async function tryAgain(
  stage: Stage,
  {
    country,
    officers,
    partner,
    asked,
  }: { country: Country; officers: Officers; partner: Partner; asked: readonly Person[] },
): Promise<Guarded> {
  const { deps } = stage;
  const now = at(stage, addDays(toldOn, 1), "10:00");
  const { facilityId, verifierId } = country.centres[robbedCentre]!;
  const thief = await store.signInFor(deps.db, verifierId, now);
  const past = { sessionId: sessionOf(stage, facilityId, botDays[0]!), facilityId };
  let [tries, obtained] = [0, 0];
  const look = async (url: string, person: Person) => {
    tries++;
    const page = await stage.app.inject({ url, headers: headersOf(stage), cookies: { sakshi_staff: thief.token } });
    if (page.body.includes(person.name) || page.body.includes(person.idLast4)) obtained++;
  };
  for (const person of asked) {
    const visit = stage.dice.id(`june bot ${person.beneficiaryId} ${botDays[0]!}`);
    await look(`/en/staff/sessions/${past.sessionId}/people/${visit}/${person.beneficiaryId}/identity`, person);
    await look(`/api/v2/appointment/beneficiaries?mobile=${person.mobile}`, person);
  }
  // Inside the application itself, past all pages: the recorder asks the database, and nobody has come.
  const refusals: string[] = [];
  for (const { beneficiaryId, idLast4 } of asked.slice(0, 8)) {
    tries++;
    const opened = await deps.gate.disclose({
      actor: thief.actor,
      purpose: "check-in",
      explanation: { kind: "appointment-here", appointmentId: stage.dice.id(`june made up ${idLast4}`) },
      subjects: [beneficiaryId],
      fields: ["name", "photoIdLast4"],
    });
    if (opened.ok) obtained++;
    else refusals.push(opened.code);
  }
  for (const { pairwiseId } of partner.customers) {
    tries++;
    const opened = await sharedRecord(deps, partner, pairwiseId);
    if (opened.ok) obtained++;
  }
  const signIn = await store.isSignedIn(deps.db, thief.actor.signInId);
  const officer = await store.signInFor(deps.db, officers.first.staffId, now);
  const review = must(await listFindings(deps, officer.actor, { isDecided: false, skip: 0 }));
  return {
    tries,
    obtained,
    refusals,
    stopped: !signIn,
    findings: review.findings.map(({ kind, reasons, stops }) => ({
      kind,
      reasons: reasons.map(({ reason }) => reason),
      stops,
    })),
  };
}
