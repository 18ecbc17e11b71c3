// Books a slot for one or several people of an account: all of them or nobody, once per request key.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome, refused } from "../../platform/errors.js";
import { uuidv7 } from "../../platform/random.js";
import type { Deps } from "../disclosure/index.js";
import { type BookingCode, type BookingWish, type CitizenActor, planBooking } from "./plan-booking.js";
import { book } from "./store.js";

export async function bookAppointment(
  deps: Deps,
  actor: CitizenActor,
  wish: BookingWish,
): Promise<Outcome<{ appointmentId: string }, BookingCode>> {
  const plan = await planBooking(deps, actor, wish);
  if (!plan.ok) return plan;
  const now = deps.clock();
  const answer = await book(deps.db, {
    ...plan.value,
    now,
    appointmentId: uuidv7(now.getTime()),
    sessionId: wish.sessionId,
    slotNumber: wish.slotNumber,
    people: wish.beneficiaryIds,
    requestKey: wish.requestKey,
  });
  return answer.refusal ? refused(answer.refusal) : done({ appointmentId: answer.appointment! });
}
