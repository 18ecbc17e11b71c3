// Lets the demo country grow to the size of a real one, for measuring: how long a backup takes, what a person weighs,
// whether a search still finds its index. No entry of the disclosure log is made up: only the recorder writes there.
// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import { addDays, dateInIndia, instantInIndia } from "../platform/clock.js";
import type { Db } from "../platform/db/db.js";
import { OperatorError } from "../platform/operator-error.js";
import { canGrow, type Grown, insertGrown, noteSizes } from "./grow-store.js";

const pieceOf = 6_000;
/** They registered in the 130 days before today, so that the second dose lies in the past. */
const overDays = 40;
const daysAgo = 130;
const noiseBytes = 1 << 20;
/** On the disk, with indexes, measured on a million (docs/operations/capacity.md). */
export const bytesAPerson = 15_000;

/** In pieces, each whole or not at all; stopping it leaves what was told last. */
export async function grow(db: Db, people: number, progress: (grown: Grown) => void): Promise<Grown> {
  if (!(await canGrow(db))) throw new OperatorError("There is no facility or no staff to grow around.");
  const begun = instantInIndia(addDays(dateInIndia(new Date()), -daysAgo), "09:00").getTime();
  const sum = { people: 0, doses: 0 };
  while (sum.people < people) {
    const wanted = Math.min(pieceOf, Math.ceil((people - sum.people) / 3) * 3);
    const at = new Date(begun + (sum.people / people) * overDays * 86_400_000);
    const made = await insertGrown(db, { first: sum.people, people: wanted, at, noise: randomBytes(noiseBytes) });
    sum.people += made.people;
    sum.doses += made.doses;
    progress(sum);
  }
  await noteSizes(db);
  return sum;
}
