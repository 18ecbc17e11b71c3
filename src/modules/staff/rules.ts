// Who may act where. Pure: facts in, decision out. Nobody acts outside their jurisdiction, and nobody
// invites or removes a role that stands level with their own or above it.
// SPDX-License-Identifier: Apache-2.0
import type { Place, RelyingParty, Role, Staff } from "./types.js";

type Level = "facility" | "district" | "state" | "country";

const levels: Record<Role, Level> = {
  verifier: "facility",
  vaccinator: "facility",
  "facility-admin": "facility",
  "district-admin": "district",
  "state-admin": "state",
  "national-admin": "country",
  "privacy-officer": "country",
};

/** The level that a role is tied to: a vaccinator to a facility, a district officer to a district. */
export function levelOf(role: Role): Level {
  return levels[role];
}

const siteRoles = ["verifier", "vaccinator"] as const;

/** National admins and privacy officers stand outside the lines below them: the operator invites national admins. */
const invitable: Record<Role, readonly Role[]> = {
  verifier: [],
  vaccinator: [],
  "facility-admin": siteRoles,
  "district-admin": [...siteRoles, "facility-admin"],
  "state-admin": [...siteRoles, "facility-admin", "district-admin"],
  "national-admin": [...siteRoles, "facility-admin", "district-admin", "state-admin", "privacy-officer"],
  "privacy-officer": [],
};

export function rolesInvitableBy(role: Role): readonly Role[] {
  return invitable[role];
}

/** Whether a place lies in the jurisdiction. Privacy officers look at inquiries, not at places: they reach none. */
export function reaches(staff: Pick<Staff, "role" | keyof Place>, place: Place): boolean {
  switch (staff.role) {
    case "national-admin":
      return true;
    case "state-admin":
      return staff.stateId !== null && place.stateId === staff.stateId;
    case "district-admin":
      return staff.districtId !== null && place.districtId === staff.districtId;
    case "facility-admin":
    case "verifier":
    case "vaccinator":
      return staff.facilityId !== null && place.facilityId === staff.facilityId;
    case "privacy-officer":
      return false;
  }
}

/** Whether the place has what the role needs, and nothing narrower. */
export function fits(role: Role, place: Place): boolean {
  switch (levels[role]) {
    case "facility":
      return place.facilityId !== null && place.districtId !== null && place.stateId !== null;
    case "district":
      return place.facilityId === null && place.districtId !== null && place.stateId !== null;
    case "state":
      return place.facilityId === null && place.districtId === null && place.stateId !== null;
    case "country":
      return place.facilityId === null && place.districtId === null && place.stateId === null;
  }
}

export function mayInvite(actor: Pick<Staff, "role" | keyof Place>, role: Role, place: Place): boolean {
  return invitable[actor.role].includes(role) && fits(role, place) && reaches(actor, place);
}

/** Whoever may invite somebody to a role and place may also remove them from it. Nobody removes themselves. */
export function mayRemove(actor: Staff, target: Staff): boolean {
  return actor.staffId !== target.staffId && mayInvite(actor, target.role, target);
}

/** Session-site roles work on today's list; the others on the officers' pages. */
export function worksAtSessionSite(role: Role): boolean {
  return (siteRoles as readonly Role[]).includes(role);
}

const loopbackHosts = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Where passkeys belong. An address such as 127.0.0.1 cannot be a relying party (WebAuthn Level 3, §5.1.3 asks for
 * a domain), so a demo on this machine uses localhost, with the port of the request. `undefined`: not possible here.
 */
export function relyingPartyOf(origin: string, requestHost: string): RelyingParty | undefined {
  const configured = new URL(origin);
  if (!loopbackHosts.has(configured.hostname)) {
    return /^[\d.]+$|^\[/.test(configured.hostname)
      ? undefined
      : { id: configured.hostname, origin: configured.origin };
  }
  if (!/^localhost(:\d{1,5})?$/.test(requestHost)) return undefined;
  return { id: "localhost", origin: `http://${requestHost}` };
}
