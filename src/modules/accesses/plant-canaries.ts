// Plants canaries: people whom the vault invents, registered with numbers that the operator owns, by the same steps as
// everybody else, so that nothing in the tables tells them apart. Whoever asks for one is stopped.
// SPDX-License-Identifier: Apache-2.0
import { setTimeout } from "node:timers/promises";
import { done, type Outcome, refused } from "../../platform/errors.js";
import { randomToken, tokenHash, uuidv7 } from "../../platform/random.js";
import { photoIdTypes, registerBeneficiary } from "../beneficiaries/index.js";
import type { Canary, Deps, GateError } from "../disclosure/index.js";
import * as store from "./store.js";

export const mostCanaries = 100;
type PlantError = GateError | "CANARY_NUMBER_WRONG" | "CANARY_NUMBER_TAKEN" | "CANARY_NOT_REGISTERED";

/**
 * One canary a number (ten digits each), spread over `minutes`, among the people who register meanwhile: right after the
 * log's entry of their commitments they would stand out. Nobody is told which people they are.
 */
export async function plantCanaries(
  deps: Deps,
  { numbers, minutes }: { numbers: readonly string[]; minutes: number },
): Promise<Outcome<{ planted: number }, PlantError>> {
  const isList = numbers.length > 0 && numbers.length <= mostCanaries && new Set(numbers).size === numbers.length;
  if (!isList || !numbers.every((number) => /^[6-9]\d{9}$/.test(number))) return refused("CANARY_NUMBER_WRONG");
  const made = await deps.gate.newCanaries({ count: numbers.length, minutes });
  if (!made.ok) return made;
  for (const [at, canary] of made.value.entries()) {
    await setTimeout(Math.max(0, timeOf(canary.beneficiaryId) - deps.clock().getTime()));
    const planted = await plant(deps, canary, numbers[at]!);
    if (!planted.ok) return planted;
  }
  return done({ planted: numbers.length });
}

/** The milliseconds in a UUID of version 7. */
function timeOf(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

async function plant(
  deps: Deps,
  { beneficiaryId, identity }: Canary,
  mobile: string,
): Promise<Outcome<undefined, PlantError>> {
  const now = deps.clock();
  const [accountId, signInId] = [uuidv7(now.getTime()), uuidv7(now.getTime())];
  const [phoneIndex, contactBox] = await Promise.all([
    deps.gate.phoneIndex(mobile),
    deps.gate.sealForTransit({ mobile }, 600),
  ]);
  const signIn = { accountId, signInId, phoneIndex, contactBox, tokenHash: tokenHash(randomToken()), now };
  if (!(await store.openCanaryAccount(deps.db, signIn))) return refused("CANARY_NUMBER_TAKEN");
  const registered = await registerBeneficiary(
    deps,
    { kind: "citizen", signInId },
    {
      ...identity,
      beneficiaryId,
      birthYear: String(identity.birthYear),
      photoIdType: String(photoIdTypes.find(({ type }) => type === identity.photoIdType)?.id),
      consent: "yes",
      locale: "en",
      requestKey: uuidv7(now.getTime()),
    },
  );
  await store.endCanarySignIn(deps.db, signInId, now);
  return registered.ok ? done(undefined) : refused("CANARY_NOT_REGISTERED");
}
