// All that may explain a sample, each as the probability of every linked row: whole database at a time, people of a
// place, an earlier leak, each actor's looks. 1/|S| makes a small set that explains everything win over a large one.
// In the asked model (a bot) the asker chose the people, so size says nothing and the misses speak instead.
// SPDX-License-Identifier: Apache-2.0

import type { Content, LinkedRow } from "./content.js";
import type { Dating } from "./dating.js";
import type { EarlierLeaks } from "./earlier-leaks.js";
import { roleAt } from "./normalise.js";
import { cut, nothing, type Registry, stateAt } from "./registry.js";
import { type SeenAt, shortestWindow, type TimeWindow } from "./windows.js";

export interface Explanation {
  readonly name: string;
  /** Number of the actor, if it is one of ours. */
  readonly actor?: number;
  /** Number of the earlier leak. */
  readonly leak?: number;
  /** P(row) times the number of people, for each linked row; 0 outside. */
  readonly rows: Float64Array;
  /** Log likelihood of whom a bot answered and whom not. */
  readonly asked: number;
  /** What a fitted window costs, in log likelihood. */
  readonly cost: number;
  readonly hits: number;
  readonly size: number;
}

/** Those asked of a bot: the people behind each phone, and whether it answered. */
export interface Asked {
  readonly people: readonly number[];
  readonly answered: boolean;
}

interface Seen extends SeenAt {
  readonly look: number;
}

/** Who saw fewer of the people than this cannot be told from chance. */
const leastShare = 0.01;
const slip = 0.03;
/** Share of looks thought missing where a log is known to be incomplete and nobody knows where. */
const usualGap = 0.05;
const isoDay = (at: number): string => new Date(at * 1000).toISOString().slice(0, 10);

export class Explanations {
  readonly #registry: Registry;
  readonly #rows: readonly LinkedRow[];
  readonly #content: Content;
  readonly #asked: readonly Asked[] | undefined;

  constructor(registry: Registry, rows: readonly LinkedRow[], content: Content, asked: readonly Asked[] | undefined) {
    this.#registry = registry;
    this.#rows = rows;
    this.#content = content;
    this.#asked = asked;
  }

  /** Uniform over everybody, any content: always in the list. */
  background(): Explanation {
    const answered = this.#asked?.filter(({ answered }) => answered).length ?? 0;
    const rate = (answered + 1) / ((this.#asked?.length ?? 0) + 2);
    const asked = this.#asked ? answered * Math.log(rate) + (this.#asked.length - answered) * Math.log1p(-rate) : 0;
    return {
      name: "none-of-ours",
      rows: new Float64Array(this.#rows.length).fill(1),
      asked,
      cost: 0,
      hits: this.#rows.length,
      size: this.#people,
    };
  }

  whole(dating: Dating): Explanation {
    return {
      name: "whole-database",
      rows: dating.fits,
      asked: this.#askedLog(() => true),
      cost: 0,
      hits: this.#rows.length,
      size: this.#people,
    };
  }

  earlierLeak(leaks: EarlierLeaks, leak: number): Explanation {
    const people = leaks.people(leak);
    const rows = Float64Array.from(this.#rows, (row) => {
      const codes = people.get(row.person);
      return codes ? this.#weight(people.size) * this.#content.relative(row, codes) : 0;
    });
    return this.#finish(
      { name: `earlier-leak:${this.#registry.earlierLeaks[leak]!.leak}`, leak },
      rows,
      people.size,
      (person) => people.has(person),
    );
  }

  /** People with a dose at a facility, or living in a district: a list somebody else may have kept. Any content fits. */
  localities(sizes: ReadonlyMap<number, number>, role: "facility" | "district"): Explanation[] {
    const found = new Map<number, Float64Array>();
    this.#rows.forEach((row, r) => {
      for (const place of placesOf(row.states, roleAt[role])) {
        const rows = found.get(place) ?? new Float64Array(this.#rows.length);
        rows[r] = this.#weight(sizes.get(place) ?? 1);
        found.set(place, rows);
      }
    });
    return [...found].map(([place, rows]) => {
      const name = `locality:${this.#registry.dictionary(role).values[place]}`;
      const isThere = (person: number) => placesOf(this.#registry.statesOf(person), roleAt[role]).has(place);
      return this.#finish({ name }, rows, sizes.get(place) ?? 1, isThere);
    });
  }

  /** What each actor saw of the rows' people, each as last seen. */
  actors(until: number): Explanation[] {
    const seen = new Map<number, Seen[]>();
    this.#rows.forEach(({ person }, row) => {
      for (const look of this.#registry.looksOfPerson.of(person)) {
        const at = this.#registry.lookAt.at(look);
        if (at > until) continue;
        const actor = this.#registry.lookActor.at(look);
        const list = seen.get(actor);
        if (list) list.push({ row, at, look });
        else seen.set(actor, [{ row, at, look }]);
      }
    });
    return [...seen]
      .filter(([, list]) => list.length >= leastShare * this.#rows.length)
      .flatMap(([actor, list]) => [...this.#inWindow(actor, list, until), this.#ofActor(actor, list)]);
  }

  /** What an actor saw in the shortest window that explains the rows; and for fairness the patients of those days. */
  #inWindow(actor: number, seen: readonly Seen[], until: number): Explanation[] {
    const looks = this.#registry.looksOfActor.of(actor);
    if (this.#asked || looks.length === 0) return [];
    const [first, last] = [looks[0]!, looks.at(-1)!].map((look) => this.#registry.lookAt.at(look)) as [number, number];
    const window = shortestWindow(seen, first, Math.min(last, until));
    if (!window) return [];
    const isInside = (at: number) => at >= window.from && at <= window.to;
    const inside = looks.filter((look) => isInside(this.#registry.lookAt.at(look)));
    const size = new Set(inside.map((look) => this.#registry.lookPerson.at(look))).size;
    const rows = this.#rowsSeen(
      seen.filter(({ at }) => isInside(at)),
      size,
    );
    const actorThen = this.#finish({ name: this.#registry.actors[actor]!.actor, actor }, rows, size, () => false);
    return [{ ...actorThen, cost: window.cost }, ...this.#patients(actor, window)];
  }

  /** Each row as last seen. */
  #rowsSeen(seen: readonly Seen[], size: number): Float64Array {
    const last = new Map(seen.map(({ row, look }) => [row, look]));
    const rows = new Float64Array(this.#rows.length);
    for (const [row, look] of last) rows[row] = this.#weight(size) * this.#asSeen(this.#rows[row]!, look);
    return rows;
  }

  #patients(actor: number, { from, to, cost }: TimeWindow): Explanation[] {
    const place = this.#registry.facilityOf(actor);
    if (place === undefined) return [];
    const [start, end] = [from - 86_400, to + 86_400];
    const size = Math.max(1, this.#registry.dosesAt(place, start, end));
    const rows = Float64Array.from(this.#rows, ({ person }) =>
      this.#registry.hadDose(person, place, start, end) ? this.#weight(size) : 0,
    );
    const name = `locality:${this.#registry.dictionary("facility").values[place]}:${isoDay(from)}..${isoDay(to)}`;
    return [{ ...this.#finish({ name }, rows, size, () => false), cost }];
  }

  /** The people of an actor, but with the database's content at one time: put together by somebody who saw the log. */
  composed({ size, rows }: Explanation, dating: Dating): Float64Array {
    return rows.map((p, r) => (p > 0 ? this.#weight(size) * dating.fits[r]! : 0));
  }

  #ofActor(actor: number, seen: readonly Seen[]): Explanation {
    const rows = this.#rowsSeen(seen, this.#registry.sizes[actor]!);
    const gap = this.#gapOf(actor);
    if (gap > 0)
      rows.forEach((p, r) => {
        if (p === 0) rows[r] = gap * this.#weight(this.#registry.sizes[actor]!);
      });
    const hasSeen = (person: number) =>
      this.#registry.looksOfPerson.of(person).some((look) => this.#registry.lookActor.at(look) === actor);
    return this.#finish(
      { name: this.#registry.actors[actor]!.actor, actor },
      rows,
      this.#registry.sizes[actor]!,
      hasSeen,
    );
  }

  /** Share of looks that the log is known to lack at the actor's facility. */
  #gapOf(actor: number): number {
    const { logComplete, logGaps } = this.#registry.head;
    if (logComplete) return 0;
    if (!logGaps) return usualGap;
    return logGaps.find(({ facility }) => facility === this.#registry.actors[actor]!.facility)?.missingAbout ?? 0;
  }

  #asSeen(row: LinkedRow, look: number): number {
    const state = stateAt(row.states, this.#registry.lookAt.at(look)) ?? row.states[0]!;
    return this.#content.relative(row, cut(state, this.#registry.lookFields.at(look)));
  }

  #finish(
    who: Pick<Explanation, "name" | "actor" | "leak">,
    rows: Float64Array,
    size: number,
    holds: (person: number) => boolean,
  ): Explanation {
    const hits = rows.reduce((sum, p) => sum + (p > 0 ? 1 : 0), 0);
    return { ...who, rows, asked: this.#askedLog(holds), cost: 0, hits, size };
  }

  get #people(): number {
    return this.#registry.people.length;
  }

  #weight(size: number): number {
    return this.#asked ? 1 : this.#people / Math.max(1, size);
  }

  #askedLog(holds: (person: number) => boolean): number {
    if (!this.#asked) return 0;
    let sum = 0;
    for (const { people, answered } of this.#asked) sum += Math.log(people.some(holds) === answered ? 1 - slip : slip);
    return sum;
  }
}

export function placesOf(states: readonly { readonly codes: Int32Array }[], role: number): Set<number> {
  return new Set(states.map(({ codes }) => codes[role]!).filter((code) => code !== nothing));
}
