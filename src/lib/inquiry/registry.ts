// What a registry holds and to whom it disclosed it, in columns of numbers so that a million people and ten million
// disclosures fit in memory: each distinct value has a code, each list of a person or an actor lies in one piece.
// SPDX-License-Identifier: Apache-2.0
import type {
  ActorLine,
  CanaryLine,
  DisclosureLine,
  EarlierLeakLine,
  FacilityLine,
  PersonLine,
  WorldHead,
} from "./format.js";
import { type Groups, GrowingInts, grouped } from "./ints.js";
import { meanings, type Role, roleAt, roles, versionRoles } from "./normalise.js";

export const nothing = -1;
const fieldBits: Readonly<Record<string, number>> = { dose: 1 << versionRoles };
for (const role of roles.slice(0, versionRoles)) (fieldBits as Record<string, number>)[role] = 1 << roleAt[role];

/** Codes of all values of a role, with how many people have each at present. */
export class Dictionary {
  readonly values: string[] = [];
  readonly counts: number[] = [];
  readonly #codes = new Map<string, number>();

  code(value: string): number {
    const known = this.#codes.get(value);
    if (known !== undefined) return known;
    this.#codes.set(value, this.values.length);
    this.counts.push(0);
    return this.values.push(value) - 1;
  }

  find(value: string): number | undefined {
    return this.#codes.get(value);
  }
}

/** What the registry held on a person from an instant on: one code a role. */
export interface State {
  readonly from: number;
  readonly codes: Int32Array;
}

export const seconds = (instant: string): number => Math.floor(Date.parse(instant) / 1000);

export class Registry {
  readonly head: WorldHead;
  readonly people: string[] = [];
  readonly facilities: FacilityLine[] = [];
  readonly actors: ActorLine[] = [];
  readonly earlierLeaks: EarlierLeakLine[] = [];
  readonly canaries: CanaryLine[] = [];
  readonly dictionaries: readonly Dictionary[];
  /** Token that a recipient saw beside a record → number of the disclosure. */
  readonly tokens = new Map<string, number>();
  readonly lookActor = new GrowingInts();
  readonly lookPerson = new GrowingInts();
  readonly lookAt = new GrowingInts();
  readonly lookFields = new GrowingInts();
  looksOfPerson!: Groups;
  looksOfActor!: Groups;
  /** How many people each actor ever saw. */
  sizes!: Int32Array;
  readonly #versions = new GrowingInts();
  readonly #versionStart = new GrowingInts();
  readonly #doses = new GrowingInts();
  readonly #doseStart = new GrowingInts();
  readonly #personNumber = new Map<string, number>();
  readonly #actorNumber = new Map<string, number>();
  readonly #doseTimes = new Map<number, Int32Array>();
  readonly #facilityCode = new Map<string, number>();

  constructor(head: WorldHead) {
    this.head = head;
    const dates = new Dictionary();
    this.dictionaries = roles.map((role) => (role.endsWith("On") ? dates : new Dictionary()));
  }

  dictionary(role: Role): Dictionary {
    return this.dictionaries[roleAt[role]]!;
  }

  addFacility(line: FacilityLine): void {
    this.facilities.push(line);
    this.#facilityCode.set(line.facility, this.#code("facility", line.name));
  }

  addActor(line: ActorLine): void {
    this.#actorNumber.set(line.actor, this.actors.push(line) - 1);
  }

  addPerson({ person, versions, doses }: PersonLine): void {
    this.#personNumber.set(person, this.people.push(person) - 1);
    this.#versionStart.push(this.#versions.length);
    this.#doseStart.push(this.#doses.length);
    for (const version of [...versions].sort((a, b) => (a.from < b.from ? -1 : 1))) {
      this.#versions.push(seconds(version.from));
      for (const role of roles.slice(0, versionRoles)) this.#versions.push(this.#code(role, version[role as "name"]));
    }
    for (const dose of [...doses].sort((a, b) => (a.recordedAt < b.recordedAt ? -1 : 1))) {
      const facility = this.#facilityCode.get(dose.facility ?? "") ?? this.#code("facility", dose.facility);
      const codes = [this.#code("vaccine", dose.vaccine), this.#code("batch", dose.batch), facility];
      for (const value of [seconds(dose.recordedAt), dose.dose, this.#code("lastOn", dose.on), ...codes])
        this.#doses.push(value);
    }
  }

  addDisclosure({ at, actor, person, fields, recipientId }: DisclosureLine): void {
    const [actorNumber, personNumber] = [this.#actorNumber.get(actor), this.#personNumber.get(person)];
    if (actorNumber === undefined || personNumber === undefined) return;
    if (recipientId) this.tokens.set(recipientId.toLowerCase(), this.lookActor.length);
    this.lookActor.push(actorNumber);
    this.lookPerson.push(personNumber);
    this.lookAt.push(seconds(at));
    this.lookFields.push(fields.reduce((mask, field) => mask | (fieldBits[field] ?? 0), 0));
  }

  /** To be called once all is added. */
  close(): this {
    this.looksOfPerson = grouped(this.lookPerson, this.people.length);
    this.looksOfActor = grouped(this.lookActor, this.actors.length);
    this.#versionStart.push(this.#versions.length);
    this.#doseStart.push(this.#doses.length);
    this.sizes = new Int32Array(this.actors.length);
    const lastPerson = new Int32Array(this.actors.length).fill(-1);
    for (let person = 0; person < this.people.length; person++) {
      for (const look of this.looksOfPerson.of(person)) {
        const actor = this.lookActor.at(look);
        if (lastPerson[actor] !== person) this.sizes[actor]!++;
        lastPerson[actor] = person;
      }
      const codes = this.statesOf(person).at(-1)?.codes;
      codes?.forEach((code, role) => {
        if (code !== nothing) this.dictionaries[role]!.counts[code]!++;
      });
    }
    return this;
  }

  /** The place where an actor works, as the code of its name. */
  facilityOf(actor: number): number | undefined {
    return this.#facilityCode.get(this.actors[actor]!.facility ?? "");
  }

  kindOf(actor: string): string {
    return this.actors[this.#actorNumber.get(actor)!]!.kind;
  }

  /** How many doses a place recorded in a window. */
  dosesAt(place: number, from: number, to: number): number {
    let times = this.#doseTimes.get(place);
    if (!times) {
      const found: number[] = [];
      for (let d = 0; d < this.#doses.length; d += 6)
        if (this.#doses.at(d + 5) === place) found.push(this.#doses.at(d));
      times = Int32Array.from(found).sort();
      this.#doseTimes.set(place, times);
    }
    return firstFrom(times, to + 1) - firstFrom(times, from);
  }

  hadDose(person: number, place: number, from: number, to: number): boolean {
    for (let d = this.#doseStart.at(person); d < this.#doseStart.at(person + 1); d += 6) {
      if (this.#doses.at(d + 5) === place && this.#doses.at(d) >= from && this.#doses.at(d) <= to) return true;
    }
    return false;
  }

  /** What was held on a person, state after state: a correction or a dose begins a new one. */
  statesOf(person: number): State[] {
    const width = versionRoles + 1;
    const [firstVersion, endVersion] = [this.#versionStart.at(person), this.#versionStart.at(person + 1)];
    const [firstDose, endDose] = [this.#doseStart.at(person), this.#doseStart.at(person + 1)];
    const starts = new Set<number>();
    for (let v = firstVersion; v < endVersion; v += width) starts.add(this.#versions.at(v));
    const registered = this.#versions.at(firstVersion);
    for (let d = firstDose; d < endDose; d += 6) starts.add(Math.max(registered, this.#doses.at(d)));
    return [...starts]
      .sort((a, b) => a - b)
      .map((from) => ({ from, codes: this.#codesAt(from, [firstVersion, endVersion], [firstDose, endDose]) }));
  }

  #codesAt(at: number, versions: [number, number], doses: [number, number]): Int32Array {
    const codes = new Int32Array(roles.length).fill(nothing);
    for (let v = versions[0]; v < versions[1] && this.#versions.at(v) <= at; v += versionRoles + 1) {
      for (let role = 0; role < versionRoles; role++) codes[role] = this.#versions.at(v + 1 + role);
    }
    codes[roleAt.doseNo] = this.#code("doseNo", "0");
    for (let d = doses[0]; d < doses[1] && this.#doses.at(d) <= at; d += 6) {
      const dose = this.#doses.at(d + 1);
      const on = this.#doses.at(d + 2);
      if (dose === 1) codes[roleAt.dose1On] = on;
      if (dose === 2) codes[roleAt.dose2On] = on;
      codes[roleAt.doseNo] = this.#code("doseNo", String(dose));
      codes[roleAt.lastOn] = on;
      for (let k = 0; k < 3; k++) codes[roleAt.vaccine + k] = this.#doses.at(d + 3 + k);
    }
    return codes;
  }

  /** Gives a value a code although nobody in the registry has it. */
  learn(role: string, value: unknown): void {
    const known = roles.find((one) => one === role);
    if (known && (typeof value === "string" || typeof value === "number")) this.#code(known, value);
  }

  #code(role: Role, value: string | number | undefined | null): number {
    const meaning = meanings(role, String(value ?? ""))[0];
    return meaning === undefined ? nothing : this.dictionary(role).code(meaning);
  }
}

function firstFrom(sorted: Int32Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The state in force at an instant; undefined before the first. */
export function stateAt(states: readonly State[], at: number): State | undefined {
  return states.findLast(({ from }) => from <= at);
}

/** A state as somebody saw it who was shown some fields only. */
export function cut({ codes }: State, fields: number): Int32Array {
  return codes.map((code, role) => ((fields >> Math.min(role, versionRoles)) & 1 ? code : nothing));
}
