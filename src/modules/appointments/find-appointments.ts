// The appointments of a signed-in account, and what its people show at the site. Ids, places and times only.
// SPDX-License-Identifier: Apache-2.0
import { isUuid } from "../../platform/random.js";
import type { Deps } from "../disclosure/index.js";
import { slipOf } from "./slip.js";
import { selectOfAccount } from "./store.js";
import type { AppointmentView, Slip } from "./types.js";

/** Newest day first; a moved appointment stands where it was moved to. */
export function findAppointments(deps: Pick<Deps, "db">, accountId: string): Promise<AppointmentView[]> {
  return selectOfAccount(deps.db, accountId, null);
}

export async function findAppointment(
  deps: Pick<Deps, "db">,
  accountId: string,
  appointmentId: string,
): Promise<AppointmentView | undefined> {
  if (!isUuid(appointmentId)) return undefined;
  return (await selectOfAccount(deps.db, accountId, appointmentId))[0];
}

/** Codes and QR texts for the people of an appointment that are still expected. */
export function slipsOf(deps: Pick<Deps, "macs">, appointment: AppointmentView): Slip[] {
  return appointment.people
    .filter((person) => person.status === "booked")
    .map((person) => slipOf(deps.macs, appointment.appointmentId, person.beneficiaryId));
}
