// Many signed-in citizens with a registered person each, quickly, and without budgets in their way.
// SPDX-License-Identifier: Apache-2.0
import { useBudget } from "../tests/support/budgets.js";
import { registeredPerson, type SignedInAccount, signedInAccount } from "../tests/support/vault-people.js";
import type { World } from "../tests/support/world.js";

export interface Citizen extends SignedInAccount {
  readonly subject: string;
  readonly reference: string;
}
const together = 16;

export async function manyCitizens(world: World, count: number): Promise<Citizen[]> {
  const citizens: Omit<Citizen, "reference">[] = [];
  let begun = 0;
  const worker = async () => {
    while (begun++ < count) {
      const account = await signedInAccount(world);
      citizens.push({ ...account, subject: await registeredPerson(world, account) });
    }
  };
  await Promise.all(Array.from({ length: together }, worker));
  const actors = citizens.map(({ accountId }) => `account:${accountId}`);
  await useBudget(world, actors, "own-sign-in", -1_000_000_000);
  const rows = await world.deps.db.rows<{ id: string; reference: number }>(
    "SELECT beneficiary_id AS id, reference_id AS reference FROM registry.beneficiaries WHERE beneficiary_id = ANY ($1::uuid[])",
    [citizens.map(({ subject }) => subject)],
  );
  const references = new Map(rows.map(({ id, reference }) => [id, String(reference)]));
  return citizens.map((citizen) => ({ ...citizen, reference: references.get(citizen.subject)! }));
}
