// PDFs: certificate and appointment slip, set by typst. Knows words and layout, no rule and no database.
// SPDX-License-Identifier: Apache-2.0
export {
  type CertificatePaper,
  closePdf,
  type PrintedDose,
  renderCertificatePdf,
  renderSlipPdf,
  type SlipPaper,
} from "./papers.js";
export { TypesettingBusy } from "./typesetter.js";
