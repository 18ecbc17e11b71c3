// Reads worlds and cases of the format sakshi-inquiry-world/1, line by line, so that millions of disclosures never lie in
// memory as text.
// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Intake, Registry, type Sample, type Truth, worldFormat } from "../lib/inquiry/index.js";
import { disclosuresInThread } from "./disclosures-thread.js";
import { eachLine } from "./lines.js";
import { readSample, Unreadable } from "./read-sample.js";
import { type Line, withTexts } from "./with-texts.js";

export async function readWorld(folder: string): Promise<Registry> {
  const head = await json(join(folder, "world.json"));
  if (head.format !== worldFormat) throw new Unreadable(`${folder} is no world of the format ${worldFormat}.`);
  const registry = new Registry(head);
  const disclosures = disclosuresInThread(join(folder, "disclosures.ndjson"));
  each(join(folder, "facilities.ndjson"), (line) => registry.addFacility(withTexts(line, "facility")));
  each(join(folder, "actors.ndjson"), (line) => registry.addActor(withTexts(line, "actor", "facility")));
  each(join(folder, "people.ndjson"), (line) => registry.addPerson(personOf(line)));
  const addDisclosures = await disclosures;
  addDisclosures((...look) => registry.addLook(...look));
  each(join(folder, "earlier-leaks.ndjson"), (line) => registry.earlierLeaks.push({ ...line, rows: line.rows ?? [] }));
  each(join(folder, "canaries.ndjson"), (line) => registry.canaries.push({ ...line, row: line.row ?? {} }));
  return registry.close();
}

export async function caseIds(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** A case; `asOf` is when it counts as received where its intake does not say. */
export async function readCase(folder: string, asOf?: string): Promise<{ sample: Sample; intake: Intake }> {
  const names = await readdir(folder);
  const name = names.filter((one) => /^sample\.(csv|tsv|txt|json|ndjson|jsonl|xlsx)$/.test(one)).sort()[0];
  if (!name) throw new Unreadable(`${folder} has no sample.csv, sample.json or sample.xlsx.`);
  const said: Intake =
    names.includes("intake.json") || !asOf ? await json(join(folder, "intake.json")) : { how: "dump" };
  const receivedAt = Number.isNaN(Date.parse(said.receivedAt)) ? asOf : said.receivedAt;
  if (!receivedAt || Number.isNaN(Date.parse(receivedAt)))
    throw new Unreadable(`${folder}/intake.json does not say when it was received.`);
  return { sample: readSample(await readFile(join(folder, name)), name), intake: { ...said, receivedAt } };
}

export async function readTruths(folder: string): Promise<Map<string, Truth>> {
  const truths = new Map<string, Truth>();
  each(join(folder, "truth.ndjson"), (line: Truth) => truths.set(line.case, line));
  return truths;
}

async function json(path: string) {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new Unreadable(`${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? "no valid JSON"}).`);
  }
}

/** What a line may leave out: doses, their numbers, an instant of recording that is the day itself. */
function personOf(line: Line): Line {
  const isWhole = ({ dose, recordedAt, facility }: Line) => dose && recordedAt && typeof facility === "string";
  if (typeof line.person === "string" && line.versions && line.doses?.every(isWhole)) return line;
  const doses = (line.doses ?? []).map((dose: Line, i: number) => ({
    ...withTexts(dose, "facility"),
    dose: dose.dose ?? i + 1,
    recordedAt: dose.recordedAt ?? dose.on,
  }));
  return { ...withTexts(line, "person"), versions: line.versions ?? [], doses };
}

/** Each line of a file as its value; a file that is not there has none. */
function each(path: string, take: (value: Line) => void): void {
  eachLine(path, (buffer, from, to) => take(JSON.parse(buffer.toString("utf8", from, to))));
}
