// A person asks for something to be put right. What is asked is checked and sealed; the row goes to the officers of the
// district of the dose. A passport that is linked for the first time needs no officer: a rule accepts it at once.
// SPDX-License-Identifier: Apache-2.0
import { brokenConstraint } from "../../platform/db/db.js";
import { done, invalid, type Outcome, type Refused, refused } from "../../platform/errors.js";
import { enqueue } from "../../platform/jobs/enqueue.js";
import { isUuid } from "../../platform/random.js";
import { type CodeRefusal, findAccountHolder, useProofs } from "../accounts/index.js";
import { type BeneficiaryCode, listBeneficiaries } from "../beneficiaries/index.js";
import { type Actor, type Deps, type GateError, putBoxes, type TicketText } from "../disclosure/index.js";
import { type AcceptRefusal, acceptTicket } from "./accept-ticket.js";
import type { TicketCode } from "./errors.js";
import { ticketNotice } from "./notice.js";
import { findOwnTicket } from "./own-tickets.js";
import { type Asked, readAsked } from "./read-wish.js";
import { kindRules, mostAskedAYear, wordsFault } from "./rules.js";
import * as store from "./store.js";
import { type TicketInput, type TicketKind, ticketKinds } from "./types.js";

type CitizenActor = Extract<Actor, { kind: "citizen" }>;
export type RaiseRefusal =
  | TicketCode
  | BeneficiaryCode
  | CodeRefusal
  | GateError
  | AcceptRefusal
  | "INPUT_INVALID"
  | "NOT_SIGNED_IN"
  | "NOT_FOUND";

const dayMs = 86_400_000;

export async function raiseTicket(
  deps: Deps,
  actor: CitizenActor,
  input: TicketInput,
): Promise<Outcome<{ ticketId: string }, RaiseRefusal>> {
  const { beneficiaryId, ticketId } = input;
  const kind = ticketKinds.find((known) => known === input.kind);
  if (!kind) return refused("TICKET_KIND_UNKNOWN");
  if (!isUuid(ticketId)) return refused("TICKET_NOT_FOUND");
  const holder = await findAccountHolder(deps, actor);
  if (!holder) return refused("NOT_SIGNED_IN");
  const people = await listBeneficiaries(deps, holder.accountId);
  if (!people.some((one) => one.beneficiaryId === beneficiaryId)) return refused("NOT_FOUND");
  const known = await store.find(deps.db, ticketId);
  if (known && known.beneficiaryId !== beneficiaryId) return refused("TICKET_NOT_FOUND");
  if (known) return acceptFirstPassport(deps, actor, ticketId);
  const fault = kind === "passport" ? undefined : wordsFault(input.words);
  if (fault) return invalid([{ field: "words", code: fault }]);
  const limited = await refuseOverLimit(deps, beneficiaryId, kind);
  if (limited) return limited;

  const held = await deps.gate.disclose({
    actor,
    purpose: "own-change",
    explanation: { kind: "own-sign-in" },
    subjects: [beneficiaryId],
    fields: ["name", "birthYear", "gender", "photoIdType", "photoIdLast4", "doses"],
  });
  if (!held.ok) return held;
  const read = await readAsked(deps, actor, kind, input, held.value.get(beneficiaryId)!);
  if (!read.ok) return read;
  const written = await write(deps, actor, kind, input, read.value);
  return written.ok ? acceptFirstPassport(deps, actor, ticketId, written.value.text) : written;
}

/** Also for a request that was written down and then interrupted. Any other ticket waits for an officer. */
async function acceptFirstPassport(
  deps: Deps,
  actor: CitizenActor,
  ticketId: string,
  text?: TicketText,
): Promise<Outcome<{ ticketId: string }, RaiseRefusal>> {
  const ticket = (await store.find(deps.db, ticketId))!;
  const mayBe = ticket.kind === "passport" && ticket.state === "open" && ticket.reopenedAt === null;
  if (!mayBe || !(await store.isFirstOfKind(deps.db, ticket))) return done({ ticketId });
  const own = text ? done({ text }) : await findOwnTicket(deps, actor, ticketId);
  if (!own.ok) return own;
  const accepted = await acceptTicket(deps, { kind: "rule", actor }, ticket, own.value.text, "");
  return accepted.ok || accepted.code === "TICKET_NEEDS_OFFICER" ? done({ ticketId }) : accepted;
}

async function refuseOverLimit(
  deps: Deps,
  beneficiaryId: string,
  kind: TicketKind,
): Promise<Refused<"TICKET_LIMIT_REACHED"> | undefined> {
  const yearAgo = new Date(deps.clock().getTime() - 365 * dayMs);
  const { accepted, asked } = await store.countOf(deps.db, beneficiaryId, kind, yearAgo);
  const isOver = accepted >= kindRules[kind].mostAccepted || asked >= mostAskedAYear;
  return isOver ? refused("TICKET_LIMIT_REACHED") : undefined;
}

async function write(
  deps: Deps,
  actor: CitizenActor,
  kind: TicketKind,
  { beneficiaryId, ticketId, words }: TicketInput,
  { asked, stateId, districtId, otherId, proof }: Asked,
): Promise<Outcome<{ ticketId: string; text: TicketText }, GateError | TicketCode | CodeRefusal>> {
  const now = deps.clock();
  const text: TicketText = {
    ticketId,
    asked,
    steps: [{ at: now.toISOString(), by: "person", what: "asked", note: words }],
  };
  const sealed = await deps.gate.seal({
    actor,
    purpose: "own-change",
    explanation: { kind: "own-sign-in" },
    subject: beneficiaryId,
    values: { ticket: text },
  });
  if (!sealed.ok) return sealed;
  const dueAt = new Date(now.getTime() + kindRules[kind].days * dayMs);
  try {
    return await deps.db.transaction(async (tx) => {
      if (proof && !(await useProofs(tx, [proof], now))) return refused("OTP_EXPIRED");
      const row = { ticketId, beneficiaryId, kind, stateId, districtId, otherId: otherId ?? null };
      await store.insert(tx, { ...row, openedAt: now, dueAt });
      await putBoxes(tx, sealed.value);
      await enqueue(tx, "send-notice", ticketNotice(beneficiaryId, ticketId));
      return done({ ticketId, text });
    });
  } catch (error) {
    const constraint = brokenConstraint(error);
    if (constraint === "one_open_ticket") return refused("TICKET_OPEN_ALREADY");
    // The other of two clicks came first.
    if (constraint === "tickets_by_id") return refused("TICKET_NOT_FOUND");
    if (constraint === "tickets_pkey") return done({ ticketId, text });
    throw error;
  }
}
