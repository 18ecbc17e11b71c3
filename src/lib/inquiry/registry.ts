// What a registry holds and to whom it disclosed it, in columns of numbers so that a million people and ten million
// disclosures fit in memory: each distinct value has a code, each list of a person or an actor lies in one piece.
// SPDX-License-Identifier: Apache-2.0
import { Dictionary, instantOf } from "./dictionary.js";
import type {
  ActorLine,
  CanaryLine,
  DisclosureLine,
  EarlierLeakLine,
  FacilityLine,
  PersonLine,
  WorldHead,
} from "./format.js";
import { countUpTo, type Groups, GrowingInts, grouped, HashTable, hashOf, NumbersByKey } from "./ints.js";
import { meanings, type Role, roleAt, roles, versionRoles } from "./normalise.js";

export const nothing = -1;
/** Each field's bit; all that follows from the doses is one. */
const fieldBits = new Map<string, number>(roles.map((role, i) => [role, 1 << Math.min(i, versionRoles)]));
for (const name of ["dose", "doses"]) fieldBits.set(name, 1 << versionRoles);
const everyField = (2 << versionRoles) - 1;

/** Numbers of a version: from when, and a code for each role; of a dose: when recorded, which, on, vaccine, batch, facility. */
const versionWidth = versionRoles + 1;
const doseWidth = 6;

/** What the registry held on a person from an instant on: one code a role. */
export interface State {
  readonly from: number;
  readonly codes: Int32Array;
}

/** A disclosure as numbers: when, hashes of actor and person, bits of the fields, hash of the token. */
export type Look = readonly [at: number, actor: number, person: number, fields: number, token: number | undefined];

export function lookOf({ at, actor, person, fields, recipientId }: DisclosureLine): Look {
  const token = recipientId ? hashOf(recipientId.toLowerCase()) : undefined;
  return [instantOf(at), hashOf(actor), hashOf(person), fieldsMask(fields), token];
}

/** Where a line does not say which fields were shown, all were. */
export function fieldsMask(fields: readonly string[] | undefined): number {
  return Array.isArray(fields) ? fields.reduce((mask, field) => mask | (fieldBits.get(field) ?? 0), 0) : everyField;
}

export class Registry {
  readonly head: WorldHead;
  readonly people: string[] = [];
  readonly facilities: FacilityLine[] = [];
  readonly actors: ActorLine[] = [];
  readonly earlierLeaks: EarlierLeakLine[] = [];
  readonly canaries: CanaryLine[] = [];
  readonly dictionaries: readonly Dictionary[];
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
  readonly #personNumber = new HashTable();
  readonly #actorNumber = new HashTable();
  readonly #tokens = new NumbersByKey();
  readonly #facilityCode = new Map<string, number>();
  #inOrder = true;
  readonly #noDose: number;
  #doseTimes: Map<number, Int32Array> | undefined;
  #registered: Int32Array | undefined;

  constructor(head: WorldHead) {
    this.head = head;
    const dates = new Dictionary("lastOn");
    this.dictionaries = roles.map((role) => (role.endsWith("On") ? dates : new Dictionary(role)));
    this.#noDose = this.#code("doseNo", "0");
  }

  dictionary(role: Role): Dictionary {
    return this.dictionaries[roleAt[role]]!;
  }

  addFacility(line: FacilityLine): void {
    this.facilities.push(line);
    const code = this.#code("facility", line.name || line.facility);
    this.#facilityCode.set(line.facility, code);
    // A sample may write a place by its number.
    const [number] = meanings("facility", line.facility);
    if (number !== undefined) this.dictionary("facility").alias(number, code);
  }

  addActor(line: ActorLine): void {
    this.#actorNumber.set(hashOf(line.actor), this.actors.push(line) - 1);
  }

  addPerson({ person, versions, doses }: PersonLine): void {
    this.#personNumber.set(hashOf(person), this.people.push(person) - 1);
    this.#versionStart.push(this.#versions.length);
    this.#doseStart.push(this.#doses.length);
    for (const version of inOrder(versions, (one) => one.from)) {
      this.#versions.push(instantOf(version.from));
      for (let role = 0; role < versionRoles; role++)
        this.#versions.push(this.#code(roles[role]!, version[roles[role] as "name"]));
    }
    for (const dose of inOrder(doses ?? [], (one) => one.recordedAt)) {
      this.#doses.push(instantOf(dose.recordedAt));
      this.#doses.push(dose.dose);
      this.#doses.push(this.#code("lastOn", dose.on));
      this.#doses.push(this.#code("vaccine", dose.vaccine));
      this.#doses.push(this.#code("batch", dose.batch));
      this.#doses.push(this.#facilityCode.get(dose.facility ?? "") ?? this.#code("facility", dose.facility));
    }
  }

  addDisclosure(line: DisclosureLine): void {
    this.addLook(...lookOf(line));
  }

  /** A disclosure by the hashes of its ids; who is unknown to the registry is left out. */
  addLook(at: number, actor: number, person: number, fields: number, token: number | undefined): void {
    const [actorNumber, personNumber] = [this.#actorNumber.get(actor), this.#personNumber.get(person)];
    if (actorNumber === undefined || personNumber === undefined) return;
    if (token !== undefined) this.#tokens.add(token, this.lookActor.length);
    if (this.lookAt.length > 0 && at < this.lookAt.at(this.lookAt.length - 1)) this.#inOrder = false;
    this.lookActor.push(actorNumber);
    this.lookPerson.push(personNumber);
    this.lookAt.push(at);
    this.lookFields.push(fields);
  }

  /** To be called once all is added. */
  close(): this {
    this.#tokens.close();
    this.looksOfPerson = this.#looksBy(this.lookPerson, this.people.length);
    this.looksOfActor = this.#looksBy(this.lookActor, this.actors.length);
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
      const codes = this.#codesAt(Number.POSITIVE_INFINITY, person);
      for (let role = 0; role < codes.length; role++)
        if (codes[role] !== nothing) this.dictionaries[role]!.counts[codes[role]!]!++;
    }
    return this;
  }

  /** Looks by person or actor, in the order of time even where the log's lines are not. */
  #looksBy(keys: GrowingInts, count: number): Groups {
    const groups = grouped(keys, count);
    if (!this.#inOrder)
      for (let key = 0; key < count; key++)
        groups.of(key).sort((a, b) => this.lookAt.at(a) - this.lookAt.at(b) || a - b);
    return groups;
  }

  /** The place where an actor works, as the code of its name. */
  facilityOf(actor: number): number | undefined {
    return this.#facilityCode.get(this.actors[actor]!.facility ?? "");
  }

  kindOf(actor: string): string {
    return this.actors[this.#actorNumber.get(hashOf(actor))!]!.kind;
  }

  /** The disclosures beside which a recipient saw this token: one, and by chance of the hash seldom another. */
  looksOfToken(token: string): number[] {
    return this.#tokens.of(hashOf(token.trim().toLowerCase()), Number.POSITIVE_INFINITY);
  }

  /** How many doses a place recorded in a window. */
  dosesAt(place: number, from: number, to: number): number {
    this.#doseTimes ??= this.#timesByPlace();
    const times = this.#doseTimes.get(place) ?? new Int32Array(0);
    return countUpTo(times, to) - countUpTo(times, from - 1);
  }

  #timesByPlace(): Map<number, Int32Array> {
    const places = new GrowingInts();
    for (let d = 0; d < this.#doses.length; d += doseWidth) places.push(this.#doses.at(d + 5) + 1);
    const byPlace = grouped(places, this.dictionary("facility").values.length + 1);
    return new Map(
      this.dictionary("facility").values.map((_, place) => [
        place,
        byPlace
          .of(place + 1)
          .map((dose) => this.#doses.at(dose * doseWidth))
          .sort(),
      ]),
    );
  }

  /** When a person's doses at a place were recorded, within a window. */
  dosesOf(person: number, place: number, from: number, to: number): number[] {
    const times: number[] = [];
    for (let d = this.#doseStart.at(person); d < this.#doseStart.at(person + 1); d += doseWidth) {
      const at = this.#doses.at(d);
      if (this.#doses.at(d + 5) === place && at >= from && at <= to) times.push(at);
    }
    return times;
  }

  /** Every code that a role of a person ever had: of all versions, or of all doses (lastOn, vaccine, batch, facility). */
  codesOf(person: number, role: Role): number[] {
    const codes: number[] = [];
    if (roleAt[role] < versionRoles) {
      for (let v = this.#versionStart.at(person); v < this.#versionStart.at(person + 1); v += versionWidth)
        codes.push(this.#versions.at(v + 1 + roleAt[role]));
    } else {
      const column = role === "lastOn" ? 2 : roleAt[role] - roleAt.vaccine + 3;
      for (let d = this.#doseStart.at(person); d < this.#doseStart.at(person + 1); d += doseWidth)
        codes.push(this.#doses.at(d + column));
    }
    return codes;
  }

  /** Where a person lived or had a dose, each place once, and since when. */
  placesOf(person: number, role: "facility" | "district"): { code: number; since: number }[] {
    const places: { code: number; since: number }[] = [];
    const [start, end, width, column] =
      role === "district"
        ? [this.#versionStart.at(person), this.#versionStart.at(person + 1), versionWidth, 1 + roleAt.district]
        : [this.#doseStart.at(person), this.#doseStart.at(person + 1), doseWidth, 5];
    const from = role === "district" ? this.#versions : this.#doses;
    for (let i = start; i < end; i += width) {
      const code = from.at(i + column);
      if (code !== nothing && !places.some((place) => place.code === code)) places.push({ code, since: from.at(i) });
    }
    return places;
  }

  /** How many people were registered at an instant. */
  registeredAt(at: number): number {
    this.#registered ??= Int32Array.from(this.people, (_, person) =>
      this.#versionStart.at(person) < this.#versionStart.at(person + 1)
        ? this.#versions.at(this.#versionStart.at(person))
        : 0,
    ).sort();
    return countUpTo(this.#registered, at);
  }

  /** What was held on a person, state after state: a correction or a dose begins a new one. */
  statesOf(person: number): State[] {
    const starts: number[] = [];
    const registered = this.#versions.at(this.#versionStart.at(person));
    for (let v = this.#versionStart.at(person); v < this.#versionStart.at(person + 1); v += versionWidth)
      starts.push(this.#versions.at(v));
    if (starts.length === 0) return [{ from: 0, codes: new Int32Array(roles.length).fill(nothing) }];
    for (let d = this.#doseStart.at(person); d < this.#doseStart.at(person + 1); d += doseWidth)
      starts.push(Math.max(registered, this.#doses.at(d)));
    return starts
      .sort((a, b) => a - b)
      .filter((from, i) => from !== starts[i - 1])
      .map((from) => ({ from, codes: this.#codesAt(from, person) }));
  }

  #codesAt(at: number, person: number): Int32Array {
    const codes = new Int32Array(roles.length).fill(nothing);
    const [firstVersion, endVersion] = [this.#versionStart.at(person), this.#versionStart.at(person + 1)];
    for (let v = firstVersion; v < endVersion && this.#versions.at(v) <= at; v += versionWidth) {
      for (let role = 0; role < versionRoles; role++) codes[role] = this.#versions.at(v + 1 + role);
    }
    codes[roleAt.doseNo] = this.#noDose;
    const endDose = this.#doseStart.at(person + 1);
    for (let d = this.#doseStart.at(person); d < endDose && this.#doses.at(d) <= at; d += doseWidth) {
      const dose = this.#doses.at(d + 1);
      const on = this.#doses.at(d + 2);
      if (dose === 1) codes[roleAt.dose1On] = on;
      if (dose === 2) codes[roleAt.dose2On] = on;
      codes[roleAt.doseNo] = this.#code("doseNo", dose);
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
    return value === undefined || value === null || value === "" ? nothing : this.dictionary(role).codeOf(value);
  }
}

function inOrder<T>(list: readonly T[], instant: (one: T) => string): readonly T[] {
  return list.length < 2 ? list : [...list].sort((a, b) => instantOf(instant(a)) - instantOf(instant(b)));
}

/** Which state is in force at an instant; -1 before the first. */
export function indexAt(states: readonly State[], at: number): number {
  return states.findLastIndex(({ from }) => from <= at);
}

/** A state as somebody saw it who was shown some fields only. */
export function cut({ codes }: State, fields: number): Int32Array {
  return codes.map((code, role) => ((fields >> Math.min(role, versionRoles)) & 1 ? code : nothing));
}
