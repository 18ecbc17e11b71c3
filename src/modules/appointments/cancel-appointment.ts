// Cancels: by the holder of the account until the day is over, or with the whole session.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "../../platform/db/db.js";
import { done, type Outcome, refused } from "../../platform/errors.js";
import { isUuid } from "../../platform/random.js";
import { findAccountHolder } from "../accounts/index.js";
import type { Deps } from "../disclosure/index.js";
import { takeChange } from "./change-limit.js";
import type { AppointmentCode } from "./errors.js";
import type { CitizenActor } from "./plan-booking.js";
import { cancel, cancelAllOf } from "./store.js";

export type CancelCode = AppointmentCode | "NOT_SIGNED_IN" | "NOT_FOUND" | "TOO_MANY_REQUESTS";

/** For everybody of the appointment, or only for the people named. Cancelling twice is no error. */
export async function cancelAppointment(
  deps: Deps,
  actor: CitizenActor,
  input: { readonly appointmentId: string; readonly beneficiaryIds?: readonly string[] | undefined },
): Promise<Outcome<undefined, CancelCode>> {
  const holder = await findAccountHolder(deps, actor);
  if (!holder) return refused("NOT_SIGNED_IN");
  const people = input.beneficiaryIds ?? null;
  if (!isUuid(input.appointmentId) || !(people ?? []).every(isUuid)) return refused("APPOINTMENT_NOT_FOUND");
  const seconds = await takeChange(deps, holder.accountId);
  if (seconds > 0) return refused("TOO_MANY_REQUESTS", { seconds });
  const { refusal } = await cancel(deps.db, deps.clock(), holder.accountId, input.appointmentId, people);
  return refusal ? refused(refusal) : done(undefined);
}

/** In the transaction that has just set the session to cancelled: frees and tells everybody booked. Answers how many. */
export function cancelSessionAppointments(
  tx: Queryable,
  cancelled: { readonly session: { readonly sessionId: string }; readonly at: Date },
): Promise<number> {
  return cancelAllOf(tx, cancelled.at, cancelled.session.sessionId);
}
