// The privacy officers' pages, each in reach of each. A new section is a line here, a page and its words.
// SPDX-License-Identifier: Apache-2.0
import type { MessageKey, Translate } from "../../platform/i18n/i18n.js";

const paths = {
  start: "",
  accesses: "/accesses",
  inquiries: "/inquiries",
  reviews: "/reviews",
} as const;
export type Section = keyof typeof paths;

export function PrivacyMenu({ t, here }: { t: Translate; here?: Section | undefined }) {
  return (
    <nav class="sk-nav" aria-label={t("privacy.menu.label")}>
      <ul>
        {Object.entries(paths).map(([section, path]) => (
          <li key={section}>
            <a href={`/${t.locale}/privacy${path}`} aria-current={section === here ? "page" : undefined}>
              {t(`privacy.menu.${section}` as MessageKey)}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
