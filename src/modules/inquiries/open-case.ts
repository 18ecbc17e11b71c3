// Opening a case takes two privacy officers: one proposes it when somebody tells of a leak, the other agrees. The legal
// clocks run from when we were told, not from when the second officer was found.
// SPDX-License-Identifier: Apache-2.0
import { done, invalid, type Outcome, type Problem, refused } from "../../platform/errors.js";
import { isUuid } from "../../platform/random.js";
import type { StaffActor } from "../staff/index.js";
import { addEvent } from "./custody.js";
import { officerOf, officerOfOpenCase } from "./officer.js";
import * as store from "./store.js";
import { type InquiryCase, type InquiryDeps, type ToldBy, toldByKinds } from "./types.js";

export interface ProposalInput {
  /** Made by the form, so that sending it twice makes one case. */
  readonly inquiryId: string;
  /** When we were told or noticed. */
  readonly toldAt: Date | undefined;
  readonly toldBy: string;
}

const longestAgoMs = 366 * 86_400_000;

export async function proposeInquiry(
  deps: InquiryDeps,
  actor: StaffActor,
  { inquiryId, toldAt, toldBy }: ProposalInput,
): Promise<Outcome<{ inquiryId: string }>> {
  const officer = await officerOf(deps, actor);
  if (!officer.ok) return officer;
  if (!isUuid(inquiryId)) return refused("REQUEST_UNREADABLE");
  const at = deps.clock();
  const problems: Problem[] = [];
  const ago = toldAt ? at.getTime() - toldAt.getTime() : Number.NaN;
  if (!(ago >= 0 && ago < longestAgoMs)) problems.push({ field: "toldAt", code: "INQUIRY_TOLD_AT_INVALID" });
  if (!(toldByKinds as readonly string[]).includes(toldBy))
    problems.push({ field: "toldBy", code: "INQUIRY_TOLD_BY_INVALID" });
  if (!toldAt || problems.length > 0) return invalid(problems);
  const { staffId } = officer.value;
  await store.insert(deps.db, { inquiryId, toldAt, toldBy: toldBy as ToldBy, staffId, at });
  const stored = await store.find(deps.db, inquiryId);
  if (stored?.proposedBy !== staffId) return refused("NOT_ALLOWED");
  const admitted = await deps.inquirer.admit(inquiryId);
  if (!admitted.ok) return admitted;
  if ((await store.lastEvent(deps.db, inquiryId)) === undefined) {
    const facts = { toldAt: stored.toldAt.toISOString(), toldBy: stored.toldBy };
    const written = await addEvent(deps, officer.value, inquiryId, "told", facts);
    if (!written.ok) return written;
  }
  return done({ inquiryId });
}

export async function secondInquiry(
  deps: InquiryDeps,
  actor: StaffActor,
  inquiryId: string,
): Promise<Outcome<{ inquiryId: string }>> {
  const officer = await officerOf(deps, actor);
  if (!officer.ok) return officer;
  const one = await store.find(deps.db, inquiryId);
  if (!one) return refused("INQUIRY_NOT_FOUND");
  if (one.closedAt) return refused("INQUIRY_CLOSED");
  if (one.proposedBy === officer.value.staffId) return refused("INQUIRY_SECOND_OFFICER_NEEDED");
  if (one.secondedBy) return refused("INQUIRY_ALREADY_SECONDED");
  // The word goes into the log before it counts.
  const written = await addEvent(deps, officer.value, inquiryId, "seconded");
  if (!written.ok) return written;
  const isFirst = await store.second(deps.db, inquiryId, officer.value.staffId, written.value.at);
  return isFirst ? done({ inquiryId }) : refused("INQUIRY_ALREADY_SECONDED");
}

/** Ends a case: nothing more is compared, read or sent under it. */
export async function closeInquiry(deps: InquiryDeps, actor: StaffActor, inquiryId: string): Promise<Outcome<object>> {
  const found = await officerOfOpenCase(deps, actor, inquiryId);
  if (!found.ok) return found;
  const written = await addEvent(deps, found.value.officer, inquiryId, "closed");
  if (!written.ok) return written;
  await store.close(deps.db, inquiryId, written.value.at);
  return done({});
}

/** All cases, newest first, for privacy officers: numbers, clocks and states, nothing of a sample. */
export async function listInquiries(deps: InquiryDeps, actor: StaffActor): Promise<Outcome<InquiryCase[]>> {
  const officer = await officerOf(deps, actor);
  return officer.ok ? done(await store.list(deps.db)) : officer;
}
