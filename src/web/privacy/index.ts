// The privacy officers' pages: what was looked at and why it stands out, and what two officers decide together.
// A portal of its own: an admin's sign-in does not open it, and a privacy officer's opens no other.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance } from "fastify";
import type { InquiryDeps } from "../../modules/inquiries/index.js";
import { staffGuard } from "../staff-guard.js";
import { accessesPages } from "./accesses.js";
import { privacyDoor } from "./door.js";
import { inquiryPages } from "./inquiries.js";
import { inquiryCasePages } from "./inquiry.js";
import { programPages } from "./program.js";
import { inquiryReportPages } from "./reports.js";
import { reviewPages } from "./reviews.js";
import { startPages } from "./start.js";

/** @param logDirectory where the disclosure log is published, for proofs in bundles */
export function privacyPages(app: FastifyInstance, deps: InquiryDeps, logDirectory: string): void {
  const guard = staffGuard(deps);
  const door = privacyDoor(app, deps, guard);
  startPages(door);
  accessesPages(door);
  reviewPages(door);
  inquiryPages(app, deps, guard);
  inquiryCasePages(app, deps, guard, logDirectory);
  inquiryReportPages(app, deps, guard);
  programPages(app, deps, guard);
}
