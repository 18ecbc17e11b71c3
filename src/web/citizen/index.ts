// The citizen's pages: sign in, people, find, book, slip. No rule and no SQL; each page works without JavaScript.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../modules/disclosure/index.js";
import { appointmentPages } from "./appointments.js";
import { bookPages } from "./book.js";
import { certificatePages } from "./certificate.js";
import { consentPages } from "./consents.js";
import { correctPages } from "./correct.js";
import { citizenDoor } from "./door.js";
import { findPages } from "./find.js";
import { leakNoticePages } from "./leak-notice.js";
import { movePages } from "./move.js";
import { ownDataPages } from "./own-data.js";
import { peoplePages } from "./people.js";
import { personPages } from "./person.js";
import { registerPages } from "./register.js";
import { requestPages } from "./requests.js";
import { signInPages } from "./sign-in.js";
import type { CitizenOptions } from "./sign-in-guard.js";
import { walletPages } from "./wallet.js";

export function citizenPages(app: FastifyInstance, deps: Deps, options: CitizenOptions): void {
  const door = citizenDoor(app, deps, options);
  signInPages(door);
  registerPages(door);
  peoplePages(door);
  personPages(door);
  ownDataPages(door);
  correctPages(door);
  movePages(door);
  leakNoticePages(door);
  requestPages(door);
  certificatePages(door);
  walletPages(door);
  bookPages(door);
  appointmentPages(door);
  consentPages(door);
  findPages(app, deps, options);
}
