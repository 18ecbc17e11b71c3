// The staff's pages: signing in, today's sessions, check-in, walk-ins, recording a dose and the half hour after it.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../modules/disclosure/index.js";
import { staffGuard } from "../staff-guard.js";
import { afterDosePages } from "./after-dose.js";
import { dosePages } from "./dose.js";
import { emergencyPages } from "./emergency.js";
import { personPages } from "./person.js";
import { programPages } from "./program.js";
import { registerPages } from "./register-walk-in.js";
import { signInPages } from "./sign-in-pages.js";
import { siteDoor } from "./site.js";
import { todayPages } from "./today.js";
import { walkInPages } from "./walk-in.js";

export function staffPages(app: FastifyInstance, deps: Deps, { origin }: { origin: string }): void {
  signInPages(app, deps, { origin });
  const door = siteDoor(app, deps, staffGuard(deps));
  todayPages(door);
  programPages(door);
  personPages(door);
  dosePages(door);
  afterDosePages(door);
  walkInPages(door);
  registerPages(door);
  emergencyPages(door);
}
