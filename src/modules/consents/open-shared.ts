// A partner looks, as the person allowed. The recorder decides, from the consent in the database; what is refused is
// written down as a miss. A partner learns why only of consents that were given to it.
// SPDX-License-Identifier: Apache-2.0
import { dateInIndia } from "../../platform/clock.js";
import { done, type Outcome, refused } from "../../platform/errors.js";
import { uuidv7 } from "../../platform/random.js";
import type { Deps, DoseDetails, Field, GateError, PersonRecord } from "../disclosure/index.js";
import { historyOf, inOrder, vaccinationStatus } from "../vaccinations/index.js";
import { currentProgramme, type NextDue, nextDue } from "../vaccines/index.js";
import type { ConsentCode } from "./errors.js";
import { coversAllDoses, whyRefused } from "./rules.js";
import * as store from "./store.js";
import type { Consent, PartnerCaller } from "./types.js";

type SharePurpose = "consented-share" | "consented-status";
type Refusal = ConsentCode | GateError;

async function open<F extends Field>(
  deps: Deps,
  { partnerId, keyId }: PartnerCaller,
  pairwiseId: string,
  purpose: SharePurpose,
  fields: readonly F[],
): Promise<Outcome<{ consent: Consent; person: Pick<PersonRecord, F> }, Refusal>> {
  const find = () => store.findOfPartner(deps.db, deps.clock(), partnerId, "pairwise_id", pairwiseId);
  const consent = await find();
  const subject = consent?.beneficiaryId ?? uuidv7();
  const opened = await deps.gate.disclose({
    actor: { kind: "partner", keyId },
    purpose,
    explanation: { kind: "consent", consentId: consent?.consentId ?? uuidv7() },
    subjects: [subject],
    fields,
  });
  if (!opened.ok) {
    if (opened.code !== "DISCLOSURE_NOT_ALLOWED") return opened;
    const { code, seconds } = whyRefused(await find(), purpose, deps.clock());
    return refused(code, seconds === undefined ? undefined : { seconds });
  }
  const person = opened.value.get(subject);
  return consent && person ? done({ consent, person }) : refused("CONSENT_MISSING");
}

export interface SharedRecord extends Pick<PersonRecord, "name" | "birthYear" | "gender"> {
  readonly pairwiseId: string;
  readonly consent: Consent;
  /** Given within the consent's dates, oldest first, without those entered in error. */
  readonly doses: readonly DoseDetails[];
  /** Undefined when the consent leaves out days on which a dose may have been given: then nobody can tell. */
  readonly nextDue: NextDue | undefined;
}

export async function openSharedRecord(
  deps: Deps,
  caller: PartnerCaller,
  pairwiseId: string,
): Promise<Outcome<SharedRecord, Refusal>> {
  const opened = await open(deps, caller, pairwiseId, "consented-share", ["name", "birthYear", "gender", "doses"]);
  if (!opened.ok) return opened;
  const { consent, person } = opened.value;
  const today = dateInIndia(deps.clock());
  const doses = inOrder(person.doses).filter((dose) => !dose.enteredInError);
  const due = coversAllDoses(consent.terms, today)
    ? nextDue(currentProgramme(), { birthYear: person.birthYear }, historyOf(doses), today)
    : undefined;
  return done({ ...person, pairwiseId, consent, doses, nextDue: due });
}

/** 0 not, 1 partly, 2 fully vaccinated, by the doses within the consent's dates. The doses themselves go no further. */
export async function sharedStatus(
  deps: Deps,
  caller: PartnerCaller,
  pairwiseId: string,
): Promise<Outcome<0 | 1 | 2, Refusal>> {
  const opened = await open(deps, caller, pairwiseId, "consented-status", ["doses"]);
  if (!opened.ok) return opened;
  return done(
    ({ none: 0, partial: 1, complete: 2 } as const)[vaccinationStatus(currentProgramme(), opened.value.person.doses)],
  );
}
