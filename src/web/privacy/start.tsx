// The privacy officer's first page.
// SPDX-License-Identifier: Apache-2.0
import { sendPage } from "../page.js";
import type { PrivacyDoor } from "./door.js";
import { PrivacyMenu } from "./menu.js";

export function startPages(door: PrivacyDoor): void {
  door.get("", async ({ request, reply, t }) =>
    sendPage(request, reply, {
      title: t("privacy.start.title"),
      wide: true,
      children: (
        <>
          <PrivacyMenu t={t} here="start" />
          <h1>{t("privacy.start.title")}</h1>
          <p class="sk-lead">{t("privacy.start.lead")}</p>
          <p>
            <a href={`/${t.locale}/log`}>{t("common.footer.log")}</a>
          </p>
        </>
      ),
    }),
  );
}
