// An officer's side until the decision: what waits in the jurisdiction, taking a ticket, looking at what it needs. A
// person's data opens only for the officer on whose table the ticket lies; the recorder asks the database.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome, refused } from "../../platform/errors.js";
import { isUuid } from "../../platform/random.js";
import type { Deps, GateError, PersonRecord, TicketText } from "../disclosure/index.js";
import { findSignInOfActor, type Staff, type StaffActor } from "../staff/index.js";
import type { TicketCode } from "./errors.js";
import { idleDays, kindRules, levelOf, mayHandle } from "./rules.js";
import * as store from "./store.js";
import type { Ticket } from "./types.js";

export type OfficerRefusal = TicketCode | GateError | "NOT_SIGNED_IN" | "NOT_ALLOWED";

/** Open and proposed tickets of the officer's jurisdiction: first what went up to them, then the most urgent. No person in it. */
export async function listTickets(
  deps: Pick<Deps, "db" | "clock">,
  actor: StaffActor,
): Promise<Outcome<Ticket[], OfficerRefusal>> {
  const signIn = await findSignInOfActor(deps, actor);
  if (!signIn) return refused("NOT_SIGNED_IN");
  const level = levelOf(signIn.staff);
  if (!level) return refused("NOT_ALLOWED");
  return done(await store.listWaiting(deps.db, signIn.staff, level));
}

/** The ticket, for an officer whose jurisdiction it is in; for others there is none. */
export async function findTicket(
  deps: Pick<Deps, "db" | "clock">,
  actor: StaffActor,
  ticketId: string,
): Promise<Outcome<{ ticket: Ticket; staff: Staff }, OfficerRefusal>> {
  const signIn = await findSignInOfActor(deps, actor);
  if (!signIn) return refused("NOT_SIGNED_IN");
  const ticket = isUuid(ticketId) ? await store.find(deps.db, ticketId) : undefined;
  if (!ticket || !mayHandle(signIn.staff, ticket)) return refused("TICKET_NOT_FOUND");
  return done({ ticket, staff: signIn.staff });
}

export async function takeTicket(
  deps: Pick<Deps, "db" | "clock">,
  actor: StaffActor,
  ticketId: string,
): Promise<Outcome<undefined, OfficerRefusal>> {
  const found = await findTicket(deps, actor, ticketId);
  if (!found.ok) return found;
  const { ticket, staff } = found.value;
  if (ticket.state !== "open" && ticket.state !== "proposed") return refused("TICKET_MOVED_ON");
  if (ticket.state === "proposed" && ticket.proposedBy === staff.staffId) return refused("TICKET_SECOND_PERSON");
  const now = deps.clock();
  const idleSince = new Date(now.getTime() - idleDays * 86_400_000);
  const isTaken = await store.take(deps.db, { ticketId, staffId: staff.staffId, now, idleSince });
  return isTaken ? done(undefined) : refused("TICKET_TAKEN");
}

export interface OpenedTicket {
  readonly ticket: Ticket;
  readonly staff: Staff;
  readonly text: TicketText;
  readonly person: Partial<PersonRecord>;
  /** Merge: the other registration. */
  readonly other: Partial<PersonRecord> | undefined;
}

/** What the kind of ticket needs of the person, for whoever has it; each look is an entry in the person's list. */
export async function openTicket(
  deps: Deps,
  actor: StaffActor,
  ticketId: string,
): Promise<Outcome<OpenedTicket, OfficerRefusal>> {
  const found = await findTicket(deps, actor, ticketId);
  if (!found.ok) return found;
  const { ticket, staff } = found.value;
  if (ticket.assignedTo !== staff.staffId) return refused("TICKET_TAKEN");
  const { beneficiaryId, otherId } = ticket;
  const subjects = otherId ? [beneficiaryId, otherId] : [beneficiaryId];
  const people = new Map<string, Partial<PersonRecord>>();
  for (const { purpose, fields } of kindRules[ticket.kind].looks) {
    const explanation = { kind: "ticket", ticketId } as const;
    const opened = await deps.gate.disclose({ actor, purpose, explanation, subjects, fields });
    if (!opened.ok) return opened;
    for (const [id, seen] of opened.value) people.set(id, { ...people.get(id), ...seen });
  }
  const person = people.get(beneficiaryId);
  const text = person?.tickets?.find((one) => one.ticketId === ticketId);
  if (!person || !text) return refused("TICKET_NOT_FOUND");
  return done({ ticket, staff, text, person, other: otherId ? people.get(otherId) : undefined });
}
