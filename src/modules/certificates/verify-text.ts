// Verifies a certificate's text on the server, for a page without JavaScript: our own keys, our own clock, and of our
// status lists the one that the certificate names. Keeps nothing of what it was given.
// SPDX-License-Identifier: Apache-2.0
import { issuerNames, readStatusList, type Verdict, verifyCertificate } from "../../lib/certificate/index.js";
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
  const verdict = await verifyCertificate(text, options);
  const signed = verdict.status && (await listAt(deps, verdict.status.uri));
  const list = signed === undefined ? undefined : await readStatusList(signed, options);
  return list ? verifyCertificate(text, { ...options, statusLists: [list] }) : verdict;
}

/** The list that is published at this address, in the form that it has there. */
async function listAt({ origin, statusLists }: VerifierDeps, uri: string): Promise<string | undefined> {
  const start = `${issuerNames(origin).url}/status/`;
  const [, number, json] = (uri.startsWith(start) && /^([1-9]\d{0,6})(\.json)?$/.exec(uri.slice(start.length))) || [];
  const list = number === undefined ? undefined : await statusLists.one(Number(number));
  return json ? list?.credential : list?.token;
}
