// Verifies a certificate's text on the server, for a page without JavaScript: our own keys, our own clock.
// Keeps nothing of what it was given.
// SPDX-License-Identifier: Apache-2.0
import { readStatusLists, type Verdict, verifyCertificate } from "../../lib/certificate/index.js";
import { nodePrimitives } from "../../lib/certificate/node-primitives.js";
import type { Clock } from "../../platform/clock.js";
import { type KeySource, trustList } from "./published-keys.js";
import type { StatusLists } from "./status-lists.js";

export interface VerifierDeps extends KeySource {
  readonly clock: Clock;
  readonly statusLists: StatusLists;
}

const primitives = nodePrimitives();

export async function verifyText(deps: VerifierDeps, text: string): Promise<Verdict> {
  const options = { trust: await trustList(deps), at: deps.clock(), primitives };
  const lists = (await deps.statusLists()).flatMap(({ token, credential }) => [token, credential]);
  const statusLists = (await readStatusLists({ version: 1, lists }, options)) ?? [];
  return verifyCertificate(text, { ...options, statusLists });
}
