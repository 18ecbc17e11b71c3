// What the opener may do: entries that it sealed for the recorder and that the log has durably taken since. The
// recorder hands over its receipt, signed over the leaves of the batch; the opener made each leaf itself from what it
// sealed, so that a permission is for just that person, those fields, that purpose. A caller names the
// request that its entries were written for, once.
// SPDX-License-Identifier: Apache-2.0
import { batchDigest, type NoteVerifier, openReceipt } from "../lib/tlog/index.js";
import type { Entry } from "./entry.js";
import type { PersonKeys } from "./opener/people.js";

export const permitLifetimeMs = 30_000;
/** More entries than the recorder has under way at any time: what is older was never committed, or never asked for. */
const mostKept = 16_384;
const leafBytes = 32;

/** The receipt is forged, altered or for another log; or the request has no entry, a stale or a used one. */
export class ReceiptRefused extends Error {
  constructor(why: string) {
    super(why);
    this.name = "ReceiptRefused";
  }
}

export interface PermitRules {
  readonly origin: string;
  readonly verifier: NoteVerifier;
  readonly now: () => number;
  /** Milliseconds on a clock that nobody sets; the process's own when left out. */
  readonly uptime?: () => number;
}

/** An entry, and the keys of its person, held from sealing the entry to what it permits. */
export interface Permit {
  readonly entry: Entry;
  readonly keys: PersonKeys;
}

export interface Permits {
  /** An entry that has just been sealed. Nothing may be done on it before the log has taken it. */
  sealed(leaf: Buffer, permit: Permit): void;
  /** The log's signed word for a batch, and the hashes of its leaves in order, 32 bytes each. */
  taken(note: string, leaves: Buffer): void;
  /** What the entries of a request permit, in the order asked. Good once. */
  use(request: unknown): readonly Permit[];
  /** Drops what was sealed longer ago than a permission lasts, with the keys of its people. Gives how many stay. */
  forgetOld(): number;
}

interface Kept {
  readonly permits: Permit[];
  readonly since: number;
}

export function permits({ origin, verifier, now, uptime = () => performance.now() }: PermitRules): Permits {
  const waiting = new Map<string, Kept>();
  const taken = new Map<string, Kept>();

  /** Throws unless the log's key signed just these leaves. */
  function check(note: string, leaves: Buffer): void {
    try {
      const { origin: signedBy, count, digest } = openReceipt(note, [verifier]);
      if (signedBy === origin && count * leafBytes === leaves.length && digest.equals(batchDigest(leaves))) return;
    } catch {
      // No receipt at all is refused like a wrong one.
    }
    throw new ReceiptRefused("the log has not signed this batch");
  }

  return {
    sealed(leaf, permit) {
      keepAtMost(mostKept, waiting);
      waiting.set(nameOf(leaf), { permits: [permit], since: uptime() });
    },
    taken(note, leaves) {
      check(note, leaves);
      for (let at = 0; at < leaves.length; at += leafBytes) {
        const name = nameOf(leaves.subarray(at, at + leafBytes));
        // A miss, or sealed before this process began: nobody can ask for it.
        const kept = waiting.get(name);
        if (!kept) continue;
        waiting.delete(name);
        const { request } = kept.permits[0]!.entry;
        const own = taken.get(request);
        if (own) own.permits.push(...kept.permits);
        else {
          keepAtMost(mostKept, taken);
          taken.set(request, kept);
        }
      }
    },
    use(request) {
      const permitted = typeof request === "string" ? taken.get(request)?.permits : undefined;
      if (!permitted) throw new ReceiptRefused("the log has no entry of this request, or it was used");
      taken.delete(request as string);
      const at = now();
      for (const { entry } of permitted) {
        const age = at - Date.parse(entry.at);
        if (!(age <= permitLifetimeMs && age >= -1_000)) throw new ReceiptRefused("stale");
      }
      return permitted;
    },
    forgetOld() {
      const oldest = uptime() - permitLifetimeMs;
      for (const map of [waiting, taken]) {
        for (const [name, { since }] of map) if (since < oldest) map.delete(name);
      }
      return waiting.size + taken.size;
    },
  };
}

function nameOf(leaf: Buffer): string {
  return leaf.toString("latin1");
}

/** Forgets the oldest, so that what nobody comes for does not pile up. */
function keepAtMost(most: number, map: Map<string, unknown>): void {
  if (map.size >= most) map.delete(map.keys().next().value!);
}
