// Cancels a session: it is closed for booking first, and in the same transaction the appointments end and the
// booked are told. How appointments end is their own module's matter, so it is handed in.
// SPDX-License-Identifier: Apache-2.0
import { dateInIndia } from "../../platform/clock.js";
import type { Tx } from "../../platform/db/db.js";
import { done, invalid, type Outcome, refused } from "../../platform/errors.js";
import type { Deps } from "../disclosure/index.js";
import type { StaffActor } from "../staff/index.js";
import { type SessionRefusal, sessionOfAdmin } from "./plan-session.js";
import * as store from "./store.js";
import { type CancelReason, cancelReasons, type SessionView } from "./types.js";

/** Ends all live appointments of the session in the transaction, tells the booked, and says how many there were. */
export type EndAppointments = (
  tx: Tx,
  cancelled: { session: SessionView; reason: CancelReason; at: Date },
) => Promise<number>;

export async function cancelSession(
  deps: Pick<Deps, "db" | "clock">,
  actor: StaffActor,
  input: { sessionId: string; reason: string },
  endAppointments: EndAppointments,
): Promise<Outcome<{ sessionId: string; told: number }, SessionRefusal>> {
  const found = await sessionOfAdmin(deps, actor, input.sessionId);
  if (!found.ok) return found;
  const { staff, session } = found.value;
  const reason = cancelReasons.find((known) => known === input.reason);
  if (!reason) return invalid([{ field: "reason", code: "SESSION_REASON_MISSING" }]);
  const at = deps.clock();
  if (session.heldOn < dateInIndia(at)) return refused("SESSION_IS_OVER");
  const told = await deps.db.transaction(async (tx) => {
    const isFirst = await store.markCancelled(tx, session.sessionId, staff.staffId, reason, at);
    return isFirst ? endAppointments(tx, { session, reason, at }) : undefined;
  });
  return told === undefined ? refused("SESSION_ALREADY_CANCELLED") : done({ sessionId: session.sessionId, told });
}
