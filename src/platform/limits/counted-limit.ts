// A limit for requests that never wait for the database: uses are counted in memory and written down twice a second in one
// statement, which brings back what other processes counted. Within that half second each process counts for itself.
// SPDX-License-Identifier: Apache-2.0
import type { LimitDeps } from "./limits.js";

/** Where a caller stands after a request. */
export interface Standing {
  /** Seconds to wait; 0 means go on. */
  readonly seconds: number;
  readonly left: number;
}
interface Count {
  /** Uses that the sliding window held when last written, and how fast those of the window before leave it. */
  before: number;
  used: number;
  elapsed: number;
  /** Not written down yet. */
  pending: number;
  wasAsked: boolean;
}

const pauseMs = 500;
/** Callers remembered at once; beyond it those that did not ask lately are forgotten, not let through unseen. */
const mostCallers = 100_000;

export class CountedLimit {
  readonly most: number;
  readonly windowSeconds: number;
  readonly #deps: LimitDeps;
  readonly #name: string;
  readonly #counts = new Map<string, Count>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;

  constructor(
    deps: LimitDeps,
    limit: { readonly name: string; readonly windowSeconds: number; readonly most: number },
  ) {
    this.#deps = deps;
    this.#name = limit.name;
    this.windowSeconds = limit.windowSeconds;
    this.most = limit.most;
  }

  /** Takes one use, or none when there is none left. */
  take(who: string): Standing {
    let count = this.#counts.get(who);
    if (!count) this.#counts.set(who, (count = { before: 0, used: 0, elapsed: 0, pending: 0, wasAsked: false }));
    count.wasAsked = true;
    const left = this.most - this.#inWindow(count) - 1;
    if (left < 0) return { seconds: this.#wait(count), left: 0 };
    count.pending++;
    return { seconds: 0, left: Math.floor(left) };
  }

  #inWindow({ before, used, elapsed, pending }: Count): number {
    return before * (1 - elapsed / this.windowSeconds) + used + pending;
  }

  /** When enough of the oldest uses have left the window. */
  #wait({ before, used, elapsed, pending }: Count): number {
    const window = this.windowSeconds;
    const now = used + pending;
    const wait =
      now >= this.most
        ? window - elapsed + window * (1 - (this.most - 1) / now)
        : window * (1 - (this.most - 1 - now) / before) - elapsed;
    return Math.max(1, Math.ceil(wait));
  }

  /** Writes down what was counted and reads what others counted; several at once are one. */
  write(): Promise<void> {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  async #write(): Promise<void> {
    const asked = [...this.#counts].filter(([, count]) => count.wasAsked || count.pending > 0);
    if (this.#counts.size > mostCallers) this.#forget();
    if (asked.length === 0) return;
    for (const [, count] of asked) count.wasAsked = false;
    const byKey = new Map(asked.map(([who, count]) => [this.#deps.macs.mac("limit", this.#name, who), count] as const));
    const uses = asked.map(([, { pending }]) => pending);
    const rows = await this.#deps.db.rows<{ key: Buffer; before: number; used: number; elapsed: number }>(
      `SELECT key, used_before AS before, used, elapsed FROM registry.count_uses($1, $2::bytea[], $3::int[], $4)`,
      [this.#deps.clock(), [...byKey.keys()], uses, this.windowSeconds],
    );
    const written = new Map(rows.map(({ key, ...row }) => [key.toString("hex"), row]));
    let at = 0;
    for (const [key, count] of byKey) {
      Object.assign(count, written.get(key.toString("hex")), { pending: count.pending - uses[at++]! });
    }
  }

  #forget(): void {
    for (const [who, { wasAsked, pending }] of this.#counts) if (!wasAsked && pending === 0) this.#counts.delete(who);
  }

  start(): void {
    const round = () => {
      // What could not be written is counted here and written with the next round.
      void this.write()
        .catch(() => {})
        .then(() => {
          if (this.#timer) this.#timer = setTimeout(round, pauseMs).unref();
        });
    };
    this.#timer = setTimeout(round, pauseMs).unref();
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.write().catch(() => {});
  }
}
