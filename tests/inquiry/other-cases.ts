// Leaked samples from a world of other-world.ts, with the truth about them.
// SPDX-License-Identifier: Apache-2.0
import {
  type Dice,
  day,
  dice,
  hour,
  type OtherLook,
  type OtherPerson,
  type OtherWorld,
  oneOf,
  someName,
  upTo,
  type Values,
} from "./other-world.js";
import { shuffled, writeDown } from "./other-writing.js";

export const otherTruths = [
  "staff",
  "partner",
  "harvest",
  "export",
  "whole",
  "vip",
  "bot",
  "live",
  "mixture",
  "recycled",
  "recycled+new",
  "hospital",
  "list",
  "invented",
  "frame",
] as const;
export type OtherTruth = (typeof otherTruths)[number];

export interface OtherCase {
  readonly id: string;
  readonly columns: readonly string[];
  readonly rows: readonly Record<string, string>[];
  readonly intake: Values;
  readonly truth: { readonly case: string; readonly truth: OtherTruth; readonly actors: string[] } & Values;
}

type Held = Record<string, string>;
const unread = new Set(["remarks"]);

export class OtherCases {
  readonly earlierLeaks: readonly { leak: string; knownOn: string; rows: Held[] }[];
  readonly #world: OtherWorld;
  readonly #seed: number;
  readonly #looksOf = new Map<string, OtherLook[]>();
  readonly #facilityName: ReadonlyMap<unknown, string>;

  constructor(world: OtherWorld, seed: number) {
    this.#world = world;
    this.#seed = seed;
    for (const look of world.looks) {
      const list = this.#looksOf.get(look.actor) ?? [];
      this.#looksOf.set(look.actor, list);
      list.push(look);
    }
    this.#facilityName = new Map(world.facilities.map(({ facility, name }) => [facility, String(name)]));
    const roll = dice(seed ^ 0x5151);
    const at = world.begin + 380 * day;
    const rows = this.#people(roll, Math.ceil(world.people.length / 30), () => true)
      .map((person) => this.#held(person, at, everyField))
      .filter((held) => held !== undefined)
      .map(({ idType: _idType, vaccine: _vaccine, doseNo: _doseNo, ...rest }) => rest);
    this.earlierLeaks = [{ leak: "forum-2022", knownOn: isoDay(at + 9 * day), rows }];
  }

  make(index: number): OtherCase {
    const roll = dice(this.#seed * 100_003 + index);
    const truth = otherTruths[index % otherTruths.length]!;
    const n = oneOf(roll, [8, 20, 20, 40, 60, 100, 100, 250]);
    const { rows, intake, ...rest } = this.#leak(roll, truth, n);
    const noise = oneOf(roll, [0, 0.03, 0.1, 0.2]);
    const written = writeDown(roll, rows, noise);
    const id = `case ${index}`;
    return {
      id,
      ...written,
      intake: { receivedAt: new Date(this.#world.end).toISOString(), how: "dump", ...intake },
      truth: {
        case: id,
        truth,
        actors: [],
        ...rest,
        factors: { n: rows.length, noise, columns: written.columns.length, sampling: "random" },
      },
    };
  }

  #leak(
    roll: Dice,
    truth: OtherTruth,
    n: number,
  ): { rows: Held[]; intake?: Values; actors?: string[]; asOf?: string; leak?: string } {
    const { begin, end, people } = this.#world;
    const someTime = begin + (350 + roll() * 500) * day;
    switch (truth) {
      case "staff":
      case "partner": {
        const actor = this.#actor(roll, truth, n);
        return { rows: this.#through(roll, actor, n), actors: [actor] };
      }
      case "harvest": {
        const actor = this.#actor(roll, "staff", n * 2);
        const start = this.#looksOf.get(actor)!.at(upTo(roll, 50))!.at;
        return { rows: this.#through(roll, actor, n, start, start + 90 * day), actors: [actor] };
      }
      case "export": {
        const actor = this.#actor(roll, "export", n);
        return {
          rows: this.#through(roll, actor, n),
          actors: [actor],
          asOf: isoDay(this.#looksOf.get(actor)![0]!.at),
        };
      }
      case "whole":
        return {
          rows: this.#dump(
            this.#people(roll, n, () => true),
            someTime,
          ),
          asOf: isoDay(someTime),
        };
      case "vip": {
        const famous = oneOf(roll, people).home;
        return {
          rows: this.#dump(
            this.#people(roll, n, ({ home }) => home === famous),
            someTime,
          ),
          asOf: isoDay(someTime),
        };
      }
      case "bot": {
        const actor = this.#actor(roll, "partner", n);
        const rows = this.#through(roll, actor, n).filter(({ mobile }) => mobile);
        const seen = new Set(this.#looksOf.get(actor)!.map(({ person }) => person));
        const phones = new Set(
          [...seen].flatMap((person) => people[person]!.versions.map(({ mobile }) => String(mobile))),
        );
        const others = this.#people(roll, n, () => true)
          .map(({ versions }) => String(versions.at(-1)!["mobile"]))
          .filter((mobile) => !phones.has(mobile));
        const asked = [
          ...rows.map(({ mobile }) => ({ mobile: `+91-${mobile}`, answered: true })),
          ...(roll() < 0.5 ? [...others, "9000000000"].map((mobile) => ({ mobile, answered: false })) : []),
        ];
        return { rows, actors: [actor], intake: { how: "bot", asked } };
      }
      case "live": {
        const rows = this.#dump(
          this.#people(roll, n, () => true),
          end - hour,
        );
        const probes = [
          {
            mobile: "9911100000",
            changedAt: new Date(end - 2 * day).toISOString(),
            askedAt: new Date(end - day).toISOString(),
            answer: "new",
          },
        ];
        return { rows, asOf: isoDay(end - hour), intake: { how: "bot", live: { probes } } };
      }
      case "mixture": {
        const actors = [
          ...new Set([1, 2, 3].map(() => this.#actor(roll, oneOf(roll, ["staff", "staff", "partner"]), 20))),
        ];
        return { rows: actors.flatMap((actor) => this.#through(roll, actor, Math.ceil(n / 3))), actors };
      }
      case "recycled":
        return { rows: shuffled(roll, this.earlierLeaks[0]!.rows).slice(0, n), leak: "forum-2022" };
      case "recycled+new": {
        const actor = this.#actor(roll, "staff", n);
        const old = shuffled(roll, this.earlierLeaks[0]!.rows).slice(0, n >> 1);
        return { rows: [...old, ...this.#through(roll, actor, n - old.length)], actors: [actor], leak: "forum-2022" };
      }
      case "hospital":
        return { rows: this.#hospital(roll, n) };
      case "list":
        return {
          rows: this.#people(roll, n, () => true).map(({ versions: [{ name, mobile, birthYear, gender } = {}] }) => ({
            name: String(name),
            mobile: String(mobile),
            birthYear: String(birthYear),
            gender: String(gender),
            lastOn: isoDay(begin + roll() * 900 * day),
            address: `${upTo(roll, 99)} Namuna Road`,
          })),
        };
      case "invented":
        return { rows: this.#invented(roll, n) };
      case "frame": {
        const actor = this.#actor(roll, oneOf(roll, ["staff", "partner"]), n);
        const seen = [...new Set(this.#looksOf.get(actor)!.map(({ person }) => person))];
        const at = roll() < 0.5 ? end - hour : someTime;
        return {
          rows: this.#dump(
            shuffled(roll, seen)
              .slice(0, n)
              .map((p) => people[p]!),
            at,
          ),
        };
      }
    }
  }

  /** An actor of a kind who saw enough people, if there is one. */
  #actor(roll: Dice, kind: string, n: number): string {
    const all = this.#world.actors.filter((one) => one.kind === kind && this.#looksOf.has(one.actor));
    const wide = all.filter(({ actor }) => this.#looksOf.get(actor)!.length >= 2 * n);
    return oneOf(roll, wide.length > 0 ? wide : all).actor;
  }

  /** What an actor saw, each person at the last look. */
  #through(roll: Dice, actor: string, n: number, from = 0, to = Number.POSITIVE_INFINITY): Held[] {
    const last = new Map<number, OtherLook>();
    for (const look of this.#looksOf.get(actor)!) if (look.at >= from && look.at <= to) last.set(look.person, look);
    return shuffled(roll, [...last.values()])
      .slice(0, n)
      .map(({ person, at, fields, recipientId }) => ({
        ...this.#held(this.#world.people[person]!, at, fields)!,
        ...(recipientId && { recipientId }),
      }));
  }

  #people(roll: Dice, n: number, fits: (person: OtherPerson) => boolean): OtherPerson[] {
    return shuffled(roll, this.#world.people.filter(fits)).slice(0, n);
  }

  #dump(people: readonly OtherPerson[], at: number): Held[] {
    return people.map((person) => this.#held(person, at, everyField)).filter((held) => held !== undefined);
  }

  /** A hospital's own register: its doses as they were, on its own paper. Nobody's leak of ours. */
  #hospital(roll: Dice, n: number): Held[] {
    const place = oneOf(roll, this.#world.facilities)["facility"];
    const given = this.#people(roll, n, ({ doses }) => doses.some(({ facility }) => facility === place));
    return given.map(({ versions, doses }) => {
      const { name, mobile, gender, birthYear } = versions[0]!;
      const dose = oneOf(
        roll,
        doses.filter(({ facility }) => facility === place),
      );
      return {
        name: String(name),
        mobile: String(mobile),
        gender: String(gender),
        birthYear: String(birthYear),
        lastOn: String(dose["on"]),
        vaccine: String(dose["vaccine"]),
        batch: String(dose["batch"]),
        doseNo: String(dose["dose"]),
      };
    });
  }

  /** Every value is one that occurs, no row is anybody's. */
  #invented(roll: Dice, n: number): Held[] {
    const any = () => this.#held(oneOf(roll, this.#world.people), this.#world.end, everyField)!;
    return Array.from({ length: n }, () => {
      const [a, b, c] = [any(), any(), any()];
      return {
        ...a,
        name: someName(roll),
        mobile: String(6_000_000_000 + upTo(roll, 3_000_000_000)),
        birthYear: b["birthYear"]!,
        lastOn: c["lastOn"] ?? "",
        idLast4: String(upTo(roll, 10_000)).padStart(4, "0"),
      };
    });
  }

  #held({ versions, doses }: OtherPerson, at: number, fields: readonly string[]): Held | undefined {
    const then = versions.findLast(({ from }) => Date.parse(String(from)) <= at);
    if (!then) return undefined;
    const held: Held = {};
    for (const field of fields)
      if (then[field] !== undefined && !unread.has(field)) held[field] = String(then[field] as string | number);
    if (!fields.includes("dose")) return held;
    const had = doses.filter(({ recordedAt }) => Date.parse(String(recordedAt)) <= at);
    held["doseNo"] = String(had.length);
    for (const { dose, on } of had) if (Number(dose) <= 2) held[`dose${Number(dose)}On`] = String(on);
    const last = had.at(-1);
    return last
      ? {
          ...held,
          lastOn: String(last["on"]),
          vaccine: String(last["vaccine"]),
          batch: String(last["batch"]),
          facility: this.#facilityName.get(last["facility"])!,
        }
      : held;
  }
}

const everyField = ["name", "birthYear", "gender", "mobile", "idType", "idLast4", "district", "dose"];
const isoDay = (at: number): string => new Date(at).toISOString().slice(0, 10);
