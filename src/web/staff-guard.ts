// Lets signed-in staff through to a page and sends others to sign in. Staff, officer and privacy pages use it.
// It never says why a sign-in ended, and never shows anything of the page it guards.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Deps } from "../modules/disclosure/index.js";
import {
  findStaffSignIn,
  idleMinutes,
  type Role,
  type Staff,
  type StaffActor,
  worksAtSessionSite,
} from "../modules/staff/index.js";
import { refused } from "../platform/errors.js";
import type { MessageKey } from "../platform/i18n/i18n.js";
import { localeOf, sendRefusal, wordsOf } from "./page.js";

export const staffCookie = "sakshi_staff";

export interface SignedInStaff {
  readonly staff: Staff;
  readonly signInId: string;
  readonly actor: StaffActor;
}

export interface StaffGuard {
  /**
   * The member of staff behind a request. `undefined` means that the answer was sent already (to sign in, or
   * "not allowed" for another role): the handler returns `reply`.
   */
  requireStaff(
    request: FastifyRequest,
    reply: FastifyReply,
    roles?: readonly Role[],
  ): Promise<SignedInStaff | undefined>;
}

export function staffGuard(deps: Pick<Deps, "db" | "clock">): StaffGuard {
  return {
    async requireStaff(request, reply, roles) {
      const token = request.cookies[staffCookie];
      const signIn = token ? await findStaffSignIn(deps, token) : undefined;
      if (!signIn) {
        reply.redirect(`/${localeOf(request)}/staff/sign-in`, 303);
        return undefined;
      }
      const { staff, signInId } = signIn;
      const role = wordsOf(request)(`common.role.${staff.role}` as MessageKey);
      request.signedIn = {
        as: portalOf(staff.role),
        idleMinutes,
        label: staff.placeName ? `${role}, ${staff.placeName}` : role,
      };
      if (roles && !roles.includes(staff.role)) {
        sendRefusal(request, reply, refused("NOT_ALLOWED"));
        return undefined;
      }
      return { staff, signInId, actor: { kind: "staff", signInId } };
    },
  };
}

/** The pages that a role works on: the first part of their addresses. */
function portalOf(role: Role): "staff" | "officer" | "privacy" {
  if (role === "privacy-officer") return "privacy";
  return worksAtSessionSite(role) ? "staff" : "officer";
}

/** Where a role lands after sign-in. */
export function startPageOf(role: Role, locale: string): string {
  return `/${locale}/${portalOf(role)}`;
}
