// A vaccination: one dose given to one person. Which product, batch and vaccinator lies sealed with the person.
// SPDX-License-Identifier: Apache-2.0
import type { DoseDetails } from "../disclosure/index.js";
import type { NextDue } from "../vaccines/index.js";

export interface RecordVaccinationInput {
  readonly sessionId: string;
  readonly appointmentId: string;
  readonly beneficiaryId: string;
  readonly batchId: string;
  /** Made by the page before the first click: the same key gives the same answer. */
  readonly requestKey: string;
}

export interface RecordedDose {
  readonly vaccinationId: string;
  readonly doseNumber: number;
  readonly recordedAt: Date;
  /** The person stays under observation until then. */
  readonly observeUntil: Date;
  readonly nextDue: NextDue;
}

/** One line of a session's list: ids only. */
export interface SessionDose {
  readonly beneficiaryId: string;
  readonly vaccinationId: string;
  readonly doseNumber: number;
  readonly status: "valid" | "entered-in-error";
  readonly recordedAt: Date;
  readonly observeUntil: Date;
}

export interface DoseHistory {
  readonly beneficiaryId: string;
  readonly name: string;
  readonly birthYear: number;
  /** Oldest first. Doses entered in error stay in the list and are marked. */
  readonly doses: readonly DoseDetails[];
  readonly nextDue: NextDue;
}
