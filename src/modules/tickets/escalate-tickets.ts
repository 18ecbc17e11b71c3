// Tickets whose day has passed go up: to the officers of the state, and after another week to those of the country. They
// stand on top of the list there, and lie on nobody's table: whoever had them had their time. The person is told.
// SPDX-License-Identifier: Apache-2.0
import { enqueue } from "../../platform/jobs/enqueue.js";
import type { Deps } from "../disclosure/index.js";
import { ticketNotice } from "./notice.js";
import { escalateAgainDays } from "./rules.js";
import * as store from "./store.js";
import type { TicketLevel } from "./types.js";

const atOnce = 500;

/** Gives how many went up. Running it twice moves nothing twice. */
export async function escalateTickets(deps: Pick<Deps, "db" | "clock">): Promise<number> {
  const now = deps.clock();
  const since = new Date(now.getTime() - escalateAgainDays * 86_400_000);
  for (let total = 0; ; ) {
    const escalated = await deps.db.transaction(async (tx) => {
      const tickets = await store.escalate(tx, { now, since, atOnce });
      for (const { beneficiaryId, ticketId } of tickets)
        await enqueue(tx, "send-notice", ticketNotice(beneficiaryId, ticketId));
      return tickets.length;
    });
    total += escalated;
    if (escalated < atOnce) return total;
  }
}

/** For the operator's figures: how many wait beyond their day, by whose list they stand on top of. */
export async function countOverdue(deps: Pick<Deps, "db" | "clock">): Promise<Readonly<Record<TicketLevel, number>>> {
  const counts = await store.countOverdue(deps.db, deps.clock());
  return { district: 0, state: 0, country: 0, ...Object.fromEntries(counts.map(({ level, count }) => [level, count])) };
}
