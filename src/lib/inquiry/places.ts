// Who belongs to a place, and since when: people with a dose at a facility, or living in a district.
// SPDX-License-Identifier: Apache-2.0
import { countUpTo, type Groups, GrowingInts, grouped } from "./ints.js";
import type { Registry } from "./registry.js";

export class Places {
  readonly #since = new GrowingInts();
  readonly #ofPlace: Groups;
  readonly #sorted = new Map<number, Int32Array>();

  constructor(registry: Registry, role: "facility" | "district") {
    const place = new GrowingInts();
    for (let person = 0; person < registry.people.length; person++) {
      for (const { code, since } of registry.placesOf(person, role)) {
        place.push(code);
        this.#since.push(since);
      }
    }
    this.#ofPlace = grouped(place, registry.dictionary(role).values.length);
  }

  /** How many belonged to a place at an instant. */
  size(place: number, at = Number.POSITIVE_INFINITY): number {
    let since = this.#sorted.get(place);
    if (!since) {
      since = this.#ofPlace
        .of(place)
        .map((entry) => this.#since.at(entry))
        .sort();
      this.#sorted.set(place, since);
    }
    return countUpTo(since, at);
  }
}
