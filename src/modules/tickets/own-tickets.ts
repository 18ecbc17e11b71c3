// A person's own tickets: what was asked, how far it is, who said what when; to be withdrawn, or reopened once.
// SPDX-License-Identifier: Apache-2.0
import { brokenConstraint } from "../../platform/db/db.js";
import { done, invalid, type Outcome, refused } from "../../platform/errors.js";
import { enqueue } from "../../platform/jobs/enqueue.js";
import { isUuid } from "../../platform/random.js";
import { findAccountHolder } from "../accounts/index.js";
import { listBeneficiaries } from "../beneficiaries/index.js";
import { type Actor, type Deps, type GateError, putBoxes, type TicketText } from "../disclosure/index.js";
import type { TicketCode } from "./errors.js";
import { ticketNotice } from "./notice.js";
import { kindRules, mayReopen, wordsFault } from "./rules.js";
import * as store from "./store.js";
import type { Ticket } from "./types.js";

type CitizenActor = Extract<Actor, { kind: "citizen" }>;
type OwnRefusal = TicketCode | GateError | "NOT_SIGNED_IN" | "INPUT_INVALID";

export interface OwnTicket {
  readonly ticket: Ticket;
  readonly text: TicketText;
  readonly personName: string;
}

/** The tickets of the account's people, the newest step first. */
export async function listOwnTickets(deps: Deps, actor: CitizenActor): Promise<Outcome<OwnTicket[], OwnRefusal>> {
  const holder = await findAccountHolder(deps, actor);
  if (!holder) return refused("NOT_SIGNED_IN");
  const people = await listBeneficiaries(deps, holder.accountId);
  const tickets = await store.listOf(
    deps.db,
    people.map((one) => one.beneficiaryId),
  );
  const subjects = [...new Set(tickets.map((ticket) => ticket.beneficiaryId))];
  const opened = await deps.gate.disclose({
    actor,
    purpose: "own-view",
    explanation: { kind: "own-sign-in" },
    subjects,
    fields: ["name", "tickets"],
  });
  if (!opened.ok) return opened;
  return done(
    tickets.flatMap((ticket) => {
      const person = opened.value.get(ticket.beneficiaryId);
      const text = person?.tickets.find((one) => one.ticketId === ticket.ticketId);
      return person && text ? [{ ticket, text, personName: person.name }] : [];
    }),
  );
}

export async function findOwnTicket(
  deps: Deps,
  actor: CitizenActor,
  ticketId: string,
): Promise<Outcome<OwnTicket, OwnRefusal>> {
  const own = await listOwnTickets(deps, actor);
  if (!own.ok) return own;
  const found = isUuid(ticketId) && own.value.find((one) => one.ticket.ticketId === ticketId);
  return found ? done(found) : refused("TICKET_NOT_FOUND");
}

/** Until it is decided. */
export async function withdrawTicket(
  deps: Deps,
  actor: CitizenActor,
  ticketId: string,
): Promise<Outcome<undefined, OwnRefusal>> {
  const own = await findOwnTicket(deps, actor, ticketId);
  if (!own.ok) return own;
  const { state } = own.value.ticket;
  if (state === "withdrawn") return done(undefined);
  if (state !== "open" && state !== "proposed") return refused("TICKET_MOVED_ON");
  return stepOf(deps, actor, own.value, "withdrawn", "");
}

/** Once, within thirty days after it was refused, with more to say. */
export async function reopenTicket(
  deps: Deps,
  actor: CitizenActor,
  { ticketId, words }: { readonly ticketId: string; readonly words: string },
): Promise<Outcome<undefined, OwnRefusal>> {
  const fault = wordsFault(words);
  if (fault) return invalid([{ field: "words", code: fault }]);
  const own = await findOwnTicket(deps, actor, ticketId);
  if (!own.ok) return own;
  if (!mayReopen(own.value.ticket, deps.clock())) return refused("TICKET_REOPEN_OVER");
  return stepOf(deps, actor, own.value, "reopened", words);
}

async function stepOf(
  deps: Deps,
  actor: CitizenActor,
  { ticket, text }: OwnTicket,
  what: "withdrawn" | "reopened",
  note: string,
): Promise<Outcome<undefined, OwnRefusal>> {
  const { ticketId, beneficiaryId, state, changedAt } = ticket;
  const now = deps.clock();
  const sealed = await deps.gate.seal({
    actor,
    purpose: "own-change",
    explanation: { kind: "own-sign-in" },
    subject: beneficiaryId,
    values: { ticket: { ...text, steps: [...text.steps, { at: now.toISOString(), by: "person", what, note }] } },
  });
  if (!sealed.ok) return sealed;
  const dueAt = new Date(now.getTime() + kindRules[ticket.kind].days * 86_400_000);
  const seen = { ticketId, beneficiaryId, from: state, seenAt: changedAt };
  const step: store.Step = { ...seen, assignedTo: null, to: "withdrawn", now };
  try {
    return await deps.db.transaction(async (tx) => {
      const moved = what === "withdrawn" ? step : { ...step, to: "open" as const, reopened: { dueAt } };
      if (!(await store.step(tx, moved))) return refused("TICKET_MOVED_ON");
      await putBoxes(tx, sealed.value);
      await enqueue(tx, "send-notice", ticketNotice(beneficiaryId, ticketId));
      return done(undefined);
    });
  } catch (error) {
    const constraint = brokenConstraint(error);
    if (constraint === "records_pkey") return refused("TICKET_MOVED_ON");
    if (constraint === "one_open_ticket") return refused("TICKET_OPEN_ALREADY");
    throw error;
  }
}
