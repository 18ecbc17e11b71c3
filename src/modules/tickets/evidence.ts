// Evidence for a ticket: photos and PDFs of the person, read by the person and by the officer on whose table the ticket
// lies, each time with an entry in the log. What is inside a file is not looked at: it is sealed as it came, and goes out
// as a download. The name it had is not kept.
// SPDX-License-Identifier: Apache-2.0
import { brokenConstraint } from "../../platform/db/db.js";
import { done, invalid, type Outcome, refused } from "../../platform/errors.js";
import { isUuid } from "../../platform/random.js";
import { findAccountHolder } from "../accounts/index.js";
import { listBeneficiaries } from "../beneficiaries/index.js";
import { type Actor, type Deps, type EvidenceText, type GateError, putBoxes } from "../disclosure/index.js";
import type { StaffActor } from "../staff/index.js";
import type { TicketCode } from "./errors.js";
import * as store from "./evidence-store.js";
import { findTicket, type OfficerRefusal } from "./officer-tickets.js";
import { fileTypeOf, isWaiting, mostFileBytes, mostFiles, purposeOf } from "./rules.js";
import { openFile, sealFile } from "./sealed-file.js";
import { find } from "./store.js";
import type { Ticket } from "./types.js";

type CitizenActor = Extract<Actor, { kind: "citizen" }>;
type EvidenceRefusal = TicketCode | GateError | "NOT_SIGNED_IN" | "INPUT_INVALID";

export interface EvidenceFile {
  readonly type: EvidenceText["type"];
  readonly content: Buffer;
}

/** At most three a ticket, until it is decided. */
export async function addEvidence(
  deps: Deps,
  actor: CitizenActor,
  { ticketId, content }: { readonly ticketId: string; readonly content: Buffer },
): Promise<Outcome<undefined, EvidenceRefusal>> {
  const own = await findOwn(deps, actor, ticketId);
  if (!own.ok) return own;
  const { beneficiaryId } = own.value;
  if (!isWaiting(own.value)) return refused("TICKET_MOVED_ON");
  const type = fileTypeOf(content);
  const fault =
    content.length === 0 ? "TICKET_FILE_MISSING" : tooLarge(content) || (type ? undefined : "TICKET_FILE_TYPE");
  if (fault || !type) return invalid([{ field: "file", code: fault ?? "TICKET_FILE_TYPE" }]);
  const n = (await store.list(deps.db, own.value)).length + 1;
  if (n > mostFiles) return refused("TICKET_FILES_ENOUGH");
  const { key, box } = sealFile(content, { beneficiaryId, ticketId, n });
  const evidence = { ticketId, n, type, bytes: content.length, key: key.toString("base64url") };
  const sealed = await deps.gate.seal({
    actor,
    purpose: "own-change",
    explanation: { kind: "own-sign-in" },
    subject: beneficiaryId,
    values: { evidence },
  });
  if (!sealed.ok) return sealed;
  try {
    return await deps.db.transaction(async (tx) => {
      const file = { beneficiaryId, ticketId, n, bytes: content.length, box, addedAt: deps.clock() };
      if (!(await store.insert(tx, file))) return refused("TICKET_MOVED_ON");
      await putBoxes(tx, sealed.value);
      return done(undefined);
    });
  } catch (error) {
    // Another file of the same ticket came first.
    if (["records_pkey", "evidence_pkey"].includes(brokenConstraint(error) ?? "")) return refused("TICKET_MOVED_ON");
    throw error;
  }
}

const tooLarge = ({ length }: Buffer): TicketCode | undefined =>
  length > mostFileBytes ? "TICKET_FILE_TOO_LARGE" : undefined;

/** Which files there are, and how large; nothing of what is in them. */
export async function listEvidence({ db }: Pick<Deps, "db">, ticket: Ticket): Promise<store.EvidenceRow[]> {
  return store.list(db, ticket);
}

/** For the person's account. */
export async function readOwnEvidence(
  deps: Deps,
  actor: CitizenActor,
  { ticketId, n }: { readonly ticketId: string; readonly n: number },
): Promise<Outcome<EvidenceFile, EvidenceRefusal>> {
  const own = await findOwn(deps, actor, ticketId);
  if (!own.ok) return own;
  const asking = { actor, purpose: "own-view", explanation: { kind: "own-sign-in" } } as const;
  return read(deps, asking, own.value, n);
}

/** For the officer on whose table the ticket lies; the recorder asks the database whether it does. */
export async function readEvidence(
  deps: Deps,
  actor: StaffActor,
  { ticketId, n }: { readonly ticketId: string; readonly n: number },
): Promise<Outcome<EvidenceFile, OfficerRefusal>> {
  const found = await findTicket(deps, actor, ticketId);
  if (!found.ok) return found;
  const { ticket, staff } = found.value;
  if (ticket.assignedTo !== staff.staffId) return refused("TICKET_TAKEN");
  const explanation = { kind: "ticket", ticketId } as const;
  return read(deps, { actor, purpose: purposeOf(ticket.kind), explanation }, ticket, n);
}

async function read(
  deps: Deps,
  asking: Pick<Parameters<Deps["gate"]["disclose"]>[0], "actor" | "purpose" | "explanation">,
  { beneficiaryId, ticketId }: Ticket,
  n: number,
): Promise<Outcome<EvidenceFile, TicketCode | GateError>> {
  if (!(await store.list(deps.db, { beneficiaryId, ticketId })).some((row) => row.n === n))
    return refused("TICKET_NOT_FOUND");
  const opened = await deps.gate.disclose({ ...asking, subjects: [beneficiaryId], fields: ["evidence"] });
  if (!opened.ok) return opened;
  const all = opened.value.get(beneficiaryId)?.evidence ?? [];
  const text = all.find((each) => each.ticketId === ticketId && each.n === n);
  const box = await store.findBox(deps.db, { beneficiaryId, ticketId, n });
  if (!text || !box) return refused("TICKET_NOT_FOUND");
  const content = openFile(Buffer.from(text.key, "base64url"), box, { beneficiaryId, ticketId, n });
  return done({ type: text.type, content });
}

async function findOwn(
  deps: Deps,
  actor: CitizenActor,
  ticketId: string,
): Promise<Outcome<Ticket, "NOT_SIGNED_IN" | "TICKET_NOT_FOUND">> {
  const holder = await findAccountHolder(deps, actor);
  if (!holder) return refused("NOT_SIGNED_IN");
  const ticket = isUuid(ticketId) ? await find(deps.db, ticketId) : undefined;
  const people = ticket ? await listBeneficiaries(deps, holder.accountId) : [];
  const isOwn = people.some(({ beneficiaryId }) => beneficiaryId === ticket?.beneficiaryId);
  return ticket && isOwn ? done(ticket) : refused("TICKET_NOT_FOUND");
}
