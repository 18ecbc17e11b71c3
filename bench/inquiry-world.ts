// A large world for the inquiry's benchmark, written as it is made, so that ten million disclosures never lie in memory:
// people of the simulation's own kind, each made again from the seed and its number whenever needed. Disclosures run
// evenly through the time; the leak is what one partner saw.
// SPDX-License-Identifier: Apache-2.0
import { createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { PersonLine } from "../src/lib/inquiry/index.js";
import { type Held, heldAt } from "../src/lib/inquiry/simulate/leak.js";
import { dayMs, daysOfWorld, firstDay, isoInstant, makePerson } from "../src/lib/inquiry/simulate/people.js";
import { Random } from "../src/lib/inquiry/simulate/random.js";

export interface Size {
  readonly rows: number;
  readonly people: number;
  readonly disclosures: number;
}

const seed = "inquiry benchmark";
const shown = ["name", "birthYear", "gender", "mobile", "idType", "idLast4", "dose"];
/** Looks through partners, of a hundred; the first partner's are the leak. */
const [partnerShare, partners] = [20, 4];

export async function writeLargeWorld(folder: string, { rows, people, disclosures }: Size): Promise<void> {
  await mkdir(join(folder, "cases/c1"), { recursive: true });
  const facilities = Array.from({ length: Math.max(4, Math.round(people / 800)) }, (_, i) => ({
    facility: `f${i}`,
    district: 100 + Math.floor(i / 5),
    name: `PHC ${i}`,
  }));
  const actors = [
    ...facilities.flatMap(({ facility }) =>
      Array.from({ length: 8 }, (_, k) => ({ actor: `${facility}-s${k}`, kind: "staff", facility })),
    ),
    ...Array.from({ length: partners }, (_, i) => ({ actor: `partner${i}`, kind: "partner", facility: null })),
  ];
  const person = (index: number): PersonLine => {
    const random = new Random(seed, `person ${index}`);
    const place = random.below(facilities.length);
    const near = facilities.slice(place - (place % 5), place - (place % 5) + 5).map(({ facility }) => facility);
    return makePerson(random, index, facilities[place]!.facility, near, facilities[place]!.district);
  };
  const names = new Map(facilities.map(({ facility, name }) => [facility, name]));
  const lookOf = looks(people, disclosures, facilities.length);
  await writeFile(
    join(folder, "world.json"),
    JSON.stringify({
      format: "sakshi-inquiry-world/1",
      asOf: isoInstant(firstDay + daysOfWorld * dayMs),
      population: people,
      logComplete: true,
      fieldsHeld: {},
    }),
  );
  await lines(join(folder, "facilities.ndjson"), facilities.length, (i) => facilities[i]);
  await lines(join(folder, "actors.ndjson"), actors.length, (i) => actors[i]);
  await lines(join(folder, "people.ndjson"), people, person);
  const leaked = new Map<number, Held>();
  await lines(join(folder, "disclosures.ndjson"), disclosures, (i) => {
    const { at, actor, index } = lookOf(i);
    if (actor === "partner0" && (leaked.size < rows || leaked.has(index))) {
      const held = heldAt(person(index), at, shown, (id) => names.get(id)!);
      if (held) leaked.set(index, held);
    }
    return { at: isoInstant(at), actor, person: `p${index}`, fields: shown, recipientId: token(i) };
  });
  await writeFile(join(folder, "cases/c1/sample.json"), JSON.stringify([...leaked.values()]));
  await writeFile(
    join(folder, "cases/c1/intake.json"),
    JSON.stringify({ receivedAt: isoInstant(firstDay + daysOfWorld * dayMs), how: "dump" }),
  );
}

const token = (i: number): string =>
  Math.imul(i + 1, 0x9e3779b1)
    .toString(16)
    .padStart(16, "e");

function looks(people: number, disclosures: number, facilities: number) {
  const span = daysOfWorld * dayMs;
  const random = new Random(seed, "looks");
  return (i: number): { at: number; actor: string; index: number } => {
    const index = random.below(people);
    const isPartner = random.below(100) < partnerShare;
    const actor = isPartner ? `partner${random.below(partners)}` : `f${index % facilities}-s${random.below(8)}`;
    return { at: firstDay + Math.floor((i / disclosures) * span), actor, index };
  };
}

async function lines(path: string, count: number, line: (i: number) => unknown): Promise<void> {
  function* chunks() {
    let chunk = "";
    for (let i = 0; i < count; i++) {
      chunk += `${JSON.stringify(line(i))}\n`;
      if (chunk.length > 262_144) {
        yield chunk;
        chunk = "";
      }
    }
    yield chunk;
  }
  await pipeline(Readable.from(chunks()), createWriteStream(path));
}
