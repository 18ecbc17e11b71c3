// One look at a person by the officer who decides, for what the ticket's purpose allows.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome, refused } from "../../platform/errors.js";
import type { Deps, Field, GateError, PersonRecord } from "../disclosure/index.js";
import type { StaffActor } from "../staff/index.js";
import type { Ticket } from "./types.js";

export async function look<F extends Field>(
  deps: Deps,
  by: { readonly actor: StaffActor },
  { beneficiaryId, ticketId }: Ticket,
  purpose: "correction" | "dose-correction",
  fields: readonly F[],
  subject = beneficiaryId,
): Promise<Outcome<Pick<PersonRecord, F>, GateError | "TICKET_RECORD_CHANGED">> {
  const explanation = { kind: "ticket", ticketId } as const;
  const opened = await deps.gate.disclose({ actor: by.actor, purpose, explanation, subjects: [subject], fields });
  if (!opened.ok) return opened;
  const person = opened.value.get(subject);
  return person ? done(person) : refused("TICKET_RECORD_CHANGED");
}
