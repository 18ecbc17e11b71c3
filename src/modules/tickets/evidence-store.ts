// SQL of evidence: which files a ticket has, and the files as they lie there, encrypted.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "../../platform/db/db.js";
import type { Ticket } from "./types.js";

export interface EvidenceRow {
  /** From 1. */
  readonly n: number;
  readonly bytes: number;
  readonly addedAt: Date;
}
type OfTicket = Pick<Ticket, "beneficiaryId" | "ticketId">;

export async function list(db: Queryable, { beneficiaryId, ticketId }: OfTicket): Promise<EvidenceRow[]> {
  return db.rows<EvidenceRow>(
    `SELECT n, bytes, added_at AS "addedAt" FROM vault.evidence WHERE subject_id = $1 AND ticket_id = $2 ORDER BY n`,
    [beneficiaryId, ticketId],
  );
}

export async function findBox(
  db: Queryable,
  { beneficiaryId, ticketId, n }: OfTicket & { readonly n: number },
): Promise<Buffer | undefined> {
  const [row] = await db.rows<{ box: Buffer }>(
    "SELECT box FROM vault.evidence WHERE subject_id = $1 AND ticket_id = $2 AND n = $3",
    [beneficiaryId, ticketId, n],
  );
  return row?.box;
}

/** False when the ticket was decided meanwhile: the row lock lets a decision that is on its way come first. */
export async function insert(tx: Queryable, file: EvidenceRow & OfTicket & { readonly box: Buffer }): Promise<boolean> {
  const rows = await tx.rows(
    `WITH waiting AS (
       SELECT 1 FROM registry.tickets WHERE beneficiary_id = $1 AND ticket_id = $2 AND state IN ('open', 'proposed') FOR SHARE)
     INSERT INTO vault.evidence (subject_id, ticket_id, n, bytes, box, added_at)
     SELECT $1, $2, $3, $4, $5, $6 FROM waiting RETURNING n`,
    [file.beneficiaryId, file.ticketId, file.n, file.bytes, file.box, file.addedAt],
  );
  return rows.length > 0;
}
