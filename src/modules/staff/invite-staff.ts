// Invites somebody to a role at a place: a one-time enrolment link, shown once, good for 72 hours.
// The link is worth a passkey, so only its hash is kept.
// SPDX-License-Identifier: Apache-2.0
import type { Tx } from "../../platform/db/db.js";
import { done, invalid, type Outcome, type Problem, refused } from "../../platform/errors.js";
import { randomToken, tokenHash, uuidv7 } from "../../platform/random.js";
import type { Deps } from "../disclosure/index.js";
import { findSignInOfActor } from "./find-staff-sign-in.js";
import { fits, mayInvite } from "./rules.js";
import * as store from "./store.js";
import { type Invitation, type Place, type Role, roles, type StaffActor } from "./types.js";

const invitationHours = 72;

export interface StaffInvitationInput {
  displayName: string;
  role: string;
  /** The id of the role's own level; the levels above it follow from it. */
  facilityId?: string | undefined;
  districtId?: number | undefined;
  stateId?: number | undefined;
}

type InviteError = "NOT_SIGNED_IN" | "INPUT_INVALID" | "STAFF_OUTSIDE_JURISDICTION" | "STAFF_NOT_FOUND";

export async function inviteStaff(
  deps: Deps,
  actor: StaffActor,
  input: StaffInvitationInput,
): Promise<Outcome<Invitation, InviteError>> {
  const signIn = await findSignInOfActor(deps, actor);
  if (!signIn) return refused("NOT_SIGNED_IN");
  const wanted = await readInput(deps, input);
  if (!wanted.ok) return wanted;
  const { role, place, displayName } = wanted.value;
  if (!mayInvite(signIn.staff, role, place)) return refused("STAFF_OUTSIDE_JURISDICTION");
  return done(await create(deps, { displayName, role, ...place }, signIn.staff.staffId));
}

/** An invitation by the operator, from the command line: the first admin, or the demo's staff. */
export async function firstAdminInvitation(
  deps: Pick<Deps, "db" | "clock">,
  input: StaffInvitationInput,
): Promise<Outcome<Invitation, "INPUT_INVALID">> {
  const wanted = await readInput(deps, input);
  if (!wanted.ok) return wanted;
  const { role, place, displayName } = wanted.value;
  return done(await create(deps, { displayName, role, ...place }, null));
}

/** A new link for somebody who lost the first one, or their device. Their passkeys stay until they are removed. */
export async function renewInvitation(
  deps: Deps,
  actor: StaffActor,
  input: { staffId: string },
): Promise<Outcome<Invitation, InviteError>> {
  const signIn = await findSignInOfActor(deps, actor);
  if (!signIn) return refused("NOT_SIGNED_IN");
  const invited = await store.find(deps.db, input.staffId);
  if (!invited) return refused("STAFF_NOT_FOUND");
  if (!mayInvite(signIn.staff, invited.role, invited)) return refused("STAFF_OUTSIDE_JURISDICTION");
  return done(
    await deps.db.transaction((tx) => addInvitation(tx, invited.staffId, signIn.staff.staffId, deps.clock())),
  );
}

async function readInput(
  deps: Pick<Deps, "db">,
  input: StaffInvitationInput,
): Promise<Outcome<{ displayName: string; role: Role; place: Place }, "INPUT_INVALID">> {
  const problems: Problem[] = [];
  const displayName = input.displayName.trim();
  if (!displayName) problems.push({ field: "displayName", code: "STAFF_NAME_MISSING" });
  if (displayName.length > 100)
    problems.push({ field: "displayName", code: "STAFF_NAME_TOO_LONG", facts: { limit: 100 } });
  const role = roles.find((known) => known === input.role);
  if (!role) return invalid([...problems, { field: "role", code: "STAFF_ROLE_UNKNOWN" }]);
  const place = await store.placeOf(deps.db, {
    facilityId: input.facilityId ?? null,
    districtId: input.districtId ?? null,
    stateId: input.stateId ?? null,
  });
  if (!place || !fits(role, place)) problems.push({ field: "place", code: "STAFF_PLACE_UNKNOWN" });
  if (problems.length > 0 || !place) return invalid(problems);
  return done({ displayName, role, place });
}

async function create(
  deps: Pick<Deps, "db" | "clock">,
  person: Place & { displayName: string; role: Role },
  invitedBy: string | null,
): Promise<Invitation> {
  const now = deps.clock();
  const staffId = uuidv7(now.getTime());
  return deps.db.transaction(async (tx) => {
    await store.insert(tx, { ...person, staffId, createdBy: invitedBy, createdAt: now });
    return addInvitation(tx, staffId, invitedBy, now);
  });
}

async function addInvitation(tx: Tx, staffId: string, invitedBy: string | null, now: Date): Promise<Invitation> {
  const token = randomToken();
  const expiresAt = new Date(now.getTime() + invitationHours * 3_600_000);
  await store.insertInvitation(tx, { tokenHash: tokenHash(token), staffId, invitedBy, createdAt: now, expiresAt });
  return { staffId, token, expiresAt };
}
