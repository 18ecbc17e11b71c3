// What is on offer, in memory, with the answers made from it so far. A district whose offers change is put anew, and
// its answers go with it; so no search reads the database, and each answer is made and compressed once.
// SPDX-License-Identifier: Apache-2.0
import type { OfferedSession } from "../../modules/sessions/index.js";
import { addDays, type IsoDate } from "../../platform/clock.js";
import { type Answer, answerOf } from "../answer.js";
import { centersOfWeek, sessionOfDay, staleAt } from "./wire-offers.js";

export type Place = { readonly districtId: number } | { readonly pincode: number } | { readonly centerId: number };
export interface Search {
  readonly place: Place;
  readonly from: IsoDate;
  /** "day": sessions of that day. "week": centres with seven days. "center": one centre with seven days. */
  readonly form: "day" | "week" | "center";
  readonly product?: string | undefined;
}
interface Kept {
  readonly answer: Answer;
  readonly until: Date | undefined;
}
const nothing: Record<Search["form"], Answer> = {
  day: answerOf({ sessions: [] }),
  week: answerOf({ centers: [] }),
  center: answerOf({ centers: {} }),
};
const days = { day: 1, week: 7, center: 7 } as const;

/** The offers of several places that belong together under one key, such as a PIN code. */
class Index {
  readonly #districts = new Map<number, Set<number>>();
  readonly #answers = new Map<number, Map<string, Kept>>();

  remove(key: number, districtId: number): void {
    this.#answers.delete(key);
    const districts = this.#districts.get(key);
    districts?.delete(districtId);
    if (districts?.size === 0) this.#districts.delete(key);
  }
  add(key: number, districtId: number): void {
    this.#answers.delete(key);
    const districts = this.#districts.get(key);
    if (districts) districts.add(districtId);
    else this.#districts.set(key, new Set([districtId]));
  }
  districtsOf(key: number): Iterable<number> {
    return this.#districts.get(key) ?? [];
  }
  /** Answers are kept only for keys that have something on offer, so that made-up keys fill no memory. */
  answersOf(key: number): Map<string, Kept> | undefined {
    if (!this.#districts.has(key)) return undefined;
    let answers = this.#answers.get(key);
    if (!answers) this.#answers.set(key, (answers = new Map()));
    return answers;
  }
}

export class Shelf {
  readonly #offers = new Map<number, readonly OfferedSession[]>();
  readonly #districts = new Index();
  readonly #pincodes = new Index();
  readonly #centers = new Index();

  /** Puts what the districts offer now in place of what they offered before. */
  put(districtIds: readonly number[], sessions: readonly OfferedSession[]): void {
    const offered = new Map<number, OfferedSession[]>(districtIds.map((id) => [id, []]));
    for (const session of sessions) offered.get(session.facility.districtId)?.push(session);
    for (const [districtId, now] of offered) {
      for (const { facility } of this.#offers.get(districtId) ?? []) {
        this.#pincodes.remove(facility.pincode, districtId);
        this.#centers.remove(facility.centerId, districtId);
      }
      this.#districts.remove(districtId, districtId);
      this.#offers.delete(districtId);
      if (now.length === 0) continue;
      this.#offers.set(districtId, now);
      this.#districts.add(districtId, districtId);
      for (const { facility } of now) {
        this.#pincodes.add(facility.pincode, districtId);
        this.#centers.add(facility.centerId, districtId);
      }
    }
  }

  /** Everything anew, as at the start and at midnight. */
  replaceAll(districtIds: readonly number[], sessions: readonly OfferedSession[]): void {
    this.put([...new Set([...this.#offers.keys(), ...districtIds])], sessions);
  }

  answer(search: Search, now: Date): Answer {
    const [index, key] = this.#indexOf(search.place);
    const answers = index.answersOf(key);
    if (!answers) return nothing[search.form];
    const name = `${search.form} ${search.from} ${search.product ?? ""}`;
    const kept = answers.get(name);
    if (kept && (!kept.until || kept.until > now)) return kept.answer;
    const sessions = this.#find(search, index.districtsOf(key));
    // Days and vaccines without offers are endless; their answers are not kept.
    if (sessions.length === 0) return nothing[search.form];
    const made = { answer: make(search.form, sessions, now), until: staleAt(sessions, now) };
    answers.set(name, made);
    return made.answer;
  }

  #indexOf(place: Place): readonly [Index, number] {
    if ("districtId" in place) return [this.#districts, place.districtId];
    return "pincode" in place ? [this.#pincodes, place.pincode] : [this.#centers, place.centerId];
  }

  #find({ place, from, form, product }: Search, districtIds: Iterable<number>): OfferedSession[] {
    const to = addDays(from, days[form] - 1);
    return [...districtIds]
      .flatMap((districtId) => this.#offers.get(districtId) ?? [])
      .filter(
        (one) =>
          one.heldOn >= from &&
          one.heldOn <= to &&
          (product === undefined || one.product === product) &&
          ("districtId" in place ||
            ("pincode" in place ? one.facility.pincode === place.pincode : one.facility.centerId === place.centerId)),
      );
  }
}

function make(form: Search["form"], sessions: readonly OfferedSession[], now: Date): Answer {
  if (form === "day") return answerOf({ sessions: sessions.map((one) => sessionOfDay(one, now)) });
  const centers = centersOfWeek(sessions, now);
  return answerOf({ centers: form === "center" ? centers[0]! : centers });
}
