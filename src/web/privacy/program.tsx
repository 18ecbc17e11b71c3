// Lets a privacy officer work at the command line (bin/sakshi inquiry): the token of a sign-in of its own, shown once.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance } from "fastify";
import type { Deps } from "../../modules/disclosure/index.js";
import { openProgramSignIn } from "../../modules/staff/index.js";
import { Banner, Button, Form } from "../components/index.js";
import { sendPage } from "../page.js";
import type { StaffGuard } from "../staff-guard.js";
import { type PrivacyCall, privacyDoor, refuse } from "./door.js";

export function programPages(app: FastifyInstance, deps: Deps, guard: StaffGuard): void {
  const door = privacyDoor(app, deps, guard);
  door.get("/program", async (call) => show(call));
  door.post("/program", async (call) => {
    const opened = await openProgramSignIn(deps, call.actor);
    return opened.ok ? show(call, opened.value.token) : refuse(call, opened);
  });
}

function show({ t, request, reply }: PrivacyCall, token?: string) {
  return sendPage(request, reply, {
    title: t("privacy.program.title"),
    back: `/${t.locale}/privacy/inquiries`,
    children: (
      <>
        <h1>{t("privacy.program.title")}</h1>
        <p>{t("privacy.program.lead")}</p>
        {token ? (
          <Banner kind="success" title={t("privacy.program.token")}>
            <p class="sk-mono">{token}</p>
            <p>{t("privacy.program.once")}</p>
          </Banner>
        ) : null}
        <Form action={`/${t.locale}/privacy/program`}>
          <Button kind={token ? "secondary" : "primary"}>{t("privacy.program.button")}</Button>
        </Form>
      </>
    ),
  });
}
