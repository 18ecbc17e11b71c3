// Keeps the shelf at most two seconds behind the bookings: asks twice a second what changed, and reads
// that anew. Each web process keeps its own. When the database stays away, searches are refused rather than wrong.
// SPDX-License-Identifier: Apache-2.0
import type { Deps } from "../../modules/disclosure/index.js";
import { allOffers, changedOffers, forgetOldChanges, type OfferMark } from "../../modules/sessions/index.js";
import { dateInIndia, type IsoDate } from "../../platform/clock.js";
import { Shelf } from "./shelf.js";

const pauseMs = 500;
/** Searches wait for news no longer than this before they are refused. */
const oldestMs = 10_000;
/** Well within the time that changes are kept. */
const startsAnewMs = 5 * 60_000;
const tidiesEvery = 240;

export class FreshShelf {
  readonly #deps: Deps;
  #shelf = new Shelf();
  #mark: OfferMark | undefined;
  #day: IsoDate = "";
  #freshAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #rounds = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** The shelf, or undefined when it cannot be trusted. Waits only at the very first search. */
  async shelf(): Promise<Shelf | undefined> {
    if (!this.current()) await this.refresh().catch(() => {});
    return this.current();
  }

  /** The shelf as it is now, or undefined when it cannot be trusted. */
  current(): Shelf | undefined {
    return performance.now() - this.#freshAt <= oldestMs ? this.#shelf : undefined;
  }

  /** One look at what changed; several at once are one. */
  refresh(): Promise<void> {
    this.#running ??= this.#look().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  start(): void {
    const round = () => {
      void this.refresh()
        .catch(() => {})
        .then(() => {
          if (this.#timer) this.#timer = setTimeout(round, pauseMs).unref();
        });
    };
    this.#timer = setTimeout(round, 0).unref();
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#running?.catch(() => {});
  }

  async #look(): Promise<void> {
    const startedAt = performance.now();
    const today = dateInIndia(this.#deps.clock());
    const goesOn = this.#mark && startedAt - this.#freshAt < startsAnewMs;
    const offers = goesOn ? await changedOffers(this.#deps, this.#mark!) : await allOffers(this.#deps);
    if (!goesOn) this.#shelf = new Shelf();
    this.#shelf.put(offers);
    if (this.#day !== today) this.#shelf.forgetBefore(today);
    this.#mark = offers.mark;
    this.#day = today;
    this.#freshAt = startedAt;
    if (++this.#rounds % tidiesEvery === 0) await forgetOldChanges(this.#deps);
  }
}
