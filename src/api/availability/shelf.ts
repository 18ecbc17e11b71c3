// What is on offer, in memory, with the answers made from it so far. When a session changes, the
// answers that show it go; so no search reads the database, and each answer is made and compressed once.
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

/** In which districts the offers of a key lie, such as a PIN code, and the answers made for it. */
class Index {
  readonly #districts = new Map<number, Set<number>>();
  readonly #answers = new Map<number, Map<string, Kept>>();

  /** Something of the key changed in a district. A key that offers nothing any more finds nothing there. */
  touch(key: number, districtId: number): void {
    this.#answers.delete(key);
    const districts = this.#districts.get(key);
    if (districts) districts.add(districtId);
    else this.#districts.set(key, new Set([districtId]));
  }
  districtsOf(key: number): Iterable<number> {
    return this.#districts.get(key) ?? [];
  }
  /** Answers are kept only for keys that have or had something on offer, so that made-up keys fill no memory. */
  answersOf(key: number): Map<string, Kept> | undefined {
    if (!this.#districts.has(key)) return undefined;
    let answers = this.#answers.get(key);
    if (!answers) this.#answers.set(key, (answers = new Map()));
    return answers;
  }
}

type ById = Map<string, OfferedSession>;

export class Shelf {
  readonly #offers = new Map<number, ById>();
  readonly #districtOf = new Map<string, number>();
  readonly #districts = new Index();
  readonly #pincodes = new Index();
  readonly #centers = new Index();

  /** What was read anew: whole districts, and single sessions of others. What is not among `sessions` is gone. */
  put(read: {
    readonly districtIds: readonly number[];
    readonly sessionIds: readonly string[];
    readonly sessions: readonly OfferedSession[];
  }): void {
    for (const districtId of read.districtIds) {
      for (const session of this.#offers.get(districtId)?.values() ?? []) this.#remove(session);
    }
    for (const sessionId of read.sessionIds) {
      const old = this.#offers.get(this.#districtOf.get(sessionId) ?? -1)?.get(sessionId);
      if (old) this.#remove(old);
    }
    for (const session of read.sessions) this.#add(session);
  }

  /** Midnight: what was held on days before is no offer. */
  forgetBefore(today: IsoDate): void {
    for (const offers of this.#offers.values()) {
      for (const session of offers.values()) if (session.heldOn < today) this.#remove(session);
    }
  }

  #remove(session: OfferedSession): void {
    this.#offers.get(session.facility.districtId)?.delete(session.sessionId);
    this.#districtOf.delete(session.sessionId);
    this.#touch(session);
  }

  #add(session: OfferedSession): void {
    const { districtId } = session.facility;
    const offers = this.#offers.get(districtId);
    if (offers) offers.set(session.sessionId, session);
    else this.#offers.set(districtId, new Map([[session.sessionId, session]]));
    this.#districtOf.set(session.sessionId, districtId);
    this.#touch(session);
  }

  #touch({ facility }: OfferedSession): void {
    const { districtId, pincode, centerId } = facility;
    this.#districts.touch(districtId, districtId);
    this.#pincodes.touch(pincode, districtId);
    this.#centers.touch(centerId, districtId);
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
      .flatMap((districtId) => [...(this.#offers.get(districtId)?.values() ?? [])])
      .filter(
        (one) =>
          one.heldOn >= from &&
          one.heldOn <= to &&
          (product === undefined || one.product === product) &&
          ("districtId" in place ||
            ("pincode" in place ? one.facility.pincode === place.pincode : one.facility.centerId === place.centerId)),
      )
      .sort(inOrder);
  }
}

/** By day, then by the centre's name. */
function inOrder(a: OfferedSession, b: OfferedSession): number {
  return compare(a.heldOn, b.heldOn) || compare(a.facility.name, b.facility.name) || compare(a.sessionId, b.sessionId);
}
const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b));

function make(form: Search["form"], sessions: readonly OfferedSession[], now: Date): Answer {
  if (form === "day") return answerOf({ sessions: sessions.map((one) => sessionOfDay(one, now)) });
  const centers = centersOfWeek(sessions, now);
  return answerOf({ centers: form === "center" ? centers[0]! : centers });
}
