// What an accepted ticket changes, made from what it asks and what the record holds now. Reads; writes nothing.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome } from "../../platform/errors.js";
import type {
  Deps,
  DoseDetails,
  GateError,
  PersonRecord,
  SealedValues,
  TicketText,
  Wish,
} from "../disclosure/index.js";
import { doseChanges, renumbered } from "../vaccinations/index.js";
import { currentProgramme } from "../vaccines/index.js";
import type { Acceptor } from "./accept-ticket.js";
import { dosesWanted } from "./doses-wanted.js";
import type { TicketCode } from "./errors.js";
import { look } from "./look.js";
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
export interface DosesCorrected {
  readonly before: readonly DoseDetails[];
  readonly after: readonly DoseDetails[];
  readonly from?: { readonly beneficiaryId: string; readonly ids: ReadonlyMap<string, string> } | undefined;
}
export type Refusal = GateError | TicketCode | "BENEFICIARY_HAS_APPOINTMENT";
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

export type Officer = Extract<Acceptor, { kind: "officer" }>;

function passportOf({ passportNumber = "", birthDate = "" }: Wish): Correction {
  const passport = { passportNumber, birthDate };
  return { values: [{ passport }], person: passport };
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
