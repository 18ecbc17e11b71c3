// A simulated world: facilities with two desks of four staff who share screens more or less, partners, call centre,
// exports, canaries, and each look that each of them took. Everything follows from the seed.
// SPDX-License-Identifier: Apache-2.0
import type { ActorLine, CanaryLine, DisclosureLine, FacilityLine, PersonLine, WorldHead } from "../format.js";
import { worldFormat } from "../format.js";
import { dayMs, daysOfWorld, firstDay, isoInstant, lastFour, makePerson, nameOf } from "./people.js";
import { Random } from "./random.js";

/** Chance that a colleague at the desk also looks, and the share of a colleague's people that it makes (D.8). */
const screens = [
  { colleagueLooks: 0.1, overlap: 0.3 },
  { colleagueLooks: 0.45, overlap: 0.6 },
  { colleagueLooks: 0.88, overlap: 0.9 },
  { colleagueLooks: 0.965, overlap: 0.97 },
] as const;

const staffFields = ["name", "birthYear", "gender", "mobile", "idType", "idLast4", "dose"];
const partnerFields = ["name", "birthYear", "gender", "mobile", "dose"];
const allFields = ["name", "birthYear", "gender", "mobile", "idType", "idLast4", "district", "dose"];

export interface SimulatedActor extends ActorLine {
  /** For staff: share of people that the nearest colleague also saw. */
  readonly overlap: number;
}

export interface SimulatedWorld {
  readonly head: WorldHead;
  readonly people: readonly PersonLine[];
  readonly facilities: readonly FacilityLine[];
  readonly actors: readonly SimulatedActor[];
  readonly disclosures: readonly DisclosureLine[];
  readonly canaries: readonly CanaryLine[];
}

export function simulateWorld(population: number, seed: number | string): SimulatedWorld {
  const random = new Random(seed, "world");
  const count = Math.max(4, Math.round(population / 800));
  const facilities = Array.from({ length: count }, (_, i) => ({
    facility: `f${i}`,
    district: 100 + Math.floor(i / 5),
    name: `PHC ${nameOf(random, "F").split(" ")[1]} ${i}`,
  }));
  const people = peopleOf(random, population, facilities);
  const actors = actorsOf(facilities);
  const looks: [number, DisclosureLine][] = [
    ...staffLooks(random, people, actors),
    ...otherLooks(random, people, actors),
  ];
  looks.sort(([a, one], [b, other]) => a - b || (one.person < other.person ? -1 : 1));
  const tagged = looks.map(([, line]) => ({ ...line, recipientId: random.chance(0.5) ? hex(random) : null }));
  return {
    head: {
      format: worldFormat,
      asOf: isoInstant(firstDay + daysOfWorld * dayMs),
      population,
      logComplete: true,
      fieldsHeld: {
        name: "full",
        birthYear: "year",
        gender: "code",
        mobile: "full",
        idType: "text",
        idLast4: "last4",
        district: "id",
        dose: "full",
      },
    },
    people,
    facilities,
    actors,
    disclosures: tagged,
    canaries: canariesOf(random, Math.max(2, Math.round(population / 1000)), facilities),
  };
}

const hex = (random: Random): string =>
  [0, 1]
    .map(() =>
      Math.floor(random.next() * 2 ** 32)
        .toString(16)
        .padStart(8, "0"),
    )
    .join("");

function peopleOf(random: Random, population: number, facilities: readonly FacilityLine[]): PersonLine[] {
  return Array.from({ length: population }, (_, index) => {
    const place = random.below(facilities.length);
    const near = facilities.slice(place - (place % 5), place - (place % 5) + 5).map(({ facility }) => facility);
    return makePerson(random, index, facilities[place]!.facility, near, facilities[place]!.district as number);
  });
}

function actorsOf(facilities: readonly FacilityLine[]): SimulatedActor[] {
  const staff = facilities.flatMap(({ facility }, i) =>
    Array.from({ length: 8 }, (_, k) => ({
      actor: `${facility}-s${k}`,
      kind: "staff",
      facility,
      overlap: screens[i % 4]!.overlap,
    })),
  );
  const others = [
    ...Array.from({ length: 6 }, (_, i) => ({ actor: `partner${i}`, kind: "partner" })),
    ...Array.from({ length: 3 }, (_, i) => ({ actor: `call${i}`, kind: "callcentre" })),
    ...Array.from({ length: 3 }, (_, i) => ({ actor: `export${i}`, kind: "export" })),
  ];
  return [...staff, ...others.map((other) => ({ ...other, facility: null, overlap: 0 }))];
}

type Look = [number, DisclosureLine];

const look = (at: number, actor: string, person: string, fields: readonly string[]): Look => [
  Math.floor(at / 1000),
  { at: isoInstant(at), actor, person, fields, recipientId: null },
];

/** At each dose one of the desk looks before it is entered; each colleague may look too, before or after. */
function staffLooks(random: Random, people: readonly PersonLine[], actors: readonly SimulatedActor[]): Look[] {
  const desks = new Map<string, SimulatedActor[]>();
  for (const actor of actors)
    if (actor.facility) desks.set(actor.facility, [...(desks.get(actor.facility) ?? []), actor]);
  const looks: Look[] = [];
  for (const { person, doses } of people) {
    const side = random.below(2) * 4;
    for (const { facility, recordedAt } of doses) {
      const desk = desks.get(facility!)!.slice(side, side + 4);
      const at = Date.parse(recordedAt);
      const first = random.below(4);
      const { colleagueLooks } = screens.find(({ overlap }) => overlap === desk[0]!.overlap)!;
      desk.forEach(({ actor }, i) => {
        if (i === first) looks.push(look(at - 120_000, actor, person, staffFields));
        else if (random.chance(colleagueLooks)) {
          looks.push(
            look(at + (random.chance(0.5) ? -90_000 : 300_000 + random.below(600_000)), actor, person, staffFields),
          );
        }
      });
    }
  }
  return looks;
}

function otherLooks(random: Random, people: readonly PersonLine[], actors: readonly SimulatedActor[]): Look[] {
  const looks: Look[] = [];
  const end = firstDay + daysOfWorld * dayMs;
  for (const { actor, kind } of actors) {
    if (kind === "staff") continue;
    const share = kind === "partner" ? 0.01 + random.next() * 0.14 : kind === "export" ? 0.2 : 0.03;
    const exportedAt = firstDay + (200 + random.next() * (daysOfWorld - 220)) * dayMs;
    for (const { person, versions } of people) {
      if (!random.chance(share)) continue;
      const born = Date.parse(versions[0]!.from);
      const at = kind === "export" ? exportedAt : born + random.next() * (end - born);
      if (at >= born) looks.push(look(at, actor, person, kind === "partner" ? partnerFields : allFields));
    }
  }
  return looks;
}

function canariesOf(random: Random, count: number, facilities: readonly FacilityLine[]): CanaryLine[] {
  return Array.from({ length: count }, (_, i) => {
    const gender = random.chance(0.5) ? "F" : "M";
    const row = {
      name: nameOf(random, gender),
      mobile: String(9_900_000_000 + i),
      birthYear: 1950 + random.below(50),
      gender,
      idLast4: lastFour(random),
    };
    const kind = i % 2 === 0 ? "whole" : "facility";
    return { canary: `c${i}`, class: kind, of: kind === "whole" ? null : random.pick(facilities).facility, row };
  });
}
