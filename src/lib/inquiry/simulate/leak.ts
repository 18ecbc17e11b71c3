// What a leak through somebody holds: each person as that somebody last saw the person. Rows carry the column names of
// the world format; how a thief writes them down is written in sample.ts.
// SPDX-License-Identifier: Apache-2.0
import type { DisclosureLine, PersonLine, VersionLine } from "../format.js";

export type Held = Record<string, string>;

/** The registry's content on a person at an instant, cut to fields; undefined before the person was registered. */
export function heldAt(
  person: PersonLine,
  at: number,
  fields: readonly string[],
  facilityName: (id: string) => string,
): Held | undefined {
  const version = person.versions.find(
    ({ from, to }) => Date.parse(from) <= at && (to === null || at < Date.parse(to)),
  );
  if (!version) return undefined;
  const held: Held = {};
  for (const field of fields) {
    const value = version[field as keyof VersionLine] as string | number | null | undefined;
    if (value !== undefined && value !== null) held[field] = String(value);
  }
  if (!fields.includes("dose")) return held;
  const doses = person.doses.filter(({ recordedAt }) => Date.parse(recordedAt) <= at);
  const last = doses.at(-1);
  for (const { dose, on } of doses) if (dose <= 2) held[`dose${dose}On`] = on;
  if (!last) return { ...held, doseNo: "0" };
  return {
    ...held,
    doseNo: String(last.dose),
    lastOn: last.on,
    vaccine: last.vaccine!,
    batch: last.batch!,
    facility: facilityName(last.facility!),
  };
}

export interface Seen {
  readonly person: string;
  readonly at: number;
  readonly line: DisclosureLine;
}

/** Whom an actor saw in a window, each at the last look. */
export function lastLooks(lines: readonly DisclosureLine[], from: number, to: number): Seen[] {
  const last = new Map<string, Seen>();
  for (const line of lines) {
    const at = Date.parse(line.at);
    if (at >= from && at <= to) last.set(line.person, { person: line.person, at, line });
  }
  return [...last.values()];
}
