// Privacy officers read what the reviews found.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome, refused } from "../../platform/errors.js";
import { isUuid } from "../../platform/random.js";
import type { Deps } from "../disclosure/index.js";
import { findSignInOfActor, type StaffActor } from "../staff/index.js";
import * as store from "./store.js";
import type { ReviewReport, ReviewSummary, WholeReview } from "./types.js";

type OfficerError = "NOT_SIGNED_IN" | "NOT_ALLOWED";
const mostShown = 100;

async function privacyOfficer(deps: Deps, actor: StaffActor): Promise<Outcome<undefined, OfficerError>> {
  const signIn = await findSignInOfActor(deps, actor);
  if (!signIn) return refused("NOT_SIGNED_IN");
  return signIn.staff.role === "privacy-officer" ? done(undefined) : refused("NOT_ALLOWED");
}

/** Newest first; at most 100. */
export async function recentReviews(deps: Deps, actor: StaffActor): Promise<Outcome<ReviewSummary[], OfficerError>> {
  const officer = await privacyOfficer(deps, actor);
  return officer.ok ? done(await store.newest(deps.db, mostShown)) : officer;
}

export async function openReview(
  deps: Deps,
  actor: StaffActor,
  reviewId: string,
): Promise<Outcome<WholeReview, OfficerError | "REVIEW_NOT_FOUND">> {
  const officer = await privacyOfficer(deps, actor);
  if (!officer.ok) return officer;
  const found = isUuid(reviewId) ? await store.findFinished(deps.db, reviewId) : undefined;
  if (!found) return refused("REVIEW_NOT_FOUND");
  // The text of a signed note ends where the empty line before the signatures begins.
  const text = found.note.slice(0, found.note.lastIndexOf("\n\n") + 1);
  return done({ ...found, report: JSON.parse(text) as ReviewReport });
}
