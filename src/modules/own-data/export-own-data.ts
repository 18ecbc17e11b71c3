// A person's own export (DPDP section 11): every sealed field, the appointments, the request to be erased, and who saw
// it all. Through the gate: making it is one entry for the record and one for each page of the list.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome, refused } from "../../platform/errors.js";
import { findAccountHolder } from "../accounts/index.js";
import { findAppointments } from "../appointments/index.js";
import { listBeneficiaries } from "../beneficiaries/index.js";
import {
  type Actor,
  type Deps,
  type DisclosureLine,
  type EvidenceText,
  everyField,
  type GateError,
  type PersonRecord,
} from "../disclosure/index.js";
import { type Erasure, findErasure } from "../erasures/index.js";

export interface OwnData {
  readonly madeAt: Date;
  readonly referenceId: number;
  readonly registeredAt: Date;
  readonly person: Omit<PersonRecord, "evidence"> & { readonly evidence: readonly Omit<EvidenceText, "key">[] };
  readonly appointments: readonly object[];
  readonly erasure: Pick<Erasure, "askedAt" | "dueAt"> | null;
  /** Newest first, with what each leaf of the public log commits to. */
  readonly disclosures: readonly DisclosureLine[];
  /** False when there are more lines than are handed out at once. */
  readonly areDisclosuresWhole: boolean;
}

const linesAPage = 100;
const mostPages = 20;

export async function exportOwnData(
  deps: Deps,
  actor: Extract<Actor, { kind: "citizen" }>,
  beneficiaryId: string,
): Promise<Outcome<OwnData, GateError | "NOT_SIGNED_IN" | "NOT_FOUND">> {
  const holder = await findAccountHolder(deps, actor);
  if (!holder) return refused("NOT_SIGNED_IN");
  const own = (await listBeneficiaries(deps, holder.accountId)).find((one) => one.beneficiaryId === beneficiaryId);
  if (!own) return refused("NOT_FOUND");
  const opened = await deps.gate.disclose({
    actor,
    purpose: "own-view",
    explanation: { kind: "own-sign-in" },
    subjects: [beneficiaryId],
    fields: everyField,
  });
  if (!opened.ok) return opened;
  const lines = await everyLine(deps, actor, beneficiaryId);
  if (!lines.ok) return lines;
  const [appointments, erasure] = await Promise.all([
    findAppointments(deps, holder.accountId),
    findErasure(deps, beneficiaryId),
  ]);
  return done({
    madeAt: deps.clock(),
    referenceId: own.referenceId,
    registeredAt: own.createdAt,
    person: withoutFileKeys(opened.value.get(beneficiaryId)!),
    appointments: appointments.flatMap(({ people, ...appointment }) =>
      people.filter((one) => one.beneficiaryId === beneficiaryId).map((one) => ({ ...appointment, ...one })),
    ),
    erasure: erasure ? { askedAt: erasure.askedAt, dueAt: erasure.dueAt } : null,
    disclosures: lines.value,
    areDisclosuresWhole: lines.value.at(-1)?.counter === 0,
  });
}

/** A file is downloaded at its request; its key would open nothing for the person. */
function withoutFileKeys({ evidence, ...person }: PersonRecord): OwnData["person"] {
  return { ...person, evidence: evidence.map(({ ticketId, n, type, bytes }) => ({ ticketId, n, type, bytes })) };
}

async function everyLine(deps: Deps, actor: Actor, subject: string): Promise<Outcome<DisclosureLine[], GateError>> {
  const all: DisclosureLine[] = [];
  for (let page = 0; page < mostPages && all.at(-1)?.counter !== 0; page++) {
    const before = all.at(-1)?.counter;
    const read = await deps.gate.linesOf({
      actor,
      subject,
      limit: linesAPage,
      ...(before === undefined ? {} : { before }),
    });
    if (!read.ok) return read;
    all.push(...read.value.lines);
  }
  return done(all);
}
