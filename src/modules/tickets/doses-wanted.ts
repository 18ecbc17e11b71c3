// The doses as an accepted ticket wants them: one put right, one that was not given, one that nobody recorded, or those of
// two registrations together. Not numbered yet.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome, refused } from "../../platform/errors.js";
import { uuidv7 } from "../../platform/random.js";
import { hasAppointmentAhead } from "../beneficiaries/index.js";
import type { Deps, DoseDetails, Wish } from "../disclosure/index.js";
import { findFacility } from "../facilities/index.js";
import { look } from "./look.js";
import type { DosesCorrected, Officer, Refusal } from "./make-correction.js";
import * as store from "./store.js";
import type { Ticket } from "./types.js";

export async function dosesWanted(
  deps: Deps,
  by: Officer,
  ticket: Ticket,
  asked: Wish,
  before: readonly DoseDetails[],
): Promise<Outcome<DosesCorrected, Refusal>> {
  const isConcerned = (dose: DoseDetails) => dose.vaccinationId === asked.vaccinationId && !dose.enteredInError;
  switch (ticket.kind) {
    case "dose":
    case "not-mine": {
      if (!before.some(isConcerned)) return refused("TICKET_RECORD_CHANGED");
      const change = ticket.kind === "dose" ? asked : { enteredInError: true };
      return done({ before, after: before.map((dose) => (isConcerned(dose) ? { ...dose, ...change } : dose)) });
    }
    case "no-certificate": {
      if (!asked.facilityId) return done({ before, after: before });
      const dose = await lateDose(deps, by, asked);
      return dose ? done({ before, after: [...before, dose] }) : refused("TICKET_SESSION_UNKNOWN");
    }
    default:
      return joined(deps, by, ticket, before);
  }
}

async function lateDose(
  deps: Deps,
  { staff }: Officer,
  { facilityId = "", product = "", givenOn = "", lotNumber = "" }: Wish,
): Promise<DoseDetails | undefined> {
  const facility = await findFacility(deps, facilityId);
  const sessionId = await store.findSession(deps.db, { facilityId, product, givenOn });
  if (!facility || !sessionId) return undefined;
  return {
    vaccinationId: uuidv7(deps.clock().getTime()),
    doseNumber: 1,
    kind: "primary",
    product,
    lotNumber,
    givenOn,
    facilityId,
    facilityName: facility.name,
    districtId: facility.districtId,
    stateId: facility.stateId,
    sessionId,
    // Who gave it was not written down at the time; the officer answers for the entry.
    vaccinatorId: staff.staffId,
    vaccinatorName: staff.displayName,
    enteredInError: false,
  };
}

/** The doses of both registrations; those that come over get new ids. */
async function joined(
  deps: Deps,
  by: Officer,
  ticket: Ticket,
  own: readonly DoseDetails[],
): Promise<Outcome<DosesCorrected, Refusal>> {
  const otherId = ticket.otherId!;
  if (await hasAppointmentAhead(deps, otherId)) return refused("BENEFICIARY_HAS_APPOINTMENT");
  const held = await look(deps, by, ticket, "dose-correction", ["doses"], otherId);
  if (!held.ok) return held;
  const ids = new Map<string, string>();
  const coming = held.value.doses
    .filter((dose) => !dose.enteredInError)
    .map((dose) => {
      const vaccinationId = uuidv7(deps.clock().getTime());
      ids.set(vaccinationId, dose.vaccinationId);
      return { ...dose, vaccinationId };
    });
  const doses = [...own, ...coming];
  return done({ before: doses, after: doses, from: { beneficiaryId: otherId, ids } });
}
