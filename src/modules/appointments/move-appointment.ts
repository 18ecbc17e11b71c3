// Moves an appointment to another slot or session: the new place is taken before the old one is given back.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome, refused } from "../../platform/errors.js";
import { isUuid } from "../../platform/random.js";
import { findAccountHolder } from "../accounts/index.js";
import type { Deps } from "../disclosure/index.js";
import { takeChange } from "./change-limit.js";
import { type BookingCode, type BookingWish, type CitizenActor, planBooking } from "./plan-booking.js";
import { move, selectOfAccount } from "./store.js";

export interface MoveWish extends Omit<BookingWish, "beneficiaryIds"> {
  readonly appointmentId: string;
}

export async function moveAppointment(
  deps: Deps,
  actor: CitizenActor,
  wish: MoveWish,
): Promise<Outcome<{ appointmentId: string }, BookingCode | "TOO_MANY_REQUESTS">> {
  const holder = await findAccountHolder(deps, actor);
  if (!holder) return refused("NOT_SIGNED_IN");
  const { appointmentId } = wish;
  const [appointment] = isUuid(appointmentId) ? await selectOfAccount(deps.db, holder.accountId, appointmentId) : [];
  const people = appointment?.people.filter((one) => one.status === "booked").map((one) => one.beneficiaryId) ?? [];
  if (people.length === 0) return refused("APPOINTMENT_NOT_FOUND");
  const plan = await planBooking(deps, actor, { ...wish, beneficiaryIds: people });
  if (!plan.ok) return plan;
  const seconds = await takeChange(deps, holder.accountId);
  if (seconds > 0) return refused("TOO_MANY_REQUESTS", { seconds });
  const answer = await move(deps.db, { ...wish, ...plan.value, now: deps.clock(), people });
  return answer.refusal ? refused(answer.refusal) : done({ appointmentId });
}
