// PDFs: certificate and appointment slip, set by typst. Knows words and layout, no rule and no database.
// SPDX-License-Identifier: Apache-2.0

export { isPaperLanguage, type PaperLanguage, paperLanguages } from "./paper-words.js";
export {
  type CertificatePaper,
  type PrintedDose,
  renderCertificatePdf,
  renderSlipPdf,
  type SlipPaper,
} from "./papers.js";
export { qrSvg, qrSvgOfBytes } from "./qr.js";
export { type ReportPaper, type ReviewPaper, renderReportPdf, renderReviewPdf } from "./report.js";
export { unsignedPdf } from "./sign-pdf.js";
export { closePdf } from "./typeset.js";
export { TypesettingBusy } from "./typesetter.js";
