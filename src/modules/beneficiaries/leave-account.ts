// How a person leaves an account after officers decided so: off the number of somebody who does not know them, or into
// another registration of theirs. In the caller's transaction.
// SPDX-License-Identifier: Apache-2.0
import { dateInIndia } from "../../platform/clock.js";
import type { Queryable } from "../../platform/db/db.js";
import { uuidv7 } from "../../platform/random.js";
import { openAccountWithoutPhone } from "../accounts/index.js";
import { accountOf, findTies, lockActive, moveMember, retireMember } from "./store.js";

/** A person whom the number's holder does not know goes to an account of their own, without a phone. */
export async function leaveNumber(tx: Queryable, beneficiaryId: string, now: Date): Promise<boolean> {
  const account = await accountOf(tx, beneficiaryId);
  if (!account) return false;
  const to = uuidv7(now.getTime());
  await openAccountWithoutPhone(tx, to, account.locale, now);
  return moveMember(tx, { beneficiaryId, from: account.accountId, to, at: now });
}

/** One of two registrations of a person ends; not with an appointment ahead, which would hold a place for nobody. */
export async function mergeInto(
  tx: Queryable,
  { beneficiaryId, into, now }: { readonly beneficiaryId: string; readonly into: string; readonly now: Date },
): Promise<"merged" | "not-active" | "appointed"> {
  const account = await accountOf(tx, beneficiaryId);
  // Bookings hold this row too: after the lock there is either the appointment or none to come.
  if (!account || !(await lockActive(tx, account.accountId, beneficiaryId))) return "not-active";
  const { appointed } = await findTies(tx, beneficiaryId, dateInIndia(now));
  if (appointed) return "appointed";
  return (await retireMember(tx, beneficiaryId, into)) ? "merged" : "not-active";
}
