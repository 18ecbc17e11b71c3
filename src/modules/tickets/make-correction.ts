// What an accepted ticket changes, made from what it asks and what the record holds now. Reads; writes nothing.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome, refused } from "../../platform/errors.js";
import { uuidv7 } from "../../platform/random.js";
import { hasAppointmentAhead } from "../beneficiaries/index.js";
import type {
  Deps,
  DoseDetails,
  Field,
  GateError,
  PersonRecord,
  SealedValues,
  TicketText,
  Wish,
} from "../disclosure/index.js";
import { findFacility } from "../facilities/index.js";
import { doseChanges, renumbered } from "../vaccinations/index.js";
import { currentProgramme } from "../vaccines/index.js";
import type { Acceptor } from "./accept-ticket.js";
import type { TicketCode } from "./errors.js";
import * as store from "./store.js";
import type { Ticket } from "./types.js";

export interface Correction {
  /** Sealed one by one. */
  readonly values: readonly SealedValues[];
  /** What stood where the ticket asks for something else. */
  readonly before?: Wish | undefined;
  /** For the new certificates, where they change. */
  readonly person?: Partial<PersonRecord> | undefined;
  readonly doses?: DosesCorrected | undefined;
}
interface DosesCorrected {
  readonly before: readonly DoseDetails[];
  readonly after: readonly DoseDetails[];
  readonly from?: { readonly beneficiaryId: string; readonly ids: ReadonlyMap<string, string> } | undefined;
}
type Refusal = GateError | TicketCode | "BENEFICIARY_HAS_APPOINTMENT";
type Made = Outcome<Correction, Refusal>;

export async function makeCorrection(deps: Deps, by: Acceptor, ticket: Ticket, text: TicketText): Promise<Made> {
  const { asked } = text;
  if (by.kind === "rule") return done(passportOf(asked));
  switch (ticket.kind) {
    case "identity":
      return correctIdentity(deps, by, ticket, asked);
    case "passport": {
      const held = await look(deps, by, ticket, "correction", ["passportNumber", "birthDate"]);
      if (!held.ok) return held;
      const { passportNumber, birthDate } = held.value;
      const before = passportNumber && birthDate ? { passportNumber, birthDate } : {};
      return done({ ...passportOf(asked), before });
    }
    case "unknown-member":
      return done({ values: [{ contact: { transitBox: null } }] });
    default:
      return correctDoses(deps, by, ticket, asked);
  }
}

type Officer = Extract<Acceptor, { kind: "officer" }>;

function passportOf({ passportNumber = "", birthDate = "" }: Wish): Correction {
  const passport = { passportNumber, birthDate };
  return { values: [{ passport }], person: passport };
}

async function look<F extends Field>(
  deps: Deps,
  by: Officer,
  { beneficiaryId, ticketId }: Ticket,
  purpose: "correction" | "dose-correction",
  fields: readonly F[],
  subject = beneficiaryId,
): Promise<Outcome<Pick<PersonRecord, F>, GateError | "TICKET_RECORD_CHANGED">> {
  const explanation = { kind: "ticket", ticketId } as const;
  const opened = await deps.gate.disclose({ actor: by.actor, purpose, explanation, subjects: [subject], fields });
  if (!opened.ok) return opened;
  const person = opened.value.get(subject);
  return person ? done(person) : refused("TICKET_RECORD_CHANGED");
}

async function correctIdentity(deps: Deps, by: Officer, ticket: Ticket, asked: Wish): Promise<Made> {
  const fields = ["name", "birthYear", "gender", "photoIdType", "photoIdLast4"] as const;
  const held = await look(deps, by, ticket, "correction", fields);
  if (!held.ok) return held;
  const before = Object.fromEntries(
    Object.keys(asked).map((name) => [name, held.value[name as (typeof fields)[number]]]),
  );
  const identity = { ...held.value, ...asked } as NonNullable<SealedValues["identity"]>;
  return done({ values: [{ identity }], before, person: identity });
}

async function correctDoses(deps: Deps, by: Officer, ticket: Ticket, asked: Wish): Promise<Made> {
  const held = await look(deps, by, ticket, "dose-correction", ["doses"]);
  if (!held.ok) return held;
  const wanted = await dosesWanted(deps, by, ticket, asked, held.value.doses);
  if (!wanted.ok) return wanted;
  const { before, after: unnumbered, from } = wanted.value;
  const after = renumbered(currentProgramme(), unnumbered);
  const changed = after.filter((dose) => from?.ids.has(dose.vaccinationId) || doseChanges(before, [dose]).length > 0);
  const concerned = before.find((dose) => dose.vaccinationId === asked.vaccinationId);
  return done({
    values: changed.map((dose) => ({ dose })),
    doses: { before, after, from },
    before: concerned && {
      vaccinationId: concerned.vaccinationId,
      givenOn: concerned.givenOn,
      product: concerned.product,
      lotNumber: concerned.lotNumber,
    },
  });
}

/** The doses as the ticket wants them, not numbered yet. */
async function dosesWanted(
  deps: Deps,
  by: Officer,
  ticket: Ticket,
  asked: Wish,
  before: readonly DoseDetails[],
): Promise<Outcome<DosesCorrected, Refusal>> {
  const isConcerned = (dose: DoseDetails) => dose.vaccinationId === asked.vaccinationId && !dose.enteredInError;
  switch (ticket.kind) {
    case "dose":
    case "not-mine": {
      if (!before.some(isConcerned)) return refused("TICKET_RECORD_CHANGED");
      const change = ticket.kind === "dose" ? asked : { enteredInError: true };
      return done({ before, after: before.map((dose) => (isConcerned(dose) ? { ...dose, ...change } : dose)) });
    }
    case "no-certificate": {
      if (!asked.facilityId) return done({ before, after: before });
      const dose = await lateDose(deps, by, asked);
      return dose ? done({ before, after: [...before, dose] }) : refused("TICKET_SESSION_UNKNOWN");
    }
    default:
      return joined(deps, by, ticket, before);
  }
}

async function lateDose(
  deps: Deps,
  { staff }: Officer,
  { facilityId = "", product = "", givenOn = "", lotNumber = "" }: Wish,
): Promise<DoseDetails | undefined> {
  const facility = await findFacility(deps, facilityId);
  const sessionId = await store.findSession(deps.db, { facilityId, product, givenOn });
  if (!facility || !sessionId) return undefined;
  return {
    vaccinationId: uuidv7(deps.clock().getTime()),
    doseNumber: 1,
    kind: "primary",
    product,
    lotNumber,
    givenOn,
    facilityId,
    facilityName: facility.name,
    districtId: facility.districtId,
    stateId: facility.stateId,
    sessionId,
    // Who gave it was not written down at the time; the officer answers for the entry.
    vaccinatorId: staff.staffId,
    vaccinatorName: staff.displayName,
    enteredInError: false,
  };
}

/** The doses of both registrations; those that come over get new ids. */
async function joined(
  deps: Deps,
  by: Officer,
  ticket: Ticket,
  own: readonly DoseDetails[],
): Promise<Outcome<DosesCorrected, Refusal>> {
  const otherId = ticket.otherId!;
  if (await hasAppointmentAhead(deps, otherId)) return refused("BENEFICIARY_HAS_APPOINTMENT");
  const held = await look(deps, by, ticket, "dose-correction", ["doses"], otherId);
  if (!held.ok) return held;
  const ids = new Map<string, string>();
  const coming = held.value.doses
    .filter((dose) => !dose.enteredInError)
    .map((dose) => {
      const vaccinationId = uuidv7(deps.clock().getTime());
      ids.set(vaccinationId, dose.vaccinationId);
      return { ...dose, vaccinationId };
    });
  const doses = [...own, ...coming];
  return done({ before: doses, after: doses, from: { beneficiaryId: otherId, ids } });
}
