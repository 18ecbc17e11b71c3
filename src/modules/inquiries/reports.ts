// Drafts of what the law asks for after a breach. Facts of the case are filled in, the rest an officer writes; a person signs
// and files, never the program. A report that lacks something says what, and cannot be signed.
// SPDX-License-Identifier: Apache-2.0
import { dateInIndia, timeInIndia } from "../../platform/clock.js";
import { type MessageKey, translator } from "../../platform/i18n/i18n.js";
import type { ReleasedAnswer } from "../disclosure/index.js";

/** Those that end in "-hi" are in Hindi. */
export const reportKinds = [
  "certin",
  "dpb-first",
  "dpb-72h",
  "principal",
  "principal-hi",
  "public",
  "public-hi",
] as const;
export type ReportKind = (typeof reportKinds)[number];

/** Annexure I of the CERT-In Directions of 28 April 2022, in its order: the number of a type is its place from 1. */
export const certInTypes = [
  "Targeted scanning/probing of critical networks/systems",
  "Compromise of critical systems/information",
  "Unauthorised access of IT systems/data",
  "Defacement of website or intrusion into a website and unauthorised changes such as inserting malicious code, links to external websites etc.",
  "Malicious code attacks such as spreading of virus/worm/Trojan/Bots/Spyware/Ransomware/Cryptominers",
  "Attack on servers such as Database, Mail and DNS and network devices such as Routers",
  "Identity Theft, spoofing and phishing attacks",
  "Denial of Service (DoS) and Distributed Denial of Service (DDoS) attacks",
  "Attacks on Critical infrastructure, SCADA and operational technology systems and Wireless networks",
  "Attacks on Application such as E-Governance, E-Commerce etc.",
  "Data Breach",
  "Data Leak",
  "Attacks on Internet of Things (IoT) devices and associated systems, networks, software, servers",
  "Attacks or incident affecting Digital Payment systems",
  "Attacks through Malicious mobile Apps",
  "Fake mobile Apps",
  "Unauthorised access to social media accounts",
  "Attacks or malicious/suspicious activities affecting Cloud computing systems/servers/software/applications",
  "Attacks or malicious/suspicious activities affecting systems/servers/networks/software/applications related to Big Data, Block chain, virtual assets, virtual asset exchanges, custodian wallets, Robotics, 3D and 4D Printing, additive manufacturing, Drones",
  "Attacks or malicious/suspicious activities affecting systems/servers/software/applications related to Artificial Intelligence and Machine Learning",
] as const;

export interface ReportFacts {
  readonly number: number;
  readonly toldAt: Date;
  readonly toldBy: string;
  readonly awareAt: Date | null;
  readonly answer: ReleasedAnswer | undefined;
  readonly affected: number;
  readonly told: number;
}
interface FieldRule {
  readonly key: string;
  readonly label: string;
  readonly isRequired: boolean;
  /** What the case itself says; an officer may write something else. */
  readonly from?: (facts: ReportFacts) => string;
}
export interface ReportField {
  readonly key: string;
  readonly label: string;
  readonly value: string;
  readonly isRequired: boolean;
}
export interface Report {
  readonly kind: ReportKind;
  readonly title: string;
  readonly fields: readonly ReportField[];
  /** Keys of required fields without a value. */
  readonly missing: readonly string[];
}

/** dd/mm/yyyy hh:mm in India, as the form asks. */
export function formTime(at: Date): string {
  const [year, month, day] = dateInIndia(at).split("-");
  return `${day}/${month}/${year} ${timeInIndia(at)}`;
}

const must = (key: string, label: string, from?: FieldRule["from"]): FieldRule => ({
  key,
  label,
  isRequired: true,
  ...(from ? { from } : {}),
});
const may = (key: string, label: string, from?: FieldRule["from"]): FieldRule => ({
  ...must(key, label, from),
  isRequired: false,
});

const nature = ({ answer, number }: ReportFacts): string =>
  answer
    ? `Inquiry ${number}: a list of ${answer.rows} rows was compared with the register. Finding: ${answer.verdict}. ${linkedWords(answer)}`
    : "";
const linkedWords = ({ linked, rows }: ReleasedAnswer): string =>
  linked === null
    ? "Fewer than ten rows belong to registered people."
    : `About ${linked} of ${rows} rows belong to registered people.`;
const extent = ({ affected, answer }: ReportFacts): string =>
  !answer
    ? ""
    : affected > 0
      ? `${affected} people had been disclosed to the identified source in the time in question.`
      : "No single source is identified yet; the number of people is not known.";
const timing = ({ answer }: ReportFacts): string =>
  answer?.window
    ? `Looks from ${answer.window.from} to ${answer.window.to}.`
    : answer?.asOf
      ? `The content is of ${answer.asOf.median} (95 %: ${answer.asOf.low} to ${answer.asOf.high}).`
      : "";
const findings = ({ answer }: ReportFacts): string =>
  !answer
    ? ""
    : answer.sources.length > 0
      ? `${answer.sources.map(({ mask, kind, tier, log10LR }) => `Account ${mask} (${kind}): ${tier}, likelihood ratio 10^${log10LR} against the best alternative`).join("; ")}. An account is not a person, and a likelihood ratio is not a probability of guilt.`
      : answer.notDistinguishable.length > 0
        ? `${answer.notDistinguishable.length} accounts cannot be told apart; nobody is named.`
        : "No account is named by the evidence.";
const inHindi = translator("hi");
const natureInHindi = ({ answer, number }: ReportFacts): string =>
  answer
    ? `जाँच ${number}: ${answer.rows} पंक्तियों की एक सूची की तुलना रजिस्टर से की गई। निष्कर्ष: ${inHindi(`privacy.verdict.${answer.verdict}` as MessageKey)}। ${
        answer.linked === null ? "दस से कम पंक्तियाँ पंजीकृत लोगों की हैं।" : `लगभग ${answer.linked} पंक्तियाँ पंजीकृत लोगों की हैं।`
      }`
    : "";
const timingInHindi = ({ answer }: ReportFacts): string =>
  answer?.asOf ? `सामग्री ${answer.asOf.median} की है (95 %: ${answer.asOf.low} से ${answer.asOf.high})।` : "";
const noticesGiven = ({ told, affected }: ReportFacts): string =>
  `${told} of ${affected} affected people have been sent a notice.`;

const rules: Readonly<Record<ReportKind, { readonly title: string; readonly fields: readonly FieldRule[] }>> = {
  certin: {
    title: "CERT-In incident report",
    fields: [
      must("iAm", "I am (affected entity, or reporting for another)", () => "affected entity"),
      must("nameAndRole", "Name and role of the reporter"),
      must("kind", "Individual or organisation", () => "organisation"),
      must("organisation", "Name of the organisation"),
      must("contactNo", "Contact number"),
      must("email", "E-mail"),
      must("address", "Address"),
      may("affectedEntity", "Affected entity, if not the reporter"),
      must("incidentTypes", "Types of incident (numbers of Annexure I)", ({ answer }) =>
        answer?.sources.length ? "3, 11, 12" : "12",
      ),
      must(
        "missionCritical",
        "Is the affected system critical to the organisation's mission",
        () => "Yes: vaccination register",
      ),
      may("domainUrl", "Domain or URL"),
      may("ipAddress", "IP address"),
      may("operatingSystem", "Operating system"),
      may("makeModelCloud", "Make, model or cloud"),
      may("applicationDetails", "Affected application", () => "Vaccination register (Sakshi)"),
      must("location", "Location: city, region, country"),
      may("networkAndIsp", "Network and ISP"),
      must(
        "briefDescription",
        "Brief description of the incident",
        (facts) => nature(facts) || `An allegation of a leak reached us (${facts.toldBy}).`,
      ),
      must("occurredAt", "Occurrence date and time (dd/mm/yyyy hh:mm)", ({ answer }) => {
        const on = answer?.window?.from ?? answer?.asOf?.median;
        return on ? formTime(new Date(`${on}T00:00:00+05:30`)) : "not known yet";
      }),
      must("detectedAt", "Detection date and time (dd/mm/yyyy hh:mm)", ({ toldAt }) => formTime(toldAt)),
    ],
  },
  "dpb-first": {
    title: "First intimation to the Data Protection Board, rule 7(2)(a)",
    fields: [
      must("nature", "Nature of the breach", nature),
      must("extent", "Extent", extent),
      must("timing", "Timing", timing),
      must("location", "Location"),
      must("likelyImpact", "Likely impact"),
    ],
  },
  "dpb-72h": {
    title: "Detailed intimation to the Data Protection Board, rule 7(2)(b)",
    fields: [
      must("update", "(i) Updated nature, extent, timing, location and likely impact", (facts) =>
        [nature(facts), extent(facts), timing(facts)].join(" ").trim(),
      ),
      must("facts", "(ii) Broad facts: events, circumstances and reasons"),
      must("mitigation", "(iii) Measures taken or proposed to mitigate risk"),
      must("findingsOnPerson", "(iv) Findings regarding the person who caused it", findings),
      must("remedy", "(v) Remedial measures to prevent recurrence"),
      must("noticeReport", "(vi) Report on the intimations given to affected people", noticesGiven),
    ],
  },
  principal: {
    title: "Notice to each affected person, rule 7(1)",
    fields: [
      must("natureExtentTiming", "(a) What happened, to how many, when and where"),
      must("consequences", "(b) What it may mean for you"),
      must("measures", "(c) What we have done and are doing"),
      must("whatYouCanDo", "(d) What you can do"),
      must("contact", "(e) Whom you can ask"),
    ],
  },
  "principal-hi": {
    title: "प्रत्येक प्रभावित व्यक्ति को सूचना, नियम 7(1)",
    fields: [
      must("natureExtentTiming", "(क) क्या हुआ, कितने लोगों के साथ, कब और कहाँ"),
      must("consequences", "(ख) आपके लिए इसका क्या अर्थ हो सकता है"),
      must("measures", "(ग) हमने क्या किया और क्या कर रहे हैं"),
      must("whatYouCanDo", "(घ) आप क्या कर सकते हैं"),
      must("contact", "(ङ) किससे पूछ सकते हैं"),
    ],
  },
  "public-hi": {
    title: "सार्वजनिक वक्तव्य",
    fields: [
      must("claim", "क्या दावा किया गया"),
      must("finding", "क्या पाया गया", (facts) => [natureInHindi(facts), timingInHindi(facts)].join(" ").trim()),
      must("notKnown", "क्या ज्ञात नहीं है"),
      must("doing", "हम क्या कर रहे हैं"),
      must("contact", "संपर्क"),
    ],
  },
  public: {
    title: "Public statement",
    fields: [
      must("claim", "What was claimed"),
      must("finding", "What was found", (facts) => [nature(facts), timing(facts)].join(" ").trim()),
      must("notKnown", "What is not known"),
      must("doing", "What we are doing"),
      must("contact", "Contact"),
    ],
  },
};

export const languageOf = (kind: ReportKind): "en" | "hi" => (kind.endsWith("-hi") ? "hi" : "en");

export const reportFieldKeys = (kind: ReportKind): readonly string[] => rules[kind].fields.map(({ key }) => key);

export function draftReport(
  kind: ReportKind,
  facts: ReportFacts,
  written: Readonly<Record<string, unknown>> = {},
): Report {
  const { title, fields } = rules[kind];
  const filled = fields.map(({ key, label, isRequired, from }) => {
    const own = written[key];
    return { key, label, isRequired, value: typeof own === "string" && own !== "" ? own : (from?.(facts) ?? "") };
  });
  const missing = filled.filter((field) => field.isRequired && field.value === "").map(({ key }) => key);
  return { kind, title, fields: filled, missing };
}
