// The papers a person can print: certificate and appointment slip, in English and another language at once, A4, tagged
// PDF/UA.
// Takes plain facts, adds the words and the QR code, and hands data (never markup) to typst.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dateInIndia, type IsoDate } from "../platform/clock.js";
import { type MessageKey, type MessageValues, translator } from "../platform/i18n/i18n.js";
import { projectRoot } from "../platform/root.js";
import { type PaperKey, type PaperLanguage, type PaperValues, paperWord } from "./paper-words.js";
import { qrSvg } from "./qr.js";
import { typesetter } from "./typeset.js";

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
  /** On papers for other countries: both or neither. */
  readonly birthDate?: string | undefined;
  readonly passportNumber?: string | undefined;
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
  /** Stands beside the English; Hindi unless given. With "en" the paper is English only. */
  readonly language?: PaperLanguage | undefined;
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

/** English, and the same in the paper's other language; null on a paper in English only. */
interface Bilingual {
  readonly en: string;
  readonly own: string | null;
}

const mark = readFileSync(join(projectRoot, "src/web/assets/mark.svg"), "utf8");

export function renderCertificatePdf(paper: CertificatePaper): Promise<Uint8Array> {
  return typesetter.set("certificate", certificateData(paper), paper.issuedAt);
}

/** One slip a page: people who come together have a security code each. */
export function renderSlipPdf(...papers: readonly [SlipPaper, ...SlipPaper[]]): Promise<Uint8Array> {
  return typesetter.set("slip", slipsData(papers), papers[0].printedAt);
}

function certificateData(paper: CertificatePaper) {
  const language = paper.language ?? "hi";
  const words = (key: PaperKey, values?: PaperValues): Bilingual => ({
    en: paperWord("en", key, values),
    own: language === "en" ? null : paperWord(language, key, values),
  });
  const { en: gender, own: ownGender } = words(`gender.${paper.gender}`);
  return {
    language,
    ...letterhead(paper.issuer, words("tagline")),
    title: words("title"),
    stage: words(`stage.${paper.stage}`),
    labels: Object.fromEntries(certificateLabels.map((name) => [name, words(`label.${name}`)])),
    person: {
      name: breakable(paper.name),
      latinName: isLatin(paper.name) ? null : breakable(paper.latinName),
      birthYear: String(paper.birthYear),
      birthDate: paper.birthDate === undefined ? null : date(paper.birthDate as IsoDate),
      passport: paper.passportNumber === undefined ? null : breakable(paper.passportNumber),
      gender: ownGender === null ? gender : `${gender} / ${ownGender}`,
      photoId: photoId(paper),
      reference: grouped(paper.referenceId),
    },
    doses: paper.doses.map((dose) => ({
      number: dose.kind === "precaution" ? words("dose.precaution") : words("dose.primary", { number: dose.number }),
      product: breakable(dose.product),
      givenOn: date(dose.givenOn),
      batch: breakable(dose.batch),
      place: breakable(dose.place),
    })),
    nextDose: paper.stage === "provisional" ? words("provisionalNote") : null,
    check: paper.verifyAddress ? words("checkAt", { address: paper.verifyAddress }) : words("check"),
    certificateId: breakable(paper.certificateId),
    issuedOn: date(dateInIndia(paper.issuedAt)),
    qr: {
      text: paper.qrText,
      svg: qrSvg(paper.qrText),
      alt: translator("en")("certificate.qrAlt"),
      caption: words("qrCaption"),
    },
  };
}

const certificateLabels = [
  "name",
  "latinName",
  "birthYear",
  "birthDate",
  "passport",
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
] as const;

function slipsData(papers: readonly [SlipPaper, ...SlipPaper[]]) {
  return {
    language: "hi",
    ...letterhead(papers[0].issuer, both("common.tagline")),
    title: both("slip.title"),
    labels: labels([
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
    qr: {
      text: paper.qrText,
      svg: qrSvg(paper.qrText),
      alt: translator("en")("slip.qrAlt"),
      caption: both("slip.qrCaption"),
    },
  };
}

function letterhead(issuer: string, tagline: Bilingual) {
  return { product: translator("en")("common.product"), tagline, mark, issuer };
}

function both(key: MessageKey, values?: MessageValues): Bilingual {
  return { en: translator("en")(key, values), own: translator("hi")(key, values) };
}

function labels(names: readonly string[]): Record<string, Bilingual> {
  return Object.fromEntries(names.map((name) => [name, both(`slip.label.${name}` as MessageKey)]));
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
