// One officer proposes, a second one decides: confirms what was proposed, or sends it back. Both give their reasons, and
// the person reads them.
// SPDX-License-Identifier: Apache-2.0
import { brokenConstraint } from "../../platform/db/db.js";
import { done, invalid, type Outcome, refused } from "../../platform/errors.js";
import { enqueue } from "../../platform/jobs/enqueue.js";
import { type Deps, putBoxes, type TicketStep, type TicketText } from "../disclosure/index.js";
import type { Staff, StaffActor } from "../staff/index.js";
import { type AcceptRefusal, acceptTicket } from "./accept-ticket.js";
import { ticketNotice } from "./notice.js";
import { findTicket, type OfficerRefusal } from "./officer-tickets.js";
import { officeOf, purposeOf, wordsFault } from "./rules.js";
import * as store from "./store.js";
import type { Proposal, Ticket } from "./types.js";

export interface Opinion {
  readonly ticketId: string;
  readonly note: string;
}
type DecideRefusal = OfficerRefusal | AcceptRefusal | "INPUT_INVALID";

export async function proposeDecision(
  deps: Deps,
  actor: StaffActor,
  { ticketId, note, proposal }: Opinion & { readonly proposal: Proposal },
): Promise<Outcome<undefined, DecideRefusal>> {
  const ready = await readyFor(deps, actor, { ticketId, note }, "open");
  if (!ready.ok) return ready;
  const { ticket, text, staff } = ready.value;
  const { staffId } = staff;
  const what = proposal === "accept" ? "proposed-accept" : "proposed-refuse";
  return takeStep(deps, actor, ticket, withStep(deps, staff, text, what, note), {
    assignedTo: staffId,
    to: "proposed",
    proposal,
    proposedBy: staffId,
  });
}

/** The second person. `confirm` carries the proposal out; otherwise the ticket is open again. */
export async function decideTicket(
  deps: Deps,
  actor: StaffActor,
  { ticketId, note, confirm }: Opinion & { readonly confirm: boolean },
): Promise<Outcome<undefined, DecideRefusal>> {
  const ready = await readyFor(deps, actor, { ticketId, note }, "proposed");
  if (!ready.ok) return ready;
  const { ticket, text, staff } = ready.value;
  const { staffId } = staff;
  if (ticket.proposedBy === staffId) return refused("TICKET_SECOND_PERSON");
  const mine = { assignedTo: staffId };
  if (!confirm)
    return takeStep(deps, actor, ticket, withStep(deps, staff, text, "sent-back", note), { ...mine, to: "open" });
  if (ticket.proposal === "accept") return acceptTicket(deps, { kind: "officer", actor, staff }, ticket, text, note);
  const { proposal, proposedBy } = ticket;
  const refusal = { ...mine, to: "refused", proposal, proposedBy, decidedBy: staffId } as const;
  return takeStep(deps, actor, ticket, withStep(deps, staff, text, "refused", note), refusal);
}

interface Ready {
  readonly ticket: Ticket;
  readonly text: TicketText;
  readonly staff: Staff;
}

/** The ticket in the wanted state on this officer's table, with its text and a reason given. */
async function readyFor(
  deps: Deps,
  actor: StaffActor,
  { ticketId, note }: Opinion,
  state: Ticket["state"],
): Promise<Outcome<Ready, DecideRefusal>> {
  const found = await findTicket(deps, actor, ticketId);
  if (!found.ok) return found;
  const { ticket, staff } = found.value;
  if (ticket.state !== state) return refused("TICKET_MOVED_ON");
  if (ticket.assignedTo !== staff.staffId) return refused("TICKET_TAKEN");
  const fault = wordsFault(note);
  if (fault) return invalid([{ field: "note", code: fault }]);
  const opened = await deps.gate.disclose({
    actor,
    purpose: purposeOf(ticket.kind),
    explanation: { kind: "ticket", ticketId },
    subjects: [ticket.beneficiaryId],
    fields: ["tickets"],
  });
  if (!opened.ok) return opened;
  const text = opened.value.get(ticket.beneficiaryId)?.tickets.find((one) => one.ticketId === ticketId);
  if (!text) return refused("TICKET_NOT_FOUND");
  return done({ ticket, text, staff });
}

function withStep(deps: Deps, staff: Staff, text: TicketText, what: TicketStep["what"], note: string): TicketText {
  const step: TicketStep = { at: deps.clock().toISOString(), by: "officer", office: officeOf(staff), what, note };
  return { ...text, steps: [...text.steps, step] };
}

async function takeStep(
  deps: Deps,
  actor: StaffActor,
  ticket: Ticket,
  text: TicketText,
  step: Pick<store.Step, "assignedTo" | "to" | "proposal" | "proposedBy" | "decidedBy">,
): Promise<Outcome<undefined, DecideRefusal>> {
  const { ticketId, beneficiaryId, state, changedAt, kind } = ticket;
  const sealed = await deps.gate.seal({
    actor,
    purpose: purposeOf(kind),
    explanation: { kind: "ticket", ticketId },
    subject: beneficiaryId,
    values: { ticket: text },
  });
  if (!sealed.ok) return sealed;
  try {
    return await deps.db.transaction(async (tx) => {
      const moved = { ticketId, beneficiaryId, from: state, seenAt: changedAt, now: deps.clock(), ...step };
      if (!(await store.step(tx, moved))) return refused("TICKET_MOVED_ON");
      await putBoxes(tx, sealed.value);
      await enqueue(tx, "send-notice", ticketNotice(beneficiaryId, ticketId));
      return done(undefined);
    });
  } catch (error) {
    if (brokenConstraint(error) === "records_pkey") return refused("TICKET_MOVED_ON");
    throw error;
  }
}
