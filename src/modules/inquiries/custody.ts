// Chain of custody: what happened to a case, by whom, when. Each event holds the hash of the one before it, and its own
// hash is written into the disclosure log before the event counts: nobody can put one in, take one out or date it anew.
// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { done, type Outcome } from "../../platform/errors.js";
import type { Officer } from "./officer.js";
import * as store from "./store.js";
import type { CustodyEvent, EventFacts, EventKind, InquiryDeps } from "./types.js";

interface EventText {
  readonly inquiryId: string;
  readonly n: number;
  readonly at: string;
  readonly what: EventKind;
  readonly staffId: string;
  readonly facts: EventFacts;
  /** Hex; "" for the first. */
  readonly before: string;
}

/** SHA-256 of the event as JSON with sorted keys. */
export function hashOfEvent({ facts, ...text }: EventText): Buffer {
  const sorted = (values: object) => Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
  return createHash("sha256")
    .update(JSON.stringify(sorted({ ...text, facts: sorted(facts) })))
    .digest();
}

export async function addEvent(
  deps: InquiryDeps,
  { actor, staffId }: Officer,
  inquiryId: string,
  what: EventKind,
  facts: EventFacts = {},
): Promise<Outcome<{ n: number; at: Date; logIndex: number }>> {
  for (;;) {
    const last = await store.lastEvent(deps.db, inquiryId);
    const n = last ? last.n + 1 : 0;
    const at = deps.clock();
    const hash = hashOfEvent({ inquiryId, n, at: at.toISOString(), what, staffId, facts, before: last?.hash ?? "" });
    const digest = hash.toString("base64url");
    const written = await deps.gate.recordInquiry({ actor, inquiryId, act: "write", field: "inquiry", digest });
    if (!written.ok) return written;
    const logIndex = written.value.index;
    if (await store.insertEvent(deps.db, { inquiryId, n, at, what, staffId, facts, hash, logIndex }))
      return done({ n, at, logIndex });
    // Another officer's event came in between; this one's entry in the log points at nothing, and harms nothing.
  }
}

/** The first event whose hash does not follow; undefined when the chain is whole. */
export function brokenAt(inquiryId: string, events: readonly CustodyEvent[]): number | undefined {
  let before = "";
  for (const [place, event] of events.entries()) {
    const { n, what, staffId, facts, hash } = event;
    const text = { inquiryId, n, at: event.at.toISOString(), what, staffId, facts, before };
    if (n !== place || hashOfEvent(text).toString("hex") !== hash) return place;
    before = hash;
  }
  return undefined;
}
