// Disclosure: the gate between the house and the vault. Personal data leaves only through it,
// and only after the disclosure log has durably taken an entry.
// SPDX-License-Identifier: Apache-2.0
export { type CaseEntry, connectInquirer, type Inquirer } from "./connect-inquirer.js";
export type { Deps } from "./deps.js";
export { disclosureErrors } from "./errors.js";
export { everyField } from "./every-field.js";
export type {
  Canary,
  CertificateKey,
  Decision,
  DisclosureRequest,
  Gate,
  GateError,
  InquiryPermit,
  KeyDesk,
  KeyStatus,
  KeyStep,
  RevokedKey,
  SealRequest,
  SignedStatusList,
  TransitContent,
} from "./gate.js";
export type { CaseView, ReleasedAnswer, ReleasedSource, RunProgress, SampleTable } from "./inquiry.js";
export { putBoxes } from "./store.js";
export type {
  Actor,
  AefiDetails,
  CertificateText,
  DisclosureLine,
  DoseDetails,
  EmergencyText,
  EvidenceText,
  Explanation,
  Field,
  InquiryField,
  PersonRecord,
  Purpose,
  SealedBox,
  SealedValues,
  TicketStep,
  TicketText,
  Wish,
} from "./types.js";
export { connectGate } from "./vault-gate.js";
