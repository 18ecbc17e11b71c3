// Reports as papers, in English as they are written: after a breach, fields one after the other, as the form has them; of
// an internal review, what was tried and what came back.
// SPDX-License-Identifier: Apache-2.0
import { typesetter } from "./typeset.js";

export interface ReportPaper {
  readonly title: string;
  readonly isSigned: boolean;
  readonly language: "en" | "hi";
  readonly fields: readonly { readonly label: string; readonly value: string }[];
  readonly madeAt: Date;
}

const words = {
  en: {
    signed: "Signed by an officer; see the chain of custody.",
    draft: "Draft. A person signs and files it.",
    missing: "(missing)",
  },
  hi: {
    signed: "एक अधिकारी ने हस्ताक्षर किए; अभिरक्षा की शृंखला देखें।",
    draft: "मसौदा। हस्ताक्षर और प्रेषण एक व्यक्ति करता है।",
    missing: "(अनुपस्थित)",
  },
} as const;

export function renderReportPdf({ title, isSigned, language, fields, madeAt }: ReportPaper): Promise<Uint8Array> {
  const { signed, draft, missing } = words[language];
  const filled = fields.map(({ label, value }) => ({ label, value: value || missing }));
  const state = isSigned ? signed : draft;
  return typesetter.set("report", { title, state, fields: filled, issuer: "Sakshi", language }, madeAt);
}

export interface ReviewPaper {
  readonly at: string;
  readonly installation: string;
  readonly results: readonly {
    readonly promise: number;
    readonly what: string;
    readonly outcome: "pass" | "fail" | "not checked";
    readonly found: string;
    /** Each demo fails here. */
    readonly isOfDemo?: boolean;
    readonly maps: { readonly dpdp: string; readonly certIn: string; readonly iso: string };
  }[];
}

export function renderReviewPdf({ at, installation, results }: ReviewPaper): Promise<Uint8Array> {
  const rows = results.map(({ isOfDemo = false, ...row }) => ({ ...row, isOfDemo }));
  const data = { at, installation, results: rows, issuer: "Sakshi", language: "en" };
  return typesetter.set("review", data, new Date(at));
}
