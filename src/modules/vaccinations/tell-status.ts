// How far the holder of a phone's person is vaccinated, by name: the answer of "know your customer's vaccination status".
// Who is not registered, or goes by another name, counts as not vaccinated, so that the answer says nothing else.
// SPDX-License-Identifier: Apache-2.0
import { timingSafeEqual } from "node:crypto";
import { done, type Outcome } from "../../platform/errors.js";
import type { Macs } from "../../platform/macs.js";
import { findAccountHolder } from "../accounts/index.js";
import { listBeneficiaries } from "../beneficiaries/index.js";
import type { Actor, Deps, GateError } from "../disclosure/index.js";
import { currentProgramme } from "../vaccines/index.js";
import { vaccinationStatus } from "./rules.js";

/** 0 not, 1 partially, 2 fully vaccinated. */
export type StatusNumber = 0 | 1 | 2;
const numbers = { none: 0, partial: 1, complete: 2 } as const;

/** A name as it is compared: letters and digits only, whatever their case and what stands between them. */
export function nameMac(macs: Macs, name: string): Buffer {
  const plain = name
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, " ")
    .trim();
  return macs.mac("status-name", plain);
}

export async function tellStatus(
  deps: Deps,
  actor: Extract<Actor, { kind: "citizen" }>,
  wanted: Buffer,
): Promise<Outcome<StatusNumber, GateError>> {
  const holder = await findAccountHolder(deps, actor);
  const people = holder ? await listBeneficiaries(deps, holder.accountId) : [];
  const seen = await deps.gate.disclose({
    actor,
    purpose: "own-view",
    explanation: { kind: "own-sign-in" },
    subjects: people.map((one) => one.beneficiaryId),
    fields: ["name", "doses"],
  });
  if (!seen.ok) return seen;
  const found = [...seen.value.values()]
    .filter(({ name }) => timingSafeEqual(nameMac(deps.macs, name), wanted))
    .map(({ doses }) => numbers[vaccinationStatus(currentProgramme(), doses)]);
  // Of two people of one name, no more than holds for both.
  return done(found.length === 0 ? 0 : (Math.min(...found) as StatusNumber));
}
