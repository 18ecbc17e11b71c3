// The content rules of the EU Digital COVID Certificate 1.3 (ehn-dcc-schema 1.3.3, DCC.combined-schema.json), by hand:
// what a payload must look like, whatever its signature says. Reports places and never values.
// SPDX-License-Identifier: Apache-2.0
import * as codes from "./codes.js";
import type { Holder, Reason, Statement } from "./verdict.js";

type Fields = Record<string, unknown>;
export type Group = "vaccination" | "test" | "recovery";

export interface Content {
  readonly holder: Holder;
  readonly statement: Statement;
}
export interface Reading {
  /** Which of the three it is, known even when something in it is wrong. */
  readonly group?: Group;
  readonly content?: Content;
  readonly reasons: readonly Reason[];
}

const groupKeys = { v: "vaccination", t: "test", r: "recovery" } as const;

/** Checks a payload and reads it. With "invalid" reasons there is no content. */
export function readDcc(payload: unknown): Reading {
  const problems = new Problems();
  const dcc = plain(payload);
  if (!dcc) return { reasons: [{ code: "CERTIFICATE_CONTENT_INVALID" }] };
  problems.text(dcc, "", "ver", /^\d+.\d+.\d+$/);
  problems.text(dcc, "", "dob", /^((19|20)\d\d(-\d\d){0,2})?$/);
  const names = readNames(dcc, problems);
  const present = (["v", "t", "r"] as const).filter((key) => dcc[key] !== undefined);
  const key = present[0];
  if (present.length !== 1 || !key) problems.wrong("v|t|r");
  const entry = key && readEntry(dcc, key, problems);
  const group = key && groupKeys[key];
  if (problems.invalid || !group || !entry || !names) return { ...(group && { group }), reasons: problems.reasons };
  const holder = { ...names, born: dcc["dob"] as string };
  return { group, content: { holder, statement: statementOf(key, entry) }, reasons: problems.reasons };
}

function readNames(dcc: Fields, problems: Problems): Pick<Holder, "name" | "latinName"> | undefined {
  const nam = plain(dcc["nam"]);
  if (!nam) {
    problems.wrong("nam");
    return undefined;
  }
  for (const key of ["fn", "gn"]) problems.optionalText(nam, "nam.", key, undefined, 80);
  for (const key of ["fnt", "gnt"]) problems.optionalText(nam, "nam.", key, /^[A-Z<]*$/, 80);
  if (nam["fnt"] === undefined && nam["gnt"] === undefined) problems.wrong("nam.fnt");
  const join = (given: unknown, family: unknown) =>
    [given, family].filter((part) => typeof part === "string" && part !== "").join(" ");
  const latinName = join(nam["gnt"], nam["fnt"]).replace(/<+/g, " ").trim();
  return { name: join(nam["gn"], nam["fn"]) || latinName, latinName };
}

function readEntry(dcc: Fields, key: "v" | "t" | "r", problems: Problems): Fields | undefined {
  const list = dcc[key];
  const entry = Array.isArray(list) && list.length === 1 ? plain(list[0]) : undefined;
  if (!entry) {
    problems.wrong(key);
    return undefined;
  }
  const at = `${key}[0].`;
  problems.code(entry, at, "tg", codes.diseases);
  problems.code(entry, at, "co", codes.countries);
  problems.text(entry, at, "is", undefined, 80);
  problems.text(entry, at, "ci", undefined, 80);
  if (key === "v") checkVaccination(entry, at, problems);
  if (key === "t") checkTest(entry, at, problems);
  if (key === "r") for (const name of ["fr", "df", "du"]) problems.date(entry, at, name);
  return entry;
}

function checkVaccination(entry: Fields, at: string, problems: Problems): void {
  problems.code(entry, at, "vp", codes.vaccines);
  problems.code(entry, at, "mp", codes.products);
  problems.code(entry, at, "ma", codes.manufacturers);
  for (const name of ["dn", "sd"]) {
    const value = entry[name];
    if (!Number.isSafeInteger(value) || (value as number) < 1) problems.wrong(at + name);
  }
  problems.date(entry, at, "dt");
}

function checkTest(entry: Fields, at: string, problems: Problems): void {
  problems.code(entry, at, "tt", codes.testTypes);
  problems.code(entry, at, "tr", codes.testResults);
  problems.optionalText(entry, at, "nm", undefined, 80);
  problems.optionalText(entry, at, "ma");
  problems.optionalText(entry, at, "tc", undefined, 80);
  const sampled = entry["sc"];
  const shape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}(:?\d{2})?)$/i;
  if (typeof sampled !== "string" || !shape.test(sampled)) problems.wrong(`${at}sc`);
}

function statementOf(key: "v" | "t" | "r", entry: Fields): Statement {
  const common = {
    disease: nameOf(codes.diseases, entry["tg"]),
    country: nameOf(codes.countries, entry["co"]),
    issuer: entry["is"] as string,
    certificateId: entry["ci"] as string,
  };
  if (key !== "v") return { kind: key === "t" ? "test" : "recovery", ...common };
  return {
    kind: "vaccination",
    ...common,
    vaccine: nameOf(codes.vaccines, entry["vp"]),
    product: nameOf(codes.products, entry["mp"]),
    manufacturer: nameOf(codes.manufacturers, entry["ma"]),
    dose: entry["dn"] as number,
    doses: entry["sd"] as number,
    givenOn: entry["dt"] as string,
  };
}

function nameOf(set: codes.CodeSet, code: unknown): string {
  return (Object.hasOwn(set, code as string) ? set[code as string] : undefined) ?? (code as string);
}

/** Collects what is wrong. A code that the lists do not know is no proof of a forgery: it may be newer than they are. */
class Problems {
  readonly reasons: Reason[] = [];
  invalid = false;

  wrong(at: string): void {
    this.invalid = true;
    this.reasons.push({ code: "CERTIFICATE_CONTENT_INVALID", at });
  }
  text(fields: Fields, at: string, name: string, shape?: RegExp, longest = 200): void {
    const value = fields[name];
    if (typeof value !== "string" || [...value].length > longest || (shape && !shape.test(value)))
      this.wrong(at + name);
  }
  optionalText(fields: Fields, at: string, name: string, shape?: RegExp, longest?: number): void {
    if (fields[name] !== undefined) this.text(fields, at, name, shape, longest);
  }
  code(fields: Fields, at: string, name: string, set: codes.CodeSet): void {
    const value = fields[name];
    if (typeof value !== "string" || value.length > 80) this.wrong(at + name);
    else if (!Object.hasOwn(set, value)) this.reasons.push({ code: "CERTIFICATE_CODE_UNKNOWN", at: at + name });
  }
  date(fields: Fields, at: string, name: string): void {
    const value = fields[name];
    if (typeof value !== "string" || !isRealDate(value)) this.wrong(at + name);
  }
}

function isRealDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const instant = Date.parse(`${text}T00:00:00.000Z`);
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(text);
}

/** A map with text keys as a plain object without prototype; undefined for anything else. */
function plain(value: unknown): Fields | undefined {
  if (!(value instanceof Map)) return undefined;
  const fields = Object.create(null) as Fields;
  for (const [key, item] of value) {
    if (typeof key !== "string") return undefined;
    fields[key] = item;
  }
  return fields;
}
