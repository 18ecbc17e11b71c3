// Earlier leaks, brought into the registry's terms once: whom each holds, and with what content.
// SPDX-License-Identifier: Apache-2.0

import type { Linker } from "./link.js";
import { roles } from "./normalise.js";
import { nothing, type Registry } from "./registry.js";
import { readRow } from "./sample-rows.js";

export class EarlierLeaks {
  readonly #people: ReadonlyMap<number, Int32Array>[];

  constructor(registry: Registry, linker: Linker) {
    this.#people = registry.earlierLeaks.map(({ rows }) => {
      const people = new Map<number, Int32Array>();
      for (const written of rows ?? []) {
        const row = readRow(written, registry);
        const link = linker.link(row);
        if (link)
          people.set(
            link.person,
            Int32Array.from(roles, (_, role) => row.cells[role]?.[0] ?? nothing),
          );
      }
      return people;
    });
  }

  get count(): number {
    return this.#people.length;
  }

  people(leak: number): ReadonlyMap<number, Int32Array> {
    return this.#people[leak]!;
  }
}
