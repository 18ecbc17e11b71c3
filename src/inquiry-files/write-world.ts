// Writes worlds and cases as files of the format sakshi-inquiry-world/1.
// SPDX-License-Identifier: Apache-2.0
import { createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Sample, SimulatedCase, SimulatedWorld } from "../lib/inquiry/index.js";

export async function writeWorld(
  folder: string,
  world: SimulatedWorld,
  earlierLeaks: readonly unknown[],
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "world.json"), `${JSON.stringify(world.head)}\n`);
  await lines(join(folder, "people.ndjson"), world.people);
  await lines(join(folder, "facilities.ndjson"), world.facilities);
  await lines(
    join(folder, "actors.ndjson"),
    world.actors.map(({ actor, kind, facility }) => ({ actor, kind, facility })),
  );
  await lines(join(folder, "disclosures.ndjson"), world.disclosures);
  await lines(join(folder, "earlier-leaks.ndjson"), earlierLeaks);
  await lines(join(folder, "canaries.ndjson"), world.canaries);
}

export async function writeCase(folder: string, { id, sample, intake }: SimulatedCase): Promise<void> {
  const place = join(folder, "cases", id);
  await mkdir(place, { recursive: true });
  await writeFile(join(place, "sample.csv"), csv(sample));
  await writeFile(join(place, "intake.json"), `${JSON.stringify(intake)}\n`);
}

export async function lines(path: string, values: Iterable<unknown>): Promise<void> {
  await pipeline(Readable.from(asLines(values)), createWriteStream(path));
}

function* asLines(values: Iterable<unknown>): Generator<string> {
  let chunk = "";
  for (const value of values) {
    chunk += `${JSON.stringify(value)}\n`;
    if (chunk.length > 65_536) {
      yield chunk;
      chunk = "";
    }
  }
  yield chunk;
}

function csv({ columns, rows }: Sample): string {
  return [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ""))]
    .map((cells) => `${cells.map(quoted).join(",")}\n`)
    .join("");
}

const quoted = (cell: string): string => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
