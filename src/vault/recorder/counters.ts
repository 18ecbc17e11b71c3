// Each person's pseudonym and next counter: asked of the log once, then known until something fails. There is one
// sequencer, so what it knows is so; the log's unique index is the last fence.
// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from "node:crypto";
import type { Db } from "../../platform/db/db.js";
import { pseudonymOf } from "../entry.js";
import { type Draft, type Placed, placeFor, placeForNobody } from "./draft.js";
import { nextCounters } from "./log-store.js";

const maxKnown = 100_000;

export interface Counters {
  /** Gives each draft its counter and text. Counters move on only with `moveOn`, after the commit. */
  place(drafts: readonly Draft[], at: string): Promise<Placed[]>;
  moveOn(placed: readonly Placed[]): void;
  forget(): void;
}

interface Known {
  readonly pseudonym: Buffer;
  next: number;
}

export function countersIn(db: Db, pseudonyms: KeyObject): Counters {
  const known = new Map<string, Known>();

  async function learn(subjects: ReadonlySet<string>): Promise<void> {
    if (known.size > maxKnown) known.clear();
    const unknown = [...subjects].filter((subject) => !known.has(subject));
    if (unknown.length === 0) return;
    const wanted = unknown.map((subject) => pseudonymOf(pseudonyms, "subject", subject));
    const next = await nextCounters(db, wanted);
    unknown.forEach((subject, at) => known.set(subject, { pseudonym: wanted[at]!, next: next[at]! }));
  }

  return {
    async place(drafts, at) {
      await learn(new Set(drafts.flatMap(({ subject }) => subject ?? [])));
      const taken = new Map<string, number>();
      return drafts.map((draft) => {
        if (draft.subject === undefined) return placeForNobody(draft, at);
        const { pseudonym, next } = known.get(draft.subject)!;
        const before = taken.get(draft.subject) ?? 0;
        taken.set(draft.subject, before + 1);
        return placeFor(pseudonym, next + before, draft, at);
      });
    },
    moveOn(placed) {
      for (const { draft, n } of placed) if (draft.subject !== undefined) known.get(draft.subject)!.next = n + 1;
    },
    forget() {
      known.clear();
    },
  };
}
