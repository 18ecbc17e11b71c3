// The staff's pages: signing in, today's sessions, check-in, recording a dose.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../modules/disclosure/index.js";
import { signInPages } from "./sign-in-pages.js";

export function staffPages(app: FastifyInstance, deps: Deps, { origin }: { origin: string }): void {
  signInPages(app, deps, { origin });
}
