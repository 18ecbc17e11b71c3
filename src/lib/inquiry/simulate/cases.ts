// Leaked samples of a simulated world with their truth, over the factors of the evaluation design: what happened, number
// of rows, mistakes, overlap of colleagues, columns, how rows were chosen, ids kept or stripped.
// SPDX-License-Identifier: Apache-2.0
import type { DisclosureLine, EarlierLeakLine, Intake, PersonLine, Sample, Truth } from "../format.js";
import { type Held, heldAt, lastLooks } from "./leak.js";
import { dayMs, daysOfWorld, firstDay, isoDate, isoInstant, lastFour, makePerson } from "./people.js";
import { Random } from "./random.js";
import { writeSample } from "./sample.js";
import type { SimulatedWorld } from "./world.js";

export const truthKinds = [
  "staff",
  "harvest",
  "partner",
  "export",
  "whole",
  "live",
  "mixture",
  "recycled",
  "recycled+new",
  "locality",
  "register",
  "fabricated",
  "frame",
  "loggap",
] as const;
type TruthKind = (typeof truthKinds)[number];

export interface SimulatedCase {
  readonly id: string;
  readonly sample: Sample;
  readonly intake: Intake;
  readonly truth: Truth;
}

/** What a kind of leak comes to before it is written down. */
interface Leak {
  readonly rows: Held[];
  readonly actors?: string[];
  readonly asOf?: number;
  readonly to?: number;
  readonly leak?: string;
  readonly overlap?: number;
  readonly intake?: Partial<Intake>;
}

const receivedAt = firstDay + daysOfWorld * dayMs;
const all = ["name", "birthYear", "gender", "mobile", "idType", "idLast4", "district", "dose"];

/** Cases of one world. Makes the earlier leaks too, since some cases are built from them. */
export class CaseMaker {
  readonly earlierLeaks: readonly EarlierLeakLine[];
  readonly #world: SimulatedWorld;
  readonly #people: ReadonlyMap<string, PersonLine>;
  readonly #names: ReadonlyMap<string, string>;
  readonly #byActor = new Map<string, DisclosureLine[]>();
  readonly #seed: number | string;

  constructor(world: SimulatedWorld, seed: number | string) {
    this.#world = world;
    this.#seed = seed;
    this.#people = new Map(world.people.map((person) => [person.person, person]));
    this.#names = new Map(world.facilities.map(({ facility, name }) => [facility, name]));
    for (const line of world.disclosures) {
      const list = this.#byActor.get(line.actor);
      if (list) list.push(line);
      else this.#byActor.set(line.actor, [line]);
    }
    const random = new Random(seed, "earlier");
    this.earlierLeaks = [250, 450].map((day, i) => this.#earlierLeak(random, `e${i + 1}`, firstDay + day * dayMs));
  }

  make(index: number): SimulatedCase {
    const id = `c${String(index).padStart(4, "0")}`;
    const random = new Random(this.#seed, `case ${index}`);
    const kind = truthKinds[index % truthKinds.length]!;
    const n = random.pick([5, 10, 20, 20, 50, 50, 100, 100, 200, 300]);
    const writing = {
      noise: random.pick([0, 0.05, 0.1, 0.2, 0.2, 0.4]),
      columns: random.pick([0, 0, 5, 5, 3]),
      keepIds: random.chance(0.15),
      joinBirthDate: random.chance(0.25),
    };
    const leak = this.#leak(random, kind, n);
    const { sample, joined } = writeSample(random, leak.rows, writing);
    return {
      id,
      sample,
      intake: { receivedAt: isoInstant(receivedAt), how: "dump", live: null, ...leak.intake },
      truth: {
        case: id,
        truth: kind,
        actors: leak.actors ?? [],
        asOf: leak.asOf === undefined ? null : isoDate(leak.asOf),
        to: leak.to === undefined ? null : isoDate(leak.to),
        leak: leak.leak ?? null,
        joined,
        factors: {
          n: leak.rows.length,
          noise: writing.noise,
          overlap: leak.overlap ?? 0,
          columns: writing.columns === 0 ? sample.columns.length : writing.columns,
          sampling: leak.intake?.asked
            ? leak.intake.asked.every(({ answered }) => answered)
              ? "hits"
              : "hits+misses"
            : "random",
          ids: writing.keepIds ? "kept" : "stripped",
        },
      },
    };
  }

  #leak(random: Random, kind: TruthKind, n: number): Leak {
    switch (kind) {
      case "staff":
        return this.#throughActor(random, n, "staff");
      case "partner":
        return random.chance(0.4)
          ? this.#bot(random, n)
          : this.#throughActor(random, n, random.pick(["partner", "callcentre"]));
      case "harvest":
        return this.#throughActor(random, n, "staff", 60);
      case "export":
        return this.#throughActor(random, n, "export");
      case "whole":
        return this.#whole(random, n);
      case "live":
        return this.#live(random, n);
      case "mixture":
        return this.#mixture(random, n);
      case "recycled":
        return this.#recycled(random, n, 0);
      case "recycled+new":
        return this.#recycled(random, n, 0.5);
      case "locality":
        return { rows: this.#otherList(random, n, true) };
      case "register":
        return { rows: this.#otherList(random, n, false) };
      case "fabricated":
        return { rows: this.#fabricated(random, n) };
      case "frame":
        return this.#frame(random, n);
      case "loggap":
        return this.#logGap(random, n);
    }
  }

  #held(person: string, at: number, fields: readonly string[] = all): Held | undefined {
    return heldAt(this.#people.get(person)!, at, fields, (id) => this.#names.get(id)!);
  }

  #rowsOf(random: Random, actor: string, from: number, to: number, n: number): Held[] {
    const looks = random.sample(lastLooks(this.#byActor.get(actor) ?? [], from, to), n);
    return looks.map(({ person, at, line }) => {
      const held = this.#held(person, at, line.fields)!;
      return line.recipientId ? { ...held, recipientId: line.recipientId } : held;
    });
  }

  /** Somebody of a kind who saw enough people to leak n of them. */
  #actor(random: Random, kind: string, n: number) {
    const wanted = this.#world.actors.filter(
      (actor) => actor.kind === kind && (this.#byActor.get(actor.actor)?.length ?? 0) >= n,
    );
    return random.pick(wanted.length > 0 ? wanted : this.#world.actors.filter((actor) => actor.kind === kind));
  }

  #throughActor(random: Random, n: number, kind: string, days = 0): Leak {
    const { actor, overlap } = this.#actor(random, kind, n * (days > 0 ? 3 : 1.5));
    const lines = this.#byActor.get(actor)!;
    const last = Date.parse(lines.at(-1)!.at);
    const start = days > 0 ? Date.parse(lines[random.below(Math.ceil(lines.length / 2))]!.at) : firstDay;
    const end = days > 0 ? start + days * dayMs : last;
    return {
      rows: this.#rowsOf(random, actor, start, end, n),
      actors: [actor],
      asOf: days > 0 || kind !== "export" ? start : last,
      ...(kind === "export" ? {} : { to: end }),
      overlap,
    };
  }

  #somebody(random: Random): PersonLine {
    return random.pick(this.#world.people);
  }

  #wholeRows(random: Random, n: number, at: number): Held[] {
    const rows: Held[] = [];
    for (let tries = 0; rows.length < n && tries < 50 * n; tries++) {
      const held = this.#held(this.#somebody(random).person, at);
      if (held) rows.push(held);
    }
    return rows;
  }

  #whole(random: Random, n: number): Leak {
    const at = firstDay + (250 + random.next() * (daysOfWorld - 260)) * dayMs;
    return { rows: this.#wholeRows(random, n, at), asOf: at };
  }

  #live(random: Random, n: number): Leak {
    const probes = this.#world.canaries.slice(0, 3).map(({ row }) => ({
      mobile: String(row["mobile"]),
      changedAt: isoInstant(receivedAt - 2 * dayMs),
      askedAt: isoInstant(receivedAt - dayMs),
      answer: "new",
    }));
    const rows = this.#wholeRows(random, n, receivedAt - dayMs);
    const asked = rows.filter(({ mobile }) => mobile).map(({ mobile }) => ({ mobile: mobile!, answered: true }));
    return { rows, asOf: receivedAt - dayMs, intake: { how: "bot", asked, live: { probes } } };
  }

  /** A bot over what a partner saw: askers try anybody; half of the transcripts keep what was not answered. */
  #bot(random: Random, n: number): Leak {
    const { actor } = this.#actor(random, "partner", 3 * n);
    const lines = this.#byActor.get(actor)!;
    const rows = this.#rowsOf(random, actor, firstDay, receivedAt, n);
    const seen = new Set(lines.map(({ person }) => person));
    const hits = rows.map(({ mobile }) => ({ mobile: mobile!, answered: true }));
    const phones = new Set(
      [...seen].map((person) => this.#people.get(person)!.versions.map(({ mobile }) => mobile)).flat(),
    );
    const misses = Array.from({ length: 2 * n }, () => this.#somebody(random).versions.at(-1)!.mobile!)
      .filter((mobile) => !phones.has(mobile))
      .map((mobile) => ({ mobile, answered: false }));
    const asked = random.chance(0.5) ? [...hits, ...misses] : hits;
    return { rows, actors: [actor], asOf: firstDay, to: receivedAt, intake: { how: "bot", asked } };
  }

  #mixture(random: Random, n: number): Leak {
    const size = random.pick([2, 3, 3]);
    // Three sources in 60 rows is the size that the design states its target for.
    const each = size === 3 && n === 50 ? 20 : Math.max(5, Math.round(n / size));
    const actors = new Set<string>();
    while (actors.size < size) actors.add(this.#actor(random, random.chance(0.7) ? "staff" : "partner", each).actor);
    const rows = [...actors].flatMap((actor) => this.#rowsOf(random, actor, firstDay, receivedAt, each));
    return { rows: random.sample(rows, rows.length), actors: [...actors] };
  }

  #earlierLeak(random: Random, leak: string, at: number): EarlierLeakLine {
    const rows = this.#wholeRows(random, Math.round(this.#world.people.length * 0.04), at);
    return { leak, knownOn: isoDate(at + 20 * dayMs), rows };
  }

  #recycled(random: Random, n: number, fresh: number): Leak {
    const { leak, rows, knownOn } = random.pick(this.earlierLeaks);
    const old = random.sample(rows, Math.ceil(n * (1 - fresh))) as Held[];
    const leakDay = Date.parse(knownOn) - 20 * dayMs;
    if (fresh === 0) return { rows: old, leak, asOf: leakDay };
    const { actor, overlap } = this.#actor(random, "staff", n);
    return {
      rows: [...old, ...this.#rowsOf(random, actor, firstDay, receivedAt, n - old.length)],
      actors: [actor],
      leak,
      overlap,
    };
  }

  /** A hospital's own paper register, or another national list: our people, others' papers. */
  #otherList(random: Random, n: number, local: boolean): Held[] {
    const place = random.pick(this.#world.facilities).facility;
    const people = local
      ? this.#world.people.filter(({ doses }) => doses.some(({ facility }) => facility === place))
      : this.#world.people;
    return random.sample(people, n).map(({ versions }) => {
      const { name, birthYear, gender, mobile } = versions[0]!;
      const on = isoDate(firstDay + random.below(daysOfWorld) * dayMs);
      return {
        name: name!,
        birthYear: String(birthYear),
        gender: gender!,
        mobile: mobile!,
        idLast4: lastFour(random),
        lastOn: on,
      };
    });
  }

  #fabricated(random: Random, n: number): Held[] {
    const places = this.#world.facilities.map(({ facility }) => facility);
    return Array.from({ length: n }, () => {
      const place = random.pick(places);
      const person = makePerson(random, 300_000_000 + random.below(99_999_999), place, [place], 100);
      return heldAt(person, receivedAt, all, (id) => this.#names.get(id)!)!;
    });
  }

  /** Somebody who can read registry and log puts a colleague's people together, with today's content. */
  #frame(random: Random, n: number): Leak {
    const { actor, overlap } = this.#actor(random, "staff", n * 1.5);
    const looks = lastLooks(this.#byActor.get(actor)!, firstDay, receivedAt);
    const only = random.chance(0.3) ? looks.filter(({ person }) => this.#seenBy(person) === 1) : [];
    const victims = random.sample(only.length >= n ? only : looks, n);
    return {
      rows: victims.map(({ person }) => this.#held(person, receivedAt - dayMs)!),
      asOf: receivedAt - dayMs,
      overlap,
    };
  }

  #viewers: Map<string, Set<string>> | undefined;
  #seenBy(person: string): number {
    if (!this.#viewers) {
      this.#viewers = new Map();
      for (const { actor, person } of this.#world.disclosures) {
        const set = this.#viewers.get(person);
        if (set) set.add(actor);
        else this.#viewers.set(person, new Set([actor]));
      }
    }
    return this.#viewers.get(person)?.size ?? 0;
  }

  /** A leak of looks of which one in twenty never reached the log: rows of people whom nobody's list explains. */
  #logGap(random: Random, n: number): Leak {
    const leak = this.#throughActor(random, n, "staff");
    const missing = this.#wholeRows(random, Math.round(n * 0.05), receivedAt - 30 * dayMs);
    return { ...leak, rows: [...leak.rows.slice(0, n - missing.length), ...missing] };
  }
}
