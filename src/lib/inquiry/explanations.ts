// All that may explain a sample, each as the probability of every linked row: whole database at a time, people of a
// place, an earlier leak, each actor's looks. 1/|S| makes a small set that explains everything win over a large one.
// In the asked model (a bot) the asker chose the people, so size says nothing and the misses speak instead.
// SPDX-License-Identifier: Apache-2.0

import type { Content, LinkedRow } from "./content.js";
import type { Dating } from "./dating.js";
import type { EarlierLeaks } from "./earlier-leaks.js";
import type { Places } from "./places.js";
import { cut, indexAt, type Registry } from "./registry.js";
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

/** End of the name of a list that holds what a place knows of its own doses. */
const ownDoses = ":own-doses";
export const isOwnDoses = ({ name }: Explanation): boolean => name.endsWith(ownDoses);

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
  /** How well each row fits a state of its person, whichever. */
  readonly #anyTime: Float64Array;

  constructor(registry: Registry, rows: readonly LinkedRow[], content: Content, asked: readonly Asked[] | undefined) {
    this.#registry = registry;
    this.#rows = rows;
    this.#content = content;
    this.#asked = asked;
    this.#anyTime = Float64Array.from(rows, ({ fits }) => fits.reduce((a, b) => a + b, 0) / fits.length);
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

  /** A copy at one time, of everybody registered by then. */
  whole(dating: Dating): Explanation {
    const size = this.#registry.registeredAt(dating.best);
    return {
      name: "whole-database",
      rows: dating.fits.map((fit) => fit * this.#weight(size)),
      asked: this.#askedLog(() => true),
      cost: 0,
      hits: this.#rows.length,
      size,
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

  /**
   * People with a dose at a facility, or living in a district: a list that somebody else may have kept. Nobody knows what
   * content it had, so each place comes with the content of any time, of one time, and of its own doses.
   */
  localities(places: Places, role: "facility" | "district", dating: Dating): Explanation[] {
    const found = new Map<number, number[]>();
    this.#rows.forEach((row, r) => {
      for (const { code } of this.#registry.placesOf(row.person, role)) {
        const list = found.get(code);
        if (list) list.push(r);
        else found.set(code, [r]);
      }
    });
    return [...found]
      .filter(([, list]) => list.length >= leastShare * this.#rows.length)
      .flatMap(([place, list]) => {
        const isThere = (person: number) => this.#registry.placesOf(person, role).some(({ code }) => code === place);
        const ofContent = (what: string, content: (row: number) => number, at?: number) =>
          this.#list(`locality:${this.#valueOf(role, place)}${what}`, list, places.size(place, at), content, isThere);
        const ofAnyTime = ofContent("", (r) => this.#anyTime[r]!);
        const ofOneTime = ofContent(":one-time", (r) => dating.fits[r]!, dating.best);
        return role === "facility"
          ? [ofAnyTime, ofOneTime, ofContent(ownDoses, (r) => this.#ownDoses(r, place, 0, Number.POSITIVE_INFINITY))]
          : [ofAnyTime, ofOneTime];
      });
  }

  #valueOf(role: "facility" | "district", code: number): string {
    return this.#registry.dictionary(role).values[code]!;
  }

  /** Rows of a list of so many people, each with the probability of its content. */
  #list(
    name: string,
    list: readonly number[],
    size: number,
    content: (row: number) => number,
    holds: (person: number) => boolean,
  ): Explanation {
    const rows = new Float64Array(this.#rows.length);
    for (const r of list) rows[r] = this.#weight(size) * content(r);
    return this.#finish({ name }, rows, size, holds);
  }

  /** How well a row fits what a place knew of its own doses in a window: the state after any of them. */
  #ownDoses(r: number, place: number, from: number, to: number): number {
    const { person, states, fits } = this.#rows[r]!;
    const times = this.#registry.dosesOf(person, place, from, to);
    const sum = times.reduce((sofar, at) => sofar + fits[Math.max(0, indexAt(states, at))]!, 0);
    return times.length === 0 ? 0 : sum / times.length;
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
      .flatMap(([actor, list]) => [...this.#inWindows(actor, list, until), this.#ofActor(actor, list)]);
  }

  /** What an actor saw in the shortest window that explains all rows or nine tenths; and for fairness the patients of those days. */
  #inWindows(actor: number, seen: readonly Seen[], until: number): Explanation[] {
    const looks = this.#registry.looksOfActor.of(actor);
    if (this.#asked || looks.length === 0) return [];
    const [first, last] = [looks[0]!, looks.at(-1)!].map((look) => this.#registry.lookAt.at(look)) as [number, number];
    const windows = [1, 0.9].map((share) => shortestWindow(seen, first, Math.min(last, until), share));
    return windows.flatMap((window, i) => {
      if (!window || (i === 1 && window.from === windows[0]?.from && window.to === windows[0].to)) return [];
      const isInside = (at: number) => at >= window.from && at <= window.to;
      const inside = looks.filter((look) => isInside(this.#registry.lookAt.at(look)));
      const size = new Set(inside.map((look) => this.#registry.lookPerson.at(look))).size;
      const rows = this.#rowsSeen(
        seen.filter(({ at }) => isInside(at)),
        size,
      );
      const actorThen = this.#finish({ name: this.#registry.actors[actor]!.actor, actor }, rows, size, () => false);
      return [{ ...actorThen, cost: window.cost }, ...this.#patients(actor, window)];
    });
  }

  /** Each row as last seen. */
  #rowsSeen(seen: readonly Seen[], size: number): Float64Array {
    const last = new Map(seen.map(({ row, look }) => [row, look]));
    const rows = new Float64Array(this.#rows.length);
    for (const [row, look] of last) rows[row] = this.#weight(size) * this.asSeen(this.#rows[row]!, look);
    return rows;
  }

  #patients(actor: number, { from, to, cost }: TimeWindow): Explanation[] {
    const place = this.#registry.facilityOf(actor);
    if (place === undefined) return [];
    const [start, end] = [from - 86_400, to + 86_400];
    const size = Math.max(1, this.#registry.dosesAt(place, start, end));
    const list = this.#rows.flatMap(({ person }, r) =>
      this.#registry.dosesOf(person, place, start, end).length > 0 ? [r] : [],
    );
    const name = `locality:${this.#valueOf("facility", place)}:${isoDay(from)}..${isoDay(to)}`;
    const ofContent = (what: string, content: (row: number) => number) => ({
      ...this.#list(`${name}${what}`, list, size, content, () => false),
      cost,
    });
    return [ofContent("", (r) => this.#anyTime[r]!), ofContent(ownDoses, (r) => this.#ownDoses(r, place, start, end))];
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

  /** Of 0 to 1: how well a row fits what was shown in a look. */
  asSeen(row: LinkedRow, look: number): number {
    const state = row.states[Math.max(0, indexAt(row.states, this.#registry.lookAt.at(look)))]!;
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
