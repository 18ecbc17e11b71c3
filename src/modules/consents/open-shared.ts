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
interface Opened<F extends Field> {
  readonly consent: Consent;
  readonly person: Pick<PersonRecord, F>;
}

async function open<F extends Field>(
  deps: Deps,
  { partnerId, keyId }: PartnerCaller,
  pairwiseId: string,
  purpose: SharePurpose,
  fields: readonly F[],
): Promise<Outcome<Opened<F>, Refusal>> {
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

/** A dose as a partner sees it: under an id of this consent alone, without who gave it. */
export interface SharedDose
  extends Pick<DoseDetails, "doseNumber" | "kind" | "product" | "lotNumber" | "givenOn" | "facilityName"> {
  readonly doseId: string;
}
export type SharedIdentity = Pick<PersonRecord, "name" | "birthYear" | "gender">;

export interface SharedForecast {
  /** Undefined when the consent leaves out days on which a dose may have been given: then nobody can tell. */
  readonly nextDue: NextDue | undefined;
}
export interface SharedRecord extends SharedIdentity, SharedForecast {
  /** Given within the consent's dates, oldest first, without those entered in error. */
  readonly doses: readonly SharedDose[];
}

export function sharedIdentity(
  deps: Deps,
  caller: PartnerCaller,
  id: string,
): Promise<Outcome<SharedIdentity, Refusal>> {
  return shared(deps, caller, id, ["name", "birthYear", "gender"], ({ person }) => person);
}

export function sharedDoses(deps: Deps, caller: PartnerCaller, id: string): Promise<Outcome<SharedDose[], Refusal>> {
  return shared(deps, caller, id, ["doses"], ({ person }) => dosesOf(deps, id, person.doses));
}

export function sharedForecast(
  deps: Deps,
  caller: PartnerCaller,
  id: string,
): Promise<Outcome<SharedForecast, Refusal>> {
  return shared(deps, caller, id, ["birthYear", "doses"], (opened) => forecastOf(deps, opened));
}

export function sharedRecord(deps: Deps, caller: PartnerCaller, id: string): Promise<Outcome<SharedRecord, Refusal>> {
  return shared(deps, caller, id, ["name", "birthYear", "gender", "doses"], (opened) => {
    const { name, birthYear, gender, doses } = opened.person;
    return { name, birthYear, gender, doses: dosesOf(deps, id, doses), ...forecastOf(deps, opened) };
  });
}

/** 0 not, 1 partly, 2 fully vaccinated, by the doses within the consent's dates. The doses themselves go no further. */
export async function sharedStatus(
  deps: Deps,
  caller: PartnerCaller,
  pairwiseId: string,
): Promise<Outcome<0 | 1 | 2, Refusal>> {
  const opened = await open(deps, caller, pairwiseId, "consented-status", ["doses"]);
  if (!opened.ok) return opened;
  const status = vaccinationStatus(currentProgramme(), opened.value.person.doses);
  return done(({ none: 0, partial: 1, complete: 2 } as const)[status]);
}

async function shared<F extends Field, T>(
  deps: Deps,
  caller: PartnerCaller,
  pairwiseId: string,
  fields: readonly F[],
  show: (opened: Opened<F>) => T,
): Promise<Outcome<T, Refusal>> {
  const opened = await open(deps, caller, pairwiseId, "consented-share", fields);
  return opened.ok ? done(show(opened.value)) : opened;
}

function dosesOf({ macs }: Deps, pairwiseId: string, doses: readonly DoseDetails[]): SharedDose[] {
  return inOrder(doses)
    .filter((dose) => !dose.enteredInError)
    .map(({ vaccinationId, doseNumber, kind, product, lotNumber, givenOn, facilityName }) => ({
      doseId: uuidFrom(macs.mac("pairwise-dose", pairwiseId, vaccinationId)),
      doseNumber,
      kind,
      product,
      lotNumber,
      givenOn,
      facilityName,
    }));
}

function forecastOf({ clock }: Deps, { consent, person }: Opened<"birthYear" | "doses">): SharedForecast {
  const today = dateInIndia(clock());
  if (!coversAllDoses(consent.terms, today)) return { nextDue: undefined };
  const { birthYear, doses } = person;
  return { nextDue: nextDue(currentProgramme(), { birthYear }, historyOf(doses), today) };
}

/** UUID version 8 (RFC 9562) of the first bytes of a keyed code. */
function uuidFrom(mac: Buffer): string {
  const bytes = Buffer.from(mac.subarray(0, 16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
