// Reports as papers, in English as they are written: after a breach, fields one after the other, as the form has them; of
// an internal review, what was tried and what came back.
// SPDX-License-Identifier: Apache-2.0
import { createTypesetter } from "./typesetter.js";

export interface ReportPaper {
  readonly title: string;
  /** Draft or signed, by whom and when. */
  readonly state: string;
  readonly fields: readonly { readonly label: string; readonly value: string }[];
  readonly issuer: string;
  readonly madeAt: Date;
}

const typesetter = createTypesetter();

export function renderReportPdf({ madeAt, ...data }: ReportPaper): Promise<Uint8Array> {
  return typesetter.set("report", { ...data, language: "en" }, madeAt);
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
