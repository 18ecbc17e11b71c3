// Words: ICU MessageFormat 1, one JSON file a language and area, keys typed from the English files.
// Numbers and dates always in Latin digits; times in Asia/Kolkata.
// SPDX-License-Identifier: Apache-2.0
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { IntlMessageFormat } from "intl-messageformat";
import type citizen from "../../../locales/en/citizen.json";
import type common from "../../../locales/en/common.json";
import type errors from "../../../locales/en/errors.json";
import type officer from "../../../locales/en/officer.json";
import type privacy from "../../../locales/en/privacy.json";
import type publicPages from "../../../locales/en/public.json";
import type staff from "../../../locales/en/staff.json";
import { projectRoot } from "../root.js";

type Words = typeof common &
  typeof errors &
  typeof citizen &
  typeof staff &
  typeof officer &
  typeof privacy &
  typeof publicPages;
export type MessageKey = keyof Words;

/** Languages that pages are offered in. The mechanism takes Co-WIN's twelve; these are complete. */
export const locales = ["en", "hi"] as const;
export type Locale = (typeof locales)[number];
export const localeNames: Record<Locale, string> = { en: "English", hi: "हिन्दी" };

export type MessageValues = Record<string, string | number | Date>;
/** Says a message in the locale it was made for. An unknown value throws; a missing translation says English. */
export interface Translate {
  (key: MessageKey, values?: MessageValues): string;
  readonly locale: Locale;
  number(value: number): string;
  /** A state's or district's name, as locales/places has it; a name it does not have stays as it is. */
  place(name: string): string;
  /** "Mon 23 Nov 2026" for a yyyy-mm-dd date. */
  date(on: string): string;
  /** "23 Nov 2026, 16:05" in Asia/Kolkata. */
  instant(at: Date): string;
}

/** All messages of a language, from locales/<code>/*.json. */
export function readMessages(code: string): Record<string, string> {
  const folder = join(projectRoot, "locales", code);
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort();
  return Object.assign({}, ...files.map((name) => JSON.parse(readFileSync(join(folder, name), "utf8"))));
}

/** Names of states and districts in a language; none for English, which the places themselves are written in. */
function readPlaceNames(code: string): Map<string, string> {
  const file = join(projectRoot, "locales", "places", `${code}.json`);
  return new Map(existsSync(file) ? Object.entries(JSON.parse(readFileSync(file, "utf8")) as object) : []);
}

const translators = new Map<string, Translate>();

export function isLocale(code: string): code is Locale {
  return (locales as readonly string[]).includes(code);
}

export function translator(locale: Locale): Translate {
  const known = translators.get(locale);
  if (known) return known;
  const messages = readMessages(locale);
  const english = locale === "en" ? messages : readMessages("en");
  const tag = `${locale}-IN-u-nu-latn`;
  const compiled = new Map<string, IntlMessageFormat>();
  const say = (key: MessageKey, values?: MessageValues): string => {
    let format = compiled.get(key);
    if (!format) {
      const text = messages[key] ?? english[key];
      if (text === undefined) throw new Error(`no message ${key}`);
      format = new IntlMessageFormat(text, tag, undefined, { ignoreTag: true });
      compiled.set(key, format);
    }
    return String(format.format(values));
  };
  const numbers = new Intl.NumberFormat(tag);
  const dates = new Intl.DateTimeFormat(tag, {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  });
  const instants = new Intl.DateTimeFormat(tag, {
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZone: "Asia/Kolkata",
  });
  const places = readPlaceNames(locale);
  const translate: Translate = Object.assign(say, {
    locale,
    number: (value: number) => numbers.format(value),
    place: (name: string) => places.get(name) ?? name,
    date: (on: string) => dates.format(new Date(`${on}T00:00:00.000Z`)),
    instant: (at: Date) => instants.format(at),
  });
  translators.set(locale, translate);
  return translate;
}
