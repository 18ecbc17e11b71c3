// SQL of tickets: ids, states and times. What is asked lies in the vault.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "../../platform/db/db.js";
import type { Proposal, Ticket, TicketKind, TicketLevel, TicketState } from "./types.js";

const columns = `t.ticket_id AS "ticketId", t.beneficiary_id AS "beneficiaryId", t.kind, t.state, t.state_id AS "stateId",
  t.district_id AS "districtId", d.name AS "districtName", t.other_id AS "otherId", t.opened_at AS "openedAt",
  t.due_at AS "dueAt", t.changed_at AS "changedAt", t.reopened_at AS "reopenedAt", t.level,
  t.escalated_at AS "escalatedAt", t.assigned_to AS "assignedTo",
  t.assigned_at AS "assignedAt", t.proposal, t.proposed_by AS "proposedBy"`;
const tables = "registry.tickets t JOIN registry.districts d USING (district_id)";

export async function find(db: Queryable, ticketId: string): Promise<Ticket | undefined> {
  const [row] = await db.rows<Ticket>(`SELECT ${columns} FROM ${tables} WHERE t.ticket_id = $1`, [ticketId]);
  return row;
}

export async function listOf(db: Queryable, beneficiaryIds: readonly string[]): Promise<Ticket[]> {
  return db.rows<Ticket>(
    `SELECT ${columns} FROM ${tables} WHERE t.beneficiary_id = ANY ($1::uuid[]) ORDER BY t.changed_at DESC LIMIT 100`,
    [beneficiaryIds],
  );
}

/** What waits in a jurisdiction: first what stands on top of this level's list, then the most urgent. A null place does not narrow. */
export async function listWaiting(
  db: Queryable,
  within: { stateId: number | null; districtId: number | null },
  level: TicketLevel,
): Promise<Ticket[]> {
  return db.rows<Ticket>(
    `SELECT ${columns} FROM ${tables}
     WHERE t.state IN ('open', 'proposed') AND ($1::int IS NULL OR t.state_id = $1) AND ($2::int IS NULL OR t.district_id = $2)
     ORDER BY t.level <> $3, t.due_at LIMIT 200`,
    [within.stateId, within.districtId, level],
  );
}

/** How often the person had this kind accepted, and asked for it since. */
export async function countOf(
  db: Queryable,
  beneficiaryId: string,
  kind: TicketKind,
  since: Date,
): Promise<{ accepted: number; asked: number }> {
  const [row] = await db.rows<{ accepted: number; asked: number }>(
    `SELECT count(*) FILTER (WHERE state = 'accepted')::int AS accepted,
       count(*) FILTER (WHERE opened_at > $3)::int AS asked
     FROM registry.tickets WHERE beneficiary_id = $1 AND kind = $2`,
    [beneficiaryId, kind, since],
  );
  return row!;
}

/** Holds the person, so that of two requests at one moment the second sees what became of the first. */
export async function isFirstOfKind(
  tx: Queryable,
  { beneficiaryId, kind }: Pick<Ticket, "beneficiaryId" | "kind">,
): Promise<boolean> {
  await tx.rows("SELECT FROM registry.beneficiaries WHERE beneficiary_id = $1 FOR NO KEY UPDATE", [beneficiaryId]);
  const [row] = await tx.rows<{ isFirst: boolean }>(
    `SELECT NOT EXISTS (
       SELECT FROM registry.tickets WHERE beneficiary_id = $1 AND kind = $2 AND state = 'accepted') AS "isFirst"`,
    [beneficiaryId, kind],
  );
  return row!.isFirst;
}

export interface NewTicket {
  readonly ticketId: string;
  readonly beneficiaryId: string;
  readonly kind: TicketKind;
  readonly stateId: number;
  readonly districtId: number;
  readonly otherId: string | null;
  readonly openedAt: Date;
  readonly dueAt: Date;
}

export async function insert(tx: Queryable, ticket: NewTicket): Promise<void> {
  await tx.rows(
    `INSERT INTO registry.tickets (beneficiary_id, ticket_id, kind, state, state_id, district_id, other_id, opened_at, due_at, changed_at)
     VALUES ($1, $2, $3, 'open', $4, $5, $6, $7, $8, $7)`,
    [
      ticket.beneficiaryId,
      ticket.ticketId,
      ticket.kind,
      ticket.stateId,
      ticket.districtId,
      ticket.otherId,
      ticket.openedAt,
      ticket.dueAt,
    ],
  );
}

/** Puts the ticket on an officer's table: free, theirs already, idle, or left by somebody who is gone. */
export async function take(
  db: Queryable,
  ticket: { ticketId: string; staffId: string; now: Date; idleSince: Date },
): Promise<boolean> {
  const rows = await db.rows(
    `UPDATE registry.tickets t SET assigned_to = $2, assigned_at = $3
     WHERE t.ticket_id = $1 AND (t.state = 'open' OR (t.state = 'proposed' AND t.proposed_by <> $2))
       AND (t.assigned_to IS NULL OR t.assigned_to = $2 OR t.assigned_at < $4
         OR EXISTS (SELECT FROM registry.staff s WHERE s.staff_id = t.assigned_to AND s.removed_at IS NOT NULL))
     RETURNING t.ticket_id`,
    [ticket.ticketId, ticket.staffId, ticket.now, ticket.idleSince],
  );
  return rows.length > 0;
}

export interface Step {
  readonly ticketId: string;
  readonly beneficiaryId: string;
  /** As the ticket was seen; if it moved on since, nothing is written. */
  readonly from: TicketState;
  readonly seenAt: Date;
  /** Whose table it must lie on; null for steps of the person and of rules. */
  readonly assignedTo: string | null;
  readonly to: TicketState;
  readonly now: Date;
  readonly proposal?: Proposal | null;
  readonly proposedBy?: string | null;
  readonly decidedBy?: string | null;
  readonly reopened?: { readonly dueAt: Date };
}

/** Moves a ticket on; it lies on nobody's table after that. */
export async function step(tx: Queryable, wanted: Step): Promise<boolean> {
  const rows = await tx.rows(
    `UPDATE registry.tickets SET state = $5, changed_at = $6, assigned_to = NULL, assigned_at = NULL, proposal = $7,
       proposed_by = $8, decided_by = $9, reopened_at = CASE WHEN $10::timestamptz IS NULL THEN reopened_at ELSE $6 END,
       due_at = coalesce($10, due_at), level = CASE WHEN $10 IS NULL THEN level ELSE 'district' END,
       escalated_at = CASE WHEN $10 IS NULL THEN escalated_at END
     WHERE ticket_id = $1 AND beneficiary_id = $11 AND state = $2 AND changed_at = $3 AND ($4::uuid IS NULL OR assigned_to = $4)
     RETURNING ticket_id`,
    [
      wanted.ticketId,
      wanted.from,
      wanted.seenAt,
      wanted.assignedTo,
      wanted.to,
      wanted.now,
      wanted.proposal ?? null,
      wanted.proposedBy ?? null,
      wanted.decidedBy ?? null,
      wanted.reopened?.dueAt ?? null,
      wanted.beneficiaryId,
    ],
  );
  return rows.length > 0;
}

/** Moves up a level what its day has passed for, or what went up before `since` and still waits. */
export async function escalate(
  tx: Queryable,
  { now, since, atOnce }: { now: Date; since: Date; atOnce: number },
): Promise<Pick<Ticket, "ticketId" | "beneficiaryId">[]> {
  return tx.rows(
    `WITH late AS (
       SELECT beneficiary_id, ticket_id FROM registry.tickets
       WHERE state IN ('open', 'proposed') AND due_at < $1
         AND (level = 'district' OR (level = 'state' AND escalated_at < $2))
       ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED)
     UPDATE registry.tickets t SET level = CASE t.level WHEN 'district' THEN 'state' ELSE 'country' END, escalated_at = $1,
       assigned_to = NULL, assigned_at = NULL
     FROM late WHERE (t.beneficiary_id, t.ticket_id) = (late.beneficiary_id, late.ticket_id)
     RETURNING t.ticket_id AS "ticketId", t.beneficiary_id AS "beneficiaryId"`,
    [now, since, atOnce],
  );
}

export async function countOverdue(db: Queryable, now: Date): Promise<{ level: TicketLevel; count: number }[]> {
  return db.rows(
    `SELECT level, count(*)::int AS count FROM registry.tickets
     WHERE state IN ('open', 'proposed') AND due_at < $1 GROUP BY level`,
    [now],
  );
}

/** The session of a product that a facility held on a day. */
export async function findSession(
  db: Queryable,
  at: { facilityId: string; product: string; givenOn: string },
): Promise<string | undefined> {
  const [row] = await db.rows<{ id: string }>(
    `SELECT session_id AS id FROM registry.sessions
     WHERE facility_id = $1 AND product = $2 AND held_on = $3 AND status = 'published' ORDER BY session_id LIMIT 1`,
    [at.facilityId, at.product, at.givenOn],
  );
  return row?.id;
}

/** The lot number as the stock writes it, however it was typed. */
export async function findLot(
  db: Queryable,
  batch: { facilityId: string; product: string; lotNumber: string },
): Promise<string | undefined> {
  const [row] = await db.rows<{ lot: string }>(
    `SELECT lot_number AS lot FROM registry.batches
     WHERE facility_id = $1 AND product = $2 AND upper(lot_number) = upper($3) ORDER BY lot_number LIMIT 1`,
    [batch.facilityId, batch.product, batch.lotNumber],
  );
  return row?.lot;
}
