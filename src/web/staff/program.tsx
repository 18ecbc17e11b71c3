// Lets a program of the facility work over the API for the member of staff who is signed in here: its token is shown once.
// SPDX-License-Identifier: Apache-2.0
import { openProgramSignIn } from "../../modules/staff/index.js";
import { Banner, Button, Form } from "../components/index.js";
import { sendPage } from "../page.js";
import { refuse, type SiteCall, type SiteDoor } from "./site.js";

export function programPages(door: SiteDoor): void {
  door.get("/program", (call) => show(call));
  door.post("/program", async (call) => {
    const opened = await openProgramSignIn(call.deps, call.actor);
    return opened.ok ? show(call, opened.value.token) : refuse(call, opened);
  });
}

async function show(call: SiteCall, token?: string) {
  const { t } = call;
  return sendPage(call.request, call.reply, {
    title: t("staff.program.title"),
    back: `/${t.locale}/staff`,
    children: (
      <>
        <h1>{t("staff.program.title")}</h1>
        <p>{t("staff.program.lead")}</p>
        <p>{t("staff.program.ends")}</p>
        {token ? (
          <Banner kind="success" title={t("staff.program.token")}>
            <p class="sk-mono">{token}</p>
            <p>{t("staff.program.once")}</p>
          </Banner>
        ) : null}
        <Form action={`/${t.locale}/staff/program`}>
          <Button kind={token ? "secondary" : "primary"}>{t("staff.program.button")}</Button>
        </Form>
      </>
    ),
  });
}
