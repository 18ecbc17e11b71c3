// What others would answer, for comparison: who shares most people with the sample; the guilt model (Papadimitriou and
// Garcia-Molina, TKDE 23(1) 2011: Pr{G_i|S} = 1 - Π (1 - (1-p)/|V_t|), p = 0.2, named from 0.9 on); and a likelihood
// ratio of 1,000 against the best other actor and the whole database, without lists of a place.
// SPDX-License-Identifier: Apache-2.0
import { columnRoles } from "./columns.js";
import type { Intake, Sample } from "./format.js";
import type { Linker } from "./link.js";
import type { Registry } from "./registry.js";
import { readRows } from "./sample-rows.js";

export interface BaselineAnswers {
  readonly overlap: readonly string[];
  readonly guilt: readonly string[];
  readonly likelihood: readonly string[];
}

const guess = 0.2;
const background = 0.05;

export function baselines(registry: Registry, linker: Linker, sample: Sample, intake: Intake): BaselineAnswers {
  const people = readRows(sample, columnRoles(sample, intake, registry), registry).flatMap(
    (row) => linker.link(row)?.person ?? [],
  );
  const viewers = people.map(
    (person) => new Set([...registry.looksOfPerson.of(person)].map((look) => registry.lookActor.at(look))),
  );
  const hits = new Map<number, number>();
  const innocence = new Map<number, number>();
  for (const actors of viewers) {
    for (const actor of actors) {
      hits.set(actor, (hits.get(actor) ?? 0) + 1);
      innocence.set(actor, (innocence.get(actor) ?? 0) + Math.log1p(-(1 - guess) / actors.size));
    }
  }
  const name = ([actor]: readonly [number, number]) => registry.actors[actor]!.actor;
  const n = people.length;
  const likelihood = [...hits]
    .map(
      ([actor, k]) =>
        [
          actor,
          k * Math.log(((1 - background) * registry.people.length) / registry.sizes[actor]! + background) +
            (n - k) * Math.log(background),
        ] as const,
    )
    .sort((a, b) => b[1] - a[1]);
  const margin = likelihood[0] ? likelihood[0][1] - Math.max(0, likelihood[1]?.[1] ?? 0) : 0;
  return {
    overlap: [...hits]
      .sort((a, b) => b[1] - a[1] || registry.sizes[a[0]]! - registry.sizes[b[0]]!)
      .slice(0, 1)
      .map(name),
    guilt: [...innocence]
      .filter(([, log]) => log < Math.log(0.1))
      .sort((a, b) => a[1] - b[1])
      .map(name),
    likelihood: margin > Math.log(1000) ? likelihood.slice(0, 1).map(name) : [],
  };
}
