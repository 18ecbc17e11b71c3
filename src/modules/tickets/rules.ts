// What a ticket may ask, how long it may take, who may act on it. Pure.
// SPDX-License-Identifier: Apache-2.0
import { isIsoDate } from "../../platform/clock.js";
import type { Problem } from "../../platform/errors.js";
import type { Identity } from "../beneficiaries/index.js";
import type { EvidenceText, Field, Purpose, Wish } from "../disclosure/index.js";
import { type Role, reaches, type Staff } from "../staff/index.js";
import type { TicketCode } from "./errors.js";
import { type Ticket, type TicketKind, type TicketLevel, wordsLimit } from "./types.js";

interface KindRule {
  /** Days until it must be decided. DPDP Rules 2025, rule 14: at most 90; Co-WIN said 3 to 7 for a revoked dose. */
  readonly days: number;
  /** How often a person may have it accepted. Co-WIN: a correction of who one is, and a passport, once. */
  readonly mostAccepted: number;
  /** What officers look at, by purpose. The policy permits no more (policy/disclosure.cedar). */
  readonly looks: readonly { readonly purpose: Purpose; readonly fields: readonly Field[] }[];
}

const whoItIs = ["name", "birthYear", "gender", "photoIdType", "photoIdLast4"] as const;
const doses = { purpose: "dose-correction", fields: ["name", "birthYear", "doses", "tickets"] } as const;

export const kindRules: Readonly<Record<TicketKind, KindRule>> = {
  identity: { days: 7, mostAccepted: 1, looks: [{ purpose: "correction", fields: [...whoItIs, "tickets"] }] },
  passport: {
    days: 7,
    mostAccepted: 2,
    looks: [{ purpose: "correction", fields: ["name", "birthYear", "passportNumber", "birthDate", "tickets"] }],
  },
  dose: { days: 14, mostAccepted: 3, looks: [doses] },
  "not-mine": { days: 7, mostAccepted: 3, looks: [doses] },
  "no-certificate": { days: 14, mostAccepted: 3, looks: [doses] },
  merge: { days: 14, mostAccepted: 1, looks: [{ purpose: "correction", fields: [...whoItIs, "tickets"] }, doses] },
  "unknown-member": {
    days: 7,
    mostAccepted: 1,
    looks: [{ purpose: "number-correction", fields: ["name", "tickets"] }],
  },
};
/** The purpose under which a kind's own ticket is written. */
export const purposeOf = (kind: TicketKind): Purpose => kindRules[kind].looks[0]!.purpose;

/** Asked again and again, a ticket is refused before an officer sees it. */
export const mostAskedAYear = 5;
export const reopenDays = 30;
/** A ticket that its officer has not moved for so long may be taken by another. */
export const idleDays = 3;
/** So long after a ticket went up to the state it goes up to the country. */
export const escalateAgainDays = 7;
export const mostFiles = 3;
export const mostFileBytes = 5 * 2 ** 20;
const mostIdentityFields = 2;

const levels: Partial<Record<Role, TicketLevel>> = {
  "district-admin": "district",
  "state-admin": "state",
  "national-admin": "country",
};
/** The level whose tickets are this officer's first business; undefined for staff who handle none. */
export const levelOf = ({ role }: Pick<Staff, "role">): TicketLevel | undefined => levels[role];

export const isWaiting = ({ state }: Pick<Ticket, "state">): boolean => state === "open" || state === "proposed";
export const isOverdue = (ticket: Pick<Ticket, "state" | "dueAt">, now: Date): boolean =>
  isWaiting(ticket) && ticket.dueAt < now;

/** By its first bytes, whatever it is called or said to be. No more of a file is read. */
const fileStarts = [
  ["image/jpeg", [0xff, 0xd8, 0xff]],
  ["image/png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["application/pdf", [0x25, 0x50, 0x44, 0x46, 0x2d]],
] as const;
export function fileTypeOf(content: Buffer): EvidenceText["type"] | undefined {
  return fileStarts.find(([, start]) => start.every((byte, at) => content[at] === byte))?.[0];
}

export function mayHandle(staff: Staff, ticket: Pick<Ticket, "stateId" | "districtId">): boolean {
  const { stateId, districtId } = ticket;
  return levelOf(staff) !== undefined && reaches(staff, { stateId, districtId, facilityId: null });
}

/** How an officer's step is signed for the person to read. */
export const officeOf = ({ role, placeName }: Pick<Staff, "role" | "placeName">) => ({ role, place: placeName });

export function mayReopen(ticket: Ticket, now: Date): boolean {
  const since = now.getTime() - ticket.changedAt.getTime();
  return ticket.state === "refused" && ticket.reopenedAt === null && since <= reopenDays * 86_400_000;
}

export function wordsFault(words: string): TicketCode | undefined {
  if (words === "") return "TICKET_WORDS_MISSING";
  return [...words].length > wordsLimit ? "TICKET_WORDS_LONG" : undefined;
}

export type WishRead = { readonly asked: Wish } | { readonly problems: readonly Problem<TicketCode>[] };
const problem = (field: string, code: TicketCode): WishRead => ({ problems: [{ field, code }] });

/**
 * At most two of name, year of birth, gender and photo id (Co-WIN's "limited fields"): whoever changes more makes
 * another person of the record.
 */
export function identityWish(held: Identity, wanted: Identity): WishRead {
  const asked: Wish = {};
  if (wanted.name !== held.name) asked.name = wanted.name;
  if (wanted.birthYear !== held.birthYear) asked.birthYear = wanted.birthYear;
  if (wanted.gender !== held.gender) asked.gender = wanted.gender;
  const changed = Object.keys(asked).length;
  const isOtherId = wanted.photoIdType !== held.photoIdType || wanted.photoIdLast4 !== held.photoIdLast4;
  if (isOtherId) Object.assign(asked, { photoIdType: wanted.photoIdType, photoIdLast4: wanted.photoIdLast4 });
  const parts = changed + (isOtherId ? 1 : 0);
  if (parts === 0) return problem("name", "TICKET_NOTHING_CHANGES");
  return parts > mostIdentityFields ? problem("name", "TICKET_TOO_MUCH_CHANGES") : { asked };
}

/** Letters and digits as machine-readable zones have them (ICAO Doc 9303, 6 to 9); the date lies in the year of birth. */
export function passportWish(
  { passportNumber = "", birthDate = "" }: Readonly<Record<string, string>>,
  birthYear: number,
): WishRead {
  const number = passportNumber.toUpperCase().replace(/\s/g, "");
  const problems: Problem<TicketCode>[] = [];
  if (!/^[A-Z0-9]{6,9}$/.test(number)) problems.push({ field: "passportNumber", code: "TICKET_PASSPORT_NUMBER_WRONG" });
  if (!isIsoDate(birthDate) || Number(birthDate.slice(0, 4)) !== birthYear)
    problems.push({ field: "birthDate", code: "TICKET_BIRTH_DATE_WRONG" });
  return problems.length > 0 ? { problems } : { asked: { passportNumber: number, birthDate } };
}

/** The programme's first day; no dose of it is older. */
const firstDay = "2021-01-16";

export function isDoseDay(on: string, today: string): boolean {
  return isIsoDate(on) && on >= firstDay && on <= today;
}
