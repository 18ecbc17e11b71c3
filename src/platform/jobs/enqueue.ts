// The outbox: a job is enqueued in the transaction that makes it necessary, and runs after the commit.
// A payload holds ids and sealed boxes, never a personal value.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "../db/db.js";

export interface JobPayloads {
  /** A message whose number and text wait in a transit box (base64). */
  "send-typed-message": { box: string };
  /** A message to a person; the worker asks the gate for the number. `values` hold nothing personal. */
  "send-notice": {
    beneficiaryId: string;
    template: string;
    values: Record<string, string | number>;
    cause:
      | { appointmentId: string }
      | { vaccinationId: string }
      | { ticketId: string }
      | { noticeId: string }
      | { inquiryId: string }
      | { reissueId: string };
  };
  "issue-certificate": { beneficiaryId: string; vaccinationId: string };
  /** After a stolen key; enqueues itself again until nobody is left. */
  "reissue-certificates": Record<string, never>;
  "revoke-certificate": { beneficiaryId: string; vaccinationId: string };
  /** One dose into the public figures; `by` is 1, or -1 for a dose entered in error. */
  "count-dose": {
    eventId: string;
    givenOn: string;
    stateId: number;
    districtId: number;
    product: string;
    doseNumber: number;
    by: 1 | -1;
  };
}
export type JobKind = keyof JobPayloads;

/** Enqueues in the caller's transaction. A job with the same key that has not run yet is kept once. */
export async function enqueue<K extends JobKind>(
  tx: Queryable,
  kind: K,
  payload: JobPayloads[K],
  key?: string,
): Promise<void> {
  await tx.rows("SELECT registry.enqueue($1, $2::jsonb, $3)", [kind, JSON.stringify(payload), key ?? null]);
}
