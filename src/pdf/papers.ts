// The papers a person can print: certificate and appointment slip, in English and Hindi at once, A4, tagged PDF/UA.
// Takes plain facts, adds the words and the QR code, and hands data (never markup) to typst.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dateInIndia, type IsoDate } from "../platform/clock.js";
import { type MessageKey, type MessageValues, translator } from "../platform/i18n/i18n.js";
import { projectRoot } from "../platform/root.js";
import { qrSvg } from "./qr.js";
import { createTypesetter } from "./typesetter.js";

export interface PrintedDose {
  readonly number: number;
  readonly kind: "primary" | "precaution";
  readonly product: string;
  readonly givenOn: IsoDate;
  readonly batch: string;
  readonly place: string;
}
export interface CertificatePaper {
  readonly stage: "provisional" | "final" | "precaution";
  readonly name: string;
  /** The name in Latin letters as the QR code has it; printed when the name stands in another script. */
  readonly latinName: string;
  readonly birthYear: number;
  readonly gender: "Male" | "Female" | "Others";
  readonly photoIdType: string;
  readonly photoIdLast4: string;
  readonly referenceId: string;
  readonly doses: readonly PrintedDose[];
  readonly certificateId: string;
  readonly issuedAt: Date;
  readonly issuer: string;
  /** Text of the QR code. */
  readonly qrText: string;
  /** Where anyone can check the certificate, such as "https://sakshi.example/verify". */
  readonly verifyAddress?: string | undefined;
}

export interface SlipPaper {
  readonly on: IsoDate;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly centre: { readonly name: string; readonly address: string };
  readonly vaccine: string;
  readonly referenceId: string;
  readonly securityCode: string;
  readonly people: readonly {
    readonly name: string;
    readonly dose: { readonly number: number; readonly kind: "primary" | "precaution" };
    readonly photoIdType: string;
    readonly photoIdLast4: string;
  }[];
  /** Opaque text that the staff's scanner reads. */
  readonly qrText: string;
  readonly issuer: string;
  readonly printedAt: Date;
}

interface Bilingual {
  readonly en: string;
  readonly hi: string;
}

const typesetter = createTypesetter();
const mark = readFileSync(join(projectRoot, "src/web/assets/mark.svg"), "utf8");

export function renderCertificatePdf(paper: CertificatePaper): Promise<Uint8Array> {
  return typesetter.set("certificate", certificateData(paper), paper.issuedAt);
}

/** One slip a page: people who come together have a security code each. */
export function renderSlipPdf(...papers: readonly [SlipPaper, ...SlipPaper[]]): Promise<Uint8Array> {
  return typesetter.set("slip", slipsData(papers), papers[0].printedAt);
}

/** Ends the typesetting thread, for an orderly stop. */
export function closePdf(): Promise<void> {
  return typesetter.close();
}

function certificateData(paper: CertificatePaper) {
  return {
    ...letterhead(paper.issuer),
    title: both("certificate.title"),
    stage: both(`certificate.stage.${paper.stage}`),
    labels: labels("certificate", [
      "name",
      "latinName",
      "birthYear",
      "gender",
      "photoId",
      "reference",
      "doses",
      "dose",
      "vaccine",
      "givenOn",
      "batch",
      "place",
      "certificateId",
      "issuedOn",
      "issuer",
    ]),
    person: {
      name: breakable(paper.name),
      latinName: isLatin(paper.name) ? null : breakable(paper.latinName),
      birthYear: String(paper.birthYear),
      gender: oneLine(`certificate.gender.${paper.gender}`),
      photoId: photoId(paper),
      reference: grouped(paper.referenceId),
    },
    doses: paper.doses.map((dose) => ({
      number: doseWords(dose),
      product: breakable(dose.product),
      givenOn: date(dose.givenOn),
      batch: breakable(dose.batch),
      place: breakable(dose.place),
    })),
    nextDose: paper.stage === "provisional" ? both("certificate.provisionalNote") : null,
    check: paper.verifyAddress
      ? both("certificate.checkAt", { address: paper.verifyAddress })
      : both("certificate.check"),
    certificateId: breakable(paper.certificateId),
    issuedOn: date(dateInIndia(paper.issuedAt)),
    qr: qr(paper.qrText, "certificate"),
  };
}

function slipsData(papers: readonly [SlipPaper, ...SlipPaper[]]) {
  return {
    ...letterhead(papers[0].issuer),
    title: both("slip.title"),
    labels: labels("slip", [
      "day",
      "time",
      "centre",
      "address",
      "vaccine",
      "reference",
      "securityCode",
      "people",
      "name",
      "dose",
      "photoId",
      "bring",
    ]),
    advice: (["slip.advice.id", "slip.advice.code", "slip.advice.wait"] as const).map((key) => both(key)),
    slips: papers.map(slipData),
  };
}

function slipData(paper: SlipPaper) {
  return {
    day: `${weekday(paper.on, "en")} ${date(paper.on)} · ${weekday(paper.on, "hi")}`,
    time: `${paper.startsAt} – ${paper.endsAt}`,
    centre: { name: breakable(paper.centre.name), address: breakable(paper.centre.address) },
    vaccine: breakable(paper.vaccine),
    reference: grouped(paper.referenceId),
    securityCode: paper.securityCode,
    people: paper.people.map((person) => ({
      name: breakable(person.name),
      dose: doseWords(person.dose),
      photoId: photoId(person),
    })),
    qr: qr(paper.qrText, "slip"),
  };
}

function letterhead(issuer: string) {
  return { product: translator("en")("common.product"), tagline: both("common.tagline"), mark, issuer };
}

function qr(text: string, paper: "certificate" | "slip") {
  return { text, svg: qrSvg(text), alt: translator("en")(`${paper}.qrAlt`), caption: both(`${paper}.qrCaption`) };
}

function both(key: MessageKey, values?: MessageValues): Bilingual {
  return { en: translator("en")(key, values), hi: translator("hi")(key, values) };
}

function oneLine(key: MessageKey, values?: MessageValues): string {
  const { en, hi } = both(key, values);
  return `${en} / ${hi}`;
}

function labels(paper: "certificate" | "slip", names: readonly string[]): Record<string, Bilingual> {
  return Object.fromEntries(names.map((name) => [name, both(`${paper}.label.${name}` as MessageKey)]));
}

function doseWords(dose: { number: number; kind: "primary" | "precaution" }): Bilingual {
  return dose.kind === "precaution"
    ? both("certificate.dose.precaution")
    : both("certificate.dose.primary", { number: dose.number });
}

function photoId({ photoIdType, photoIdLast4 }: { photoIdType: string; photoIdLast4: string }): string {
  return `${breakable(photoIdType)} XXXX\u00a0${photoIdLast4}`;
}

/** "23 Nov 2026": our own form, whatever the locale data of the day say. */
function date(on: IsoDate): string {
  const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
  const [year, month, day] = on.split("-");
  return `${day} ${months[Number(month) - 1]} ${year}`;
}

function weekday(on: IsoDate, language: "en" | "hi"): string {
  return new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" }).format(
    new Date(`${on}T00:00:00.000Z`),
  );
}

function grouped(referenceId: string): string {
  return /^\d{14}$/.test(referenceId) ? referenceId.replace(/(\d{4})(?=\d)/g, "$1\u00a0") : breakable(referenceId);
}

function isLatin(text: string): boolean {
  return /^[\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]*$/u.test(text);
}

/** Lets a word of more than 20 characters break, between whole characters as readers see them. */
function breakable(text: string): string {
  return text.replace(/\S{20,}/gu, (word) => {
    const letters = Array.from(
      new Intl.Segmenter("en", { granularity: "grapheme" }).segment(word),
      ({ segment }) => segment,
    );
    return letters.map((letter, index) => (index > 0 && index % 10 === 0 ? `\u200b${letter}` : letter)).join("");
  });
}
