// Carries an accepted ticket out, as one command: the new versions of the sealed records and the new certificates are
// made first; then one transaction writes them, revokes the old certificates, moves doses, stock and figures, and closes
// the ticket. It happens whole or not at all.
// SPDX-License-Identifier: Apache-2.0
import { brokenConstraint, type Queryable } from "../../platform/db/db.js";
import { done, type Outcome, refused } from "../../platform/errors.js";
import { enqueue } from "../../platform/jobs/enqueue.js";
import { leaveNumber, mergeInto } from "../beneficiaries/index.js";
import { type CertificateCode, prepareReissue, revokeAllCertificates, writeReissue } from "../certificates/index.js";
import {
  type Actor,
  type Deps,
  type GateError,
  putBoxes,
  type SealedBox,
  type SealedValues,
  type TicketText,
} from "../disclosure/index.js";
import type { Staff } from "../staff/index.js";
import { writeDoses } from "../vaccinations/index.js";
import type { TicketCode } from "./errors.js";
import { type Correction, makeCorrection } from "./make-correction.js";
import { ticketNotice } from "./notice.js";
import { officeOf, purposeOf } from "./rules.js";
import * as store from "./store.js";
import type { Ticket } from "./types.js";

/** Who accepts: the second officer, or the rule that links a first passport for the person who asks. */
export type Acceptor =
  | { readonly kind: "officer"; readonly actor: Extract<Actor, { kind: "staff" }>; readonly staff: Staff }
  | { readonly kind: "rule"; readonly actor: Extract<Actor, { kind: "citizen" }> };
export type AcceptRefusal = TicketCode | GateError | CertificateCode | "BENEFICIARY_HAS_APPOINTMENT";

export async function acceptTicket(
  deps: Deps,
  by: Acceptor,
  ticket: Ticket,
  text: TicketText,
  note: string,
): Promise<Outcome<undefined, AcceptRefusal>> {
  const { beneficiaryId, ticketId } = ticket;
  const correction = await makeCorrection(deps, by, ticket, text);
  if (!correction.ok) return correction;
  const now = deps.clock();
  const office = by.kind === "officer" ? { office: officeOf(by.staff) } : {};
  const said = { at: now.toISOString(), by: by.kind, ...office, what: "accepted", note } as const;
  const { before, values } = correction.value;
  const closed: TicketText = { ...text, ...(before ? { before } : {}), steps: [...text.steps, said] };
  const sealed = await sealAll(deps, by, ticket, [...values, { ticket: closed }]);
  if (!sealed.ok) return sealed;
  const { person, doses } = correction.value;
  // Off a number, the person is who they were: the paper that they may hold stays in force.
  const isSame = ticket.kind === "unknown-member";
  const reissue = isSame
    ? done(undefined)
    : await prepareReissue(deps, {
        beneficiaryId,
        explanation: { kind: "ticket", ticketId },
        person,
        doses: doses?.after,
      });
  if (!reissue.ok) return reissue;
  try {
    return await deps.db.transaction(async (tx) => {
      await closeTicket(tx, by, ticket, now);
      await writeCorrection(tx, ticket, correction.value, by, now);
      if (reissue.value && !(await writeReissue(tx, reissue.value, now))) throw new NotWritten("TICKET_RECORD_CHANGED");
      await putBoxes(tx, sealed.value);
      await enqueue(tx, "send-notice", ticketNotice(beneficiaryId, ticketId));
      return done(undefined);
    });
  } catch (error) {
    if (error instanceof NotWritten) return refused(error.code);
    // Somebody else wrote a newer version of a record first.
    if (brokenConstraint(error) === "records_pkey") return refused("TICKET_RECORD_CHANGED");
    throw error;
  }
}

type NotWrittenCode = TicketCode | "BENEFICIARY_HAS_APPOINTMENT";
/** Thrown out of the transaction, which then writes nothing. */
class NotWritten extends Error {
  readonly code: NotWrittenCode;
  constructor(code: NotWrittenCode) {
    super(code);
    this.code = code;
  }
}

async function sealAll(
  deps: Deps,
  by: Acceptor,
  { beneficiaryId, ticketId, kind }: Ticket,
  parts: readonly SealedValues[],
): Promise<Outcome<SealedBox[], GateError>> {
  const boxes: SealedBox[] = [];
  for (const values of parts) {
    const sealed = await deps.gate.seal({
      actor: by.actor,
      purpose: by.kind === "rule" ? "own-change" : values.dose ? "dose-correction" : purposeOf(kind),
      explanation: by.kind === "rule" ? { kind: "own-sign-in" } : { kind: "ticket", ticketId },
      subject: beneficiaryId,
      values,
    });
    if (!sealed.ok) return sealed;
    boxes.push(...sealed.value);
  }
  return done(boxes);
}

async function closeTicket(tx: Queryable, by: Acceptor, ticket: Ticket, now: Date): Promise<void> {
  // The rule is for the first passport. Another one may have been accepted since that was looked up.
  if (by.kind === "rule" && !(await store.isFirstOfKind(tx, ticket))) throw new NotWritten("TICKET_NEEDS_OFFICER");
  const staffId = by.kind === "officer" ? by.staff.staffId : null;
  const isMine = await store.step(tx, {
    ticketId: ticket.ticketId,
    beneficiaryId: ticket.beneficiaryId,
    from: by.kind === "officer" ? "proposed" : "open",
    seenAt: ticket.changedAt,
    assignedTo: staffId,
    to: "accepted",
    now,
    proposal: ticket.proposal,
    proposedBy: ticket.proposedBy,
    decidedBy: staffId,
  });
  if (!isMine) throw new NotWritten("TICKET_MOVED_ON");
}

async function writeCorrection(
  tx: Queryable,
  { beneficiaryId, otherId, kind }: Ticket,
  { doses }: Correction,
  by: Acceptor,
  now: Date,
): Promise<void> {
  if (doses && by.kind === "officer") {
    const fault = await writeDoses(tx, { beneficiaryId, ...doses, staffId: by.staff.staffId, now });
    if (fault) throw new NotWritten(fault === "batch-unknown" ? "TICKET_BATCH_UNKNOWN" : "TICKET_RECORD_CHANGED");
  }
  if (otherId) {
    const merged = await mergeInto(tx, { beneficiaryId: otherId, into: beneficiaryId, now });
    if (merged === "appointed") throw new NotWritten("BENEFICIARY_HAS_APPOINTMENT");
    if (merged === "not-active") throw new NotWritten("TICKET_RECORD_CHANGED");
    await revokeAllCertificates(tx, otherId, now);
  }
  if (kind === "unknown-member" && !(await leaveNumber(tx, beneficiaryId, now)))
    throw new NotWritten("TICKET_RECORD_CHANGED");
}
