// The privacy officers' pages: what was looked at and why it stands out, and what two officers decide together.
// A portal of its own: an admin's sign-in does not open it, and a privacy officer's opens no other.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../modules/disclosure/index.js";
import { staffGuard } from "../staff-guard.js";
import { accessesPages } from "./accesses.js";
import { privacyDoor } from "./door.js";
import { startPages } from "./start.js";

export function privacyPages(app: FastifyInstance, deps: Deps): void {
  const door = privacyDoor(app, deps, staffGuard(deps));
  startPages(door);
  accessesPages(door);
}
