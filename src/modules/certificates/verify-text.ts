// Verifies a certificate's text on the server, for a page without JavaScript: our own keys, our own clock.
// Keeps nothing of what it was given.
// SPDX-License-Identifier: Apache-2.0
import { type Verdict, verifyCertificate } from "../../lib/certificate/index.js";
import { nodePrimitives } from "../../lib/certificate/node-primitives.js";
import type { Clock } from "../../platform/clock.js";
import { type KeySource, trustList } from "./trust-list.js";

export type VerifierDeps = KeySource & { readonly clock: Clock };

const primitives = nodePrimitives();

export async function verifyText(deps: VerifierDeps, text: string): Promise<Verdict> {
  return verifyCertificate(text, { trust: await trustList(deps), at: deps.clock(), primitives });
}
