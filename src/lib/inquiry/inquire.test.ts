// The inquiry on a small simulated world: what it must find, and above all what it must not say.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { Answer } from "./answer.js";
import { Inquiry } from "./inquire.js";
import { Registry } from "./registry.js";
import { CaseMaker, type SimulatedCase, truthKinds } from "./simulate/cases.js";
import { type SimulatedWorld, simulateWorld } from "./simulate/world.js";

let inquiry: Inquiry;
let maker: CaseMaker;

function registryOf(world: SimulatedWorld, earlier: CaseMaker["earlierLeaks"]): Registry {
  const registry = new Registry(world.head);
  for (const line of world.facilities) registry.addFacility(line);
  for (const line of world.actors) registry.addActor(line);
  for (const line of world.people) registry.addPerson(line);
  for (const line of world.disclosures) registry.addDisclosure(line);
  registry.earlierLeaks.push(...earlier);
  registry.canaries.push(...world.canaries);
  return registry.close();
}

before(() => {
  const world = simulateWorld(2500, "inquire test");
  maker = new CaseMaker(world, "inquire test");
  inquiry = new Inquiry(registryOf(world, maker.earlierLeaks));
});

const ask = ({ id, sample, intake }: SimulatedCase): Answer => inquiry.answer(id, sample, intake);

/** The first cases of a kind that are large and clean enough to be told. */
function casesOf(
  kind: (typeof truthKinds)[number],
  count: number,
  fits: (made: SimulatedCase) => boolean = () => true,
): SimulatedCase[] {
  const found: SimulatedCase[] = [];
  for (let i = truthKinds.indexOf(kind); found.length < count; i += truthKinds.length) {
    const made = maker.make(i);
    if (fits(made)) found.push(made);
  }
  return found;
}

const clear = ({ truth: { factors } }: SimulatedCase): boolean =>
  Number(factors["n"]) >= 50 && Number(factors["noise"]) <= 0.1 && Number(factors["columns"]) >= 5;

test("the same question twice gives the same bytes, also from a new inquiry", () => {
  const world = simulateWorld(2500, "inquire test");
  const again = new Inquiry(registryOf(world, maker.earlierLeaks));
  for (let i = 0; i < truthKinds.length; i++) {
    const { id, sample, intake } = maker.make(i);
    assert.equal(JSON.stringify(again.answer(id, sample, intake)), JSON.stringify(inquiry.answer(id, sample, intake)));
  }
});

test("a large, clean leak through a member of staff with little overlap is named", () => {
  for (const made of casesOf("staff", 3, (one) => clear(one) && Number(one.truth.factors["overlap"]) <= 0.6)) {
    assert.deepEqual(
      ask(made).sources.map(({ actor }) => actor),
      made.truth.actors,
      made.id,
    );
  }
});

test("a transcript of a bot that holds hits alone is inconclusive between a slice and the whole", () => {
  const [made] = casesOf(
    "partner",
    1,
    (one) => one.truth.factors["sampling"] === "hits" && one.truth.factors["ids"] === "stripped" && clear(one),
  );
  const answer = ask(made!);
  assert.equal(answer.verdict, "INCONCLUSIVE");
  assert.ok(answer.need.includes("misses of the bot"));
  assert.deepEqual(answer.sources, []);
});

test("a sample composed to frame somebody, a paper register, another list, invented rows: nobody is named", () => {
  for (const kind of ["frame", "locality", "register", "fabricated", "whole"] as const) {
    for (const made of casesOf(kind, 6)) assert.deepEqual(ask(made).sources, [], `${kind} ${made.id}`);
  }
});

test("content from elsewhere is not called ours, a recycled leak is called recycled", () => {
  for (const kind of ["locality", "register", "fabricated"] as const) {
    for (const made of casesOf(kind, 4)) assert.doesNotMatch(ask(made).verdict, /^(OURS|MIXED|RECYCLED)/, made.id);
  }
  for (const made of casesOf("recycled", 3, clear)) assert.equal(ask(made).verdict, "RECYCLED");
});

test("a date of birth joined from elsewhere is JOINED and does not make the rest foreign", () => {
  const [made] = casesOf("whole", 1, (one) => clear(one) && one.truth.joined.length > 0);
  const answer = ask(made!);
  assert.equal(answer.columns.find(({ column }) => column === "DOB")?.verdict, "JOINED");
  assert.match(answer.verdict, /^OURS/);
});

test("empty samples, one row, columns nobody holds and hostile cells are inconclusive, not errors", () => {
  const { sample, intake } = maker.make(0);
  const columns = ["__proto__", "constructor", "=cmd|' /C calc'!A0", "Name"];
  const hostile = {
    columns,
    rows: Array.from({ length: 30 }, () =>
      Object.fromEntries(columns.map((column) => [column, "\u202E\u0000=1+1".repeat(500)])),
    ),
  };
  const small = [
    { columns: [], rows: [] },
    { ...sample, rows: [] },
    { ...sample, rows: sample.rows.slice(0, 1) },
  ];
  for (const one of small) assert.equal(inquiry.answer("x", one, intake).verdict, "INCONCLUSIVE");
  assert.match(inquiry.answer("x", hostile, intake).verdict, /INCONCLUSIVE|FABRICATED/);
});
