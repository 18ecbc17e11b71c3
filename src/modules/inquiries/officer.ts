// Who acts on a case: a signed-in privacy officer, and for most acts one of the two who opened it.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome, refused } from "../../platform/errors.js";
import type { Deps } from "../disclosure/index.js";
import { findSignInOfActor, type StaffActor } from "../staff/index.js";
import * as store from "./store.js";
import type { InquiryCase } from "./types.js";

export interface Officer {
  readonly actor: StaffActor;
  readonly staffId: string;
}

export async function officerOf(deps: Pick<Deps, "db" | "clock">, actor: StaffActor): Promise<Outcome<Officer>> {
  const signIn = await findSignInOfActor(deps, actor);
  if (!signIn) return refused("NOT_SIGNED_IN");
  if (signIn.staff.role !== "privacy-officer") return refused("NOT_ALLOWED");
  return done({ actor, staffId: signIn.staff.staffId });
}

/** The officer and an open case that both have opened; for acts that need the second one's word. */
export async function officerOfOpenCase(
  deps: Pick<Deps, "db" | "clock">,
  actor: StaffActor,
  inquiryId: string,
): Promise<Outcome<{ officer: Officer; one: InquiryCase }>> {
  const found = await officerOfCase(deps, actor, inquiryId);
  if (!found.ok) return found;
  return found.value.one.secondedBy === null ? refused("INQUIRY_SECOND_OFFICER_NEEDED") : found;
}

/** The same before the second word: whoever proposed the case. */
export async function officerOfCase(
  deps: Pick<Deps, "db" | "clock">,
  actor: StaffActor,
  inquiryId: string,
): Promise<Outcome<{ officer: Officer; one: InquiryCase }>> {
  const officer = await officerOf(deps, actor);
  if (!officer.ok) return officer;
  const one = await store.find(deps.db, inquiryId);
  if (!one) return refused("INQUIRY_NOT_FOUND");
  if (one.closedAt) return refused("INQUIRY_CLOSED");
  const { staffId } = officer.value;
  if (one.proposedBy !== staffId && one.secondedBy !== staffId) return refused("NOT_ALLOWED");
  return done({ officer: officer.value, one });
}
