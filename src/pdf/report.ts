// A report after a breach as a paper: fields one after the other, as the form has them.
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
