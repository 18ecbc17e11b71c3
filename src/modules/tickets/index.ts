// Tickets: Co-WIN's "raise an issue". A person asks for something to be put right; one officer of the district proposes,
// a second one decides; a correction changes record, certificates, stock and figures in one transaction.
// SPDX-License-Identifier: Apache-2.0
export { decideTicket, proposeDecision } from "./decide-ticket.js";
export { ticketErrors } from "./errors.js";
export { countOverdue, escalateTickets } from "./escalate-tickets.js";
export { addEvidence, listEvidence, readEvidence, readOwnEvidence } from "./evidence.js";
export { findTicket, listTickets, type OpenedTicket, openTicket, takeTicket } from "./officer-tickets.js";
export { findOwnTicket, listOwnTickets, type OwnTicket, reopenTicket, withdrawTicket } from "./own-tickets.js";
export { raiseTicket } from "./raise-ticket.js";
export { isOverdue, isWaiting, mayReopen, mostFileBytes, mostFiles } from "./rules.js";
export { type Ticket, type TicketKind, ticketKinds } from "./types.js";
