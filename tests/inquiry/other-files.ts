// The other worlds as files, with habits of their own: spaces after colons, keys in another order, keys nobody asked
// for, optional files left out, samples with semicolons, marks of byte order, UTF-16, JSON.
// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { OtherCase, OtherCases } from "./other-cases.js";
import type { OtherWorld } from "./other-world.js";

/** As Python writes it. */
const spaced = (value: unknown): string =>
  JSON.stringify(value, undefined, 1)
    .replace(/\n\s*/g, " ")
    .replaceAll("[ ", "[")
    .replaceAll(" ]", "]")
    .replaceAll("{ ", "{")
    .replaceAll(" }", "}");
const instant = (at: number): string => new Date(at).toISOString();

export function writeOtherWorld(folder: string, world: OtherWorld, cases: OtherCases): void {
  const { habits, people, facilities, actors, looks, canaries } = world;
  mkdirSync(folder, { recursive: true });
  const lines = (name: string, values: readonly unknown[]) =>
    writeFileSync(join(folder, name), values.map((value) => `${spaced(value)}\r\n`).join(""));
  const gaps = habits.gap > 0 ? { logGaps: [{ facility: facilities[0]!["facility"], missingAbout: habits.gap }] } : {};
  writeFileSync(
    join(folder, "world.json"),
    spaced({
      generator: "other",
      format: "sakshi-inquiry-world/1",
      asOf: instant(world.end),
      population: people.length,
      logComplete: habits.gap === 0,
      ...gaps,
      fieldsHeld: {},
    }),
  );
  lines(
    "people.ndjson",
    people.map(({ person, versions, doses }) => ({ doses, versions, person, note: "…" })),
  );
  lines("facilities.ndjson", facilities);
  lines("actors.ndjson", actors);
  lines(
    "disclosures.ndjson",
    looks
      .filter(({ logged }) => logged)
      .map(({ at, actor, person, fields, recipientId }) => ({
        person: people[person]!.person,
        fields,
        ...(recipientId && { recipientId }),
        channel: { kind: "desk" },
        at: instant(at),
        actor,
      })),
  );
  lines("earlier-leaks.ndjson", cases.earlierLeaks);
  if (canaries.length > 0) lines("canaries.ndjson", canaries);
}

export function writeOtherCase(folder: string, { id, columns, rows, intake }: OtherCase, index: number): void {
  const place = join(folder, "cases", id);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "intake.json"), spaced(intake));
  const separator = [",", ";", "\t"][index % 3]!;
  const table = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ""))]
    .map((cells) => cells.map((cell) => (/[",;\t]/.test(cell) ? `"${cell}"` : cell)).join(separator))
    .join("\r\n");
  if (index % 5 === 1) writeFileSync(join(place, "sample.json"), JSON.stringify(rows));
  else if (index % 5 === 2) writeFileSync(join(place, "sample.csv"), Buffer.from(`\uFEFF${table}`, "utf16le"));
  else writeFileSync(join(place, "sample.csv"), index % 2 === 0 ? `\uFEFF${table}` : table);
}
