// Each person's next counter: asked of the log once, then known until something fails. There is one sequencer, so
// what it knows is so; the log's unique index is the last fence.
// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from "node:crypto";
import type { Db } from "../../platform/db/db.js";
import { pseudonymOf } from "../entry.js";
import { type Draft, type Placed, placeFor, placeMiss } from "./draft.js";
import { nextCounters } from "./log-store.js";

const maxKnown = 100_000;

export interface Counters {
  /** Gives each draft its counter and text. Counters move on only with `moveOn`, after the commit. */
  place(drafts: readonly Draft[], at: string): Promise<Placed[]>;
  moveOn(placed: readonly Placed[]): void;
  forget(): void;
}

export function countersIn(db: Db, pseudonyms: KeyObject): Counters {
  const known = new Map<string, number>();

  async function learn(people: ReadonlyMap<string, Buffer>): Promise<void> {
    if (known.size > maxKnown) known.clear();
    const unknown = [...people].filter(([key]) => !known.has(key));
    if (unknown.length === 0) return;
    const wanted = unknown.map(([, pseudonym]) => pseudonym);
    const next = await nextCounters(db, wanted);
    unknown.forEach(([key], at) => known.set(key, next[at]!));
  }

  return {
    async place(drafts, at) {
      const pseudonymOfDraft = drafts.map(({ subject }) => subject && pseudonymOf(pseudonyms, "subject", subject));
      const people = new Map(pseudonymOfDraft.flatMap((one) => (one ? [[keyOf(one), one] as const] : [])));
      await learn(people);
      const next = new Map([...people.keys()].map((key) => [key, known.get(key)!]));
      return drafts.map((draft, i) => {
        const pseudonym = pseudonymOfDraft[i];
        if (!pseudonym) return placeMiss(draft, at);
        const n = next.get(keyOf(pseudonym))!;
        next.set(keyOf(pseudonym), n + 1);
        return placeFor(pseudonym, n, draft, at);
      });
    },
    moveOn(placed) {
      for (const { pseudonym, n } of placed) if (pseudonym) known.set(keyOf(pseudonym), n + 1);
    },
    forget() {
      known.clear();
    },
  };
}

function keyOf(pseudonym: Buffer): string {
  return pseudonym.toString("base64");
}
