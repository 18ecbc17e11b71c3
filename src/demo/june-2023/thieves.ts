// How the data got out, before the guards: each cause is planted here and nowhere else in the program. Nothing in the
// product is weakened for it: the replay owns its database and writes into it what a careless operation would.
// SPDX-License-Identifier: Apache-2.0
import {
  findConsent,
  grantConsent,
  type PartnerCaller,
  requestConsent,
  sharedRecord,
} from "../../modules/consents/index.js";
import { issuePartnerKey } from "../../modules/partners/index.js";
import { addDays, type IsoDate } from "../../platform/clock.js";
import { must } from "../must.js";
import * as demoStore from "../store.js";
import { type Country, openSession, type Person, sessionOf, signInPerson } from "./country.js";
import { at, type SignedIn, type Stage } from "./stage.js";
import * as store from "./store.js";

/** The stolen sign-in belongs to the verifier of this centre; the bot answers for people of the first so many centres. */
export const [robbedCentre, answeredCentres] = [0, 3];
export const botDays: readonly IsoDate[] = [0, 3, 7, 10, 14, 18].map((days) => addDays("2023-05-22", days));

export const partnerName = "Demo Travel Desk";

export interface BotAnswer {
  readonly person: Person;
  readonly on: IsoDate;
}

export const headersOf = ({ origin }: Stage) => ({ host: new URL(origin).host, "sec-fetch-site": "same-origin" });

/**
 * Before: whoever has the application's database may say that somebody has come. The bot turns a number into a person, says
 * so, and opens the page with the health worker's cookie. Each page is a look that the log takes.
 */
async function botAnswers(
  stage: Stage,
  country: Country,
  thief: SignedIn,
  asked: readonly Person[],
  on: IsoDate,
): Promise<BotAnswer[]> {
  const { deps, dice } = stage;
  const { facilityId } = country.centres[robbedCentre]!;
  const sessionId = sessionOf(stage, facilityId, on);
  const answers: BotAnswer[] = [];
  for (const person of asked.filter(({ centre }) => centre < answeredCentres)) {
    const { beneficiaryId, accountId } = person;
    const appointmentId = dice.id(`june bot ${beneficiaryId} ${on}`);
    const now = deps.clock();
    const { staffId } = thief;
    const visit = { sessionId, appointmentId, beneficiaryId, accountId, doseNumber: 2, staffId, at: now };
    await demoStore.insertPastVisit(deps.db, visit, now);
    const page = await stage.app.inject({
      url: `/en/staff/sessions/${sessionId}/people/${appointmentId}/${beneficiaryId}/identity`,
      headers: headersOf(stage),
      cookies: { sakshi_staff: thief.token },
    });
    const isShown = page.body.includes(person.name) && page.body.includes(person.idLast4);
    if (isShown) answers.push({ person, on });
  }
  return answers;
}

/** A day of the bot: those whom it was asked for, a part each day. */
export async function botDay(
  stage: Stage,
  country: Country,
  asked: readonly Person[],
  on: IsoDate,
): Promise<BotAnswer[]> {
  const { deps } = stage;
  const { facilityId, verifierId } = country.centres[robbedCentre]!;
  const now = at(stage, on, "15:00");
  const known = await demoStore.knownSessions(deps.db, [sessionOf(stage, facilityId, on)]);
  if (known.size === 0) {
    const { actor } = await store.signInFor(deps.db, country.admin, now);
    await openSession(stage, actor, facilityId, on);
  }
  const thief = await store.signInFor(deps.db, verifierId, now);
  const part = asked.filter((_, i) => i % botDays.length === botDays.indexOf(on));
  return botAnswers(stage, country, thief, part, on);
}

export interface Partner extends PartnerCaller {
  readonly customers: readonly { readonly person: Person; readonly pairwiseId: string }[];
}

/** A partner with real consents of its customers. What it plants is its own server's, which answers whoever asks. */
export async function foundPartner(stage: Stage, customers: readonly Person[]): Promise<Partner> {
  const { deps, dice } = stage;
  const issued = must(await issuePartnerKey(deps, { partnerName, scopes: ["records"] }));
  const { partnerId, keyId } = issued;
  const allowed = [];
  for (const person of customers) {
    const terms = {
      purpose: "PATRQT" as const,
      hiTypes: ["ImmunizationRecord" as const],
      accessMode: "VIEW" as const,
      dosesFrom: "2021-01-16" as IsoDate,
      dosesTo: "2023-12-31" as IsoDate,
      eraseAt: new Date(deps.clock().getTime() + 90 * 86_400_000),
      frequency: { unit: "DAY" as const, value: 1, repeats: 9 },
    };
    const requestKey = dice.id(`june consent ${person.mobile}`);
    const { code, consent } = must(await requestConsent(deps, { partnerId }, { terms, requestKey }));
    const citizen = await signInPerson(stage, person);
    must(await grantConsent(deps, citizen, { code, beneficiaryId: person.beneficiaryId }));
    const { pairwiseId } = must(await findConsent(deps, { partnerId }, consent.consentId));
    allowed.push({ person, pairwiseId: pairwiseId! });
  }
  return { partnerId, keyId, customers: allowed };
}

/** The partner's program looks at each customer, as it may. How many it was shown. */
export async function partnerLooks(stage: Stage, { partnerId, keyId, customers }: Partner): Promise<number> {
  let shown = 0;
  for (const { pairwiseId } of customers) {
    const opened = await sharedRecord(stage.deps, { partnerId, keyId }, pairwiseId);
    if (opened.ok) shown++;
  }
  return shown;
}
