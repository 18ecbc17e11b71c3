// The officers' pages: facilities, staff, stock and sessions within the admin's jurisdiction. Of beneficiaries nothing
// personal is shown here, or can be, but for a request that a person made and that lies on this officer's table.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../modules/disclosure/index.js";
import { staffGuard } from "../staff-guard.js";
import { batchPages } from "./batches.js";
import { changeFacilityPages } from "./change-facility.js";
import { changeSessionPages } from "./change-session.js";
import { type OfficerOptions, officerDoor } from "./door.js";
import { facilityPages } from "./facilities.js";
import { invitePages } from "./invite-staff.js";
import { overviewPages } from "./overview.js";
import { sessionPages } from "./sessions.js";
import { staffPages } from "./staff.js";
import { ticketPages } from "./tickets.js";

export type { OfficerOptions } from "./door.js";

export function officerPages(app: FastifyInstance, deps: Deps, options: OfficerOptions): void {
  const door = officerDoor(app, deps, options, staffGuard(deps));
  overviewPages(door);
  facilityPages(door);
  changeFacilityPages(door);
  batchPages(door);
  sessionPages(door);
  changeSessionPages(door);
  staffPages(door);
  invitePages(door);
  ticketPages(door);
}
