// Tickets: Co-WIN's "raise an issue". The row says that something was asked and how far it is; what it says lies sealed.
// SPDX-License-Identifier: Apache-2.0

export const ticketKinds = [
  "identity", // name, year of birth, gender, photo id
  "passport", // passport and full date of birth, for travel
  "dose", // facts of a dose
  "not-mine", // a dose that this person was not given
  "no-certificate", // vaccinated, but there is no certificate
  "merge", // two registrations of one person
  "unknown-member", // somebody whom the number's holder does not know
] as const;
export type TicketKind = (typeof ticketKinds)[number];
export type TicketState = "open" | "proposed" | "accepted" | "refused" | "withdrawn";
/** Whose list a ticket stands on top of: it goes up when its day has passed. */
export type TicketLevel = "district" | "state" | "country";
export type Proposal = "accept" | "refuse";

/** A row of registry.tickets. */
export interface Ticket {
  readonly ticketId: string;
  readonly beneficiaryId: string;
  readonly kind: TicketKind;
  readonly state: TicketState;
  readonly stateId: number;
  readonly districtId: number;
  readonly districtName: string;
  /** Merge: the registration that goes. */
  readonly otherId: string | null;
  readonly openedAt: Date;
  readonly dueAt: Date;
  readonly changedAt: Date;
  readonly reopenedAt: Date | null;
  readonly level: TicketLevel;
  readonly escalatedAt: Date | null;
  readonly assignedTo: string | null;
  readonly assignedAt: Date | null;
  readonly proposal: Proposal | null;
  readonly proposedBy: string | null;
}

/** As typed in a form; which fields count, the kind says. */
export interface TicketInput {
  readonly kind: string;
  readonly beneficiaryId: string;
  /** Made by the page, so that a second click asks nothing twice. */
  readonly ticketId: string;
  readonly words: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly address: string;
}

export const wordsLimit = 1_000;
