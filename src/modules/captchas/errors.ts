// Codes of captchas.
// SPDX-License-Identifier: Apache-2.0
import type { ErrorTable } from "../../platform/errors.js";

export const captchaErrors = {
  CAPTCHA_MISSING: { status: 422, retry: false },
  CAPTCHA_WRONG: { status: 422, retry: true },
} as const satisfies ErrorTable;
