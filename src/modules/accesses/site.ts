// The session site that a member of staff works at.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome, refused } from "../../platform/errors.js";
import type { Deps } from "../disclosure/index.js";
import { findSignInOfActor, type StaffActor, worksAtSessionSite } from "../staff/index.js";

export interface Site {
  readonly staffId: string;
  readonly facilityId: string;
  readonly facilityName: string;
}

export async function siteOf(
  deps: Pick<Deps, "db" | "clock">,
  actor: StaffActor,
): Promise<Outcome<Site, "NOT_SIGNED_IN" | "NOT_ALLOWED">> {
  const signIn = await findSignInOfActor(deps, actor);
  if (!signIn) return refused("NOT_SIGNED_IN");
  const { staffId, role, facilityId, placeName } = signIn.staff;
  if (!worksAtSessionSite(role) || !facilityId) return refused("NOT_ALLOWED");
  return done({ staffId, facilityId, facilityName: placeName ?? "" });
}
