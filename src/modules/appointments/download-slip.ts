// The slip of an appointment as a PDF: a page for each person who is still expected, or for one of them.
// SPDX-License-Identifier: Apache-2.0
import { renderSlipPdf, type SlipPaper, TypesettingBusy } from "../../pdf/index.js";
import { done, type Outcome, refused } from "../../platform/errors.js";
import { type Locale, translator } from "../../platform/i18n/i18n.js";
import { findAccountHolder } from "../accounts/index.js";
import { listBeneficiaries, viewBeneficiaries } from "../beneficiaries/index.js";
import type { Deps, GateError } from "../disclosure/index.js";
import { findAppointment, slipsOf } from "./find-appointments.js";
import type { CitizenActor } from "./plan-booking.js";

export interface SlipWish {
  readonly appointmentId: string;
  /** Only this person's page: the security code is for the person alone. */
  readonly beneficiaryId?: string | undefined;
  readonly locale?: Locale;
}

export async function downloadSlip(
  deps: Deps,
  actor: CitizenActor,
  { appointmentId, beneficiaryId: only, locale = "en" }: SlipWish,
): Promise<Outcome<Uint8Array, GateError | "APPOINTMENT_NOT_FOUND" | "NOT_SIGNED_IN" | "UNAVAILABLE">> {
  const holder = await findAccountHolder(deps, actor);
  if (!holder) return refused("NOT_SIGNED_IN");
  const appointment = await findAppointment(deps, holder.accountId, appointmentId);
  const all = appointment ? slipsOf(deps, appointment) : [];
  const slips = only === undefined ? all : all.filter((slip) => slip.beneficiaryId === only);
  if (!appointment || slips.length === 0) return refused("APPOINTMENT_NOT_FOUND");
  const [seen, own] = await Promise.all([
    viewBeneficiaries(
      deps,
      actor,
      slips.map((slip) => slip.beneficiaryId),
      ["name", "photoIdType", "photoIdLast4"],
    ),
    listBeneficiaries(deps, holder.accountId),
  ]);
  if (!seen.ok) return seen;
  const papers = slips.map(({ beneficiaryId, securityCode, token }): SlipPaper => {
    const dose = {
      number: appointment.doseNumber,
      kind: appointment.pool === "precaution" ? "precaution" : "primary",
    } as const;
    return {
      on: appointment.heldOn,
      startsAt: appointment.startsAt,
      endsAt: appointment.endsAt,
      centre: {
        name: appointment.facilityName,
        address: `${appointment.facilityAddress}, ${appointment.districtName}, ${appointment.pincode}`,
      },
      vaccine: appointment.product.replaceAll("_", " "),
      referenceId: String(own.find((one) => one.beneficiaryId === beneficiaryId)?.referenceId ?? ""),
      securityCode,
      people: [{ ...seen.value.get(beneficiaryId)!, dose }],
      qrText: token,
      issuer: translator(locale)("common.product"),
      printedAt: deps.clock(),
    };
  });
  try {
    return done(await renderSlipPdf(...(papers as [SlipPaper, ...SlipPaper[]])));
  } catch (error) {
    if (error instanceof TypesettingBusy) return refused("UNAVAILABLE");
    throw error;
  }
}
