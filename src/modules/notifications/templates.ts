// The notices that people get by text message. Each is a message "notice.<template>" in locales; a notice names no
// person and no product, since a phone is shared and a message lies about.
// SPDX-License-Identifier: Apache-2.0
import { isIsoDate } from "../../platform/clock.js";
import type { Locale, MessageValues } from "../../platform/i18n/i18n.js";
import { translator } from "../../platform/i18n/i18n.js";

/** Values they need: on (yyyy-mm-dd), time (HH:MM), place (a facility's name), code (four digits), doseNumber. */
export const noticeTemplates = [
  "appointment-booked",
  "appointment-moved",
  "appointment-cancelled",
  "session-cancelled",
  "dose-recorded",
  "dose-corrected",
  "certificate-reissued",
  "ticket-step",
  "number-left",
  "number-joined",
  "break-glass",
  "new-organisation",
  "breach",
] as const;
export type NoticeTemplate = (typeof noticeTemplates)[number];

export function isNoticeTemplate(template: string): template is NoticeTemplate {
  return (noticeTemplates as readonly string[]).includes(template);
}

/** The text in a language; dates are written as the language writes them. A missing value throws. */
export function noticeText(
  locale: Locale,
  template: NoticeTemplate,
  values: Readonly<Record<string, string | number>>,
): string {
  const t = translator(locale);
  const said: MessageValues = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === "string" && isIsoDate(value) ? t.date(value) : value,
    ]),
  );
  return t(`notice.${template}`, said);
}
