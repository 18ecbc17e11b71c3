// All stable codes, for the doors: code → HTTP status and whether to try again. A message "error.<CODE>" exists for each.
// SPDX-License-Identifier: Apache-2.0
import { accessErrors } from "./modules/accesses/index.js";
import { accountErrors } from "./modules/accounts/index.js";
import { aefiErrors } from "./modules/aefi/index.js";
import { appointmentErrors } from "./modules/appointments/index.js";
import { attendanceErrors } from "./modules/attendance/index.js";
import { beneficiaryErrors } from "./modules/beneficiaries/index.js";
import { captchaErrors } from "./modules/captchas/index.js";
import { certificateErrors } from "./modules/certificates/index.js";
import { consentErrors } from "./modules/consents/index.js";
import { coverageErrors } from "./modules/coverage/index.js";
import { disclosureErrors } from "./modules/disclosure/index.js";
import { erasureErrors } from "./modules/erasures/index.js";
import { facilityErrors } from "./modules/facilities/index.js";
import { inquiryErrors } from "./modules/inquiries/index.js";
import { partnerErrors } from "./modules/partners/index.js";
import { reviewErrors } from "./modules/reviews/index.js";
import { sessionErrors } from "./modules/sessions/index.js";
import { staffErrors } from "./modules/staff/index.js";
import { ticketErrors } from "./modules/tickets/index.js";
import { vaccinationErrors } from "./modules/vaccinations/index.js";
import { vaccineErrors } from "./modules/vaccines/index.js";
import { walletErrors } from "./modules/wallets/index.js";
import { type ErrorRule, platformErrors } from "./platform/errors.js";

export const errorRules = {
  ...platformErrors,
  ...disclosureErrors,
  ...accessErrors,
  ...accountErrors,
  ...beneficiaryErrors,
  ...appointmentErrors,
  ...staffErrors,
  ...attendanceErrors,
  ...facilityErrors,
  ...sessionErrors,
  ...vaccineErrors,
  ...coverageErrors,
  ...vaccinationErrors,
  ...aefiErrors,
  ...certificateErrors,
  ...partnerErrors,
  ...inquiryErrors,
  ...captchaErrors,
  ...consentErrors,
  ...ticketErrors,
  ...erasureErrors,
  ...reviewErrors,
  ...walletErrors,
} as const;
export type ErrorCode = keyof typeof errorRules;

/** The rule of a code; an unknown code is a bug and answers as one. */
export function errorRule(code: string): ErrorRule {
  return (errorRules as Record<string, ErrorRule>)[code] ?? platformErrors.INTERNAL_ERROR;
}
