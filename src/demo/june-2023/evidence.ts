// What turns up outside: the transcript of a bot, and a list offered in a forum that was put together of three sources.
// SPDX-License-Identifier: Apache-2.0
import type { IsoDate } from "../../platform/clock.js";
import type { Centre, Person } from "./country.js";
import type { BotAnswer } from "./thieves.js";

/** The name a column has in the list, and what stands in it. */
type Row = Readonly<Record<string, string>>;
export interface Evidence {
  readonly name: string;
  readonly file: Buffer;
  /** Of a bot: a number a line, and whether it answered. */
  readonly asked: string;
  readonly rows: number;
}

const indian = (on: string | undefined): string => (on ? on.split("-").reverse().join("/") : "");
/** What the register held of a person's doses when somebody looked. */
const dosesBy = ({ doses }: Person, on: IsoDate): string[] => doses.filter((day) => day <= on);

export function leakedRow(
  person: Person,
  on: IsoDate,
  centres: readonly Centre[],
  columns: readonly ColumnName[],
): Row {
  const [first, second] = dosesBy(person, on);
  const all: Row = {
    Name: person.name.toUpperCase(),
    "Date of Birth": person.birthDate,
    "Year of Birth": String(person.birthYear),
    Gender: person.gender,
    "Mobile No": person.mobile,
    "ID last 4": person.idLast4,
    "Dose 1 date": indian(first),
    "Dose 2 date": indian(second),
    Centre: first ? centres[person.centre]!.name : "",
  };
  return Object.fromEntries(columns.map((column) => [column, all[column]!]));
}
const columnNames = [
  "Name",
  "Date of Birth",
  "Year of Birth",
  "Gender",
  "Mobile No",
  "ID last 4",
  "Dose 1 date",
  "Dose 2 date",
  "Centre",
] as const;
type ColumnName = (typeof columnNames)[number];
/**
 * The bot's answers hold the number it was asked with, which no page showed it. The list has what all its sources had: an
 * empty cell says that nothing was held.
 */
export const columnsOf = {
  bot: columnNames.filter((column) => column !== "Year of Birth"),
  list: ["Name", "Date of Birth", "Gender", "Dose 1 date", "Dose 2 date", "Centre"],
  old: ["Name", "Year of Birth", "Gender", "Mobile No", "ID last 4", "Dose 1 date", "Dose 2 date", "Centre"],
} as const satisfies Record<string, readonly ColumnName[]>;

function csvOf(rows: readonly Row[], columns: readonly ColumnName[]): Buffer {
  const line = (cells: readonly string[]) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",");
  return Buffer.from(
    [line(columns), ...rows.map((row) => line(columns.map((column) => row[column] ?? "")))].join("\n"),
    "utf8",
  );
}

/** What a journalist saved: the answers, and the numbers for which there was none. */
export function transcript(answers: readonly BotAnswer[], asked: readonly string[], centres: readonly Centre[]) {
  const answered = new Set(answers.map(({ person }) => person.mobile));
  const rows = answers.map(({ person, on }) => leakedRow(person, on, centres, columnsOf.bot));
  const numbers = asked.map((mobile) => `${mobile} ${answered.has(mobile) ? "yes" : "no"}`);
  return evidence("bot-answers.csv", rows, columnsOf.bot, numbers);
}

/** A list of mixed origin, in an order that says nothing. */
export function forumList(parts: readonly Row[]): Evidence {
  const rows = parts.toSorted((a, b) => (a["Date of Birth"]! < b["Date of Birth"]! ? -1 : 1));
  return evidence("forum-list.csv", rows, columnsOf.list);
}

export function oldLeak(people: readonly Person[], on: IsoDate, centres: readonly Centre[]): Evidence {
  const rows = people.map((person) => leakedRow(person, on, centres, columnsOf.old));
  return evidence("old-leak.csv", rows, columnsOf.old);
}

function evidence(
  name: string,
  rows: readonly Row[],
  columns: readonly ColumnName[],
  asked: readonly string[] = [],
): Evidence {
  return { name, file: csvOf(rows, columns), asked: asked.join("\n"), rows: rows.length };
}
