// People without an appointment: a code to their phone shows that they are here, or they are registered without a
// phone. Names are shown only behind the code. The number is never in an address or on a later page.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyReply } from "fastify";
import { codeSeconds, confirmPresenceCode, requestPresenceCode } from "../../modules/accounts/index.js";
import { findSessionDay, findTodaysSession, listPresentPeople } from "../../modules/attendance/index.js";
import type { Problem } from "../../platform/errors.js";
import { isUuid, uuidv7 } from "../../platform/random.js";
import { Button, Details, Form, OtpInput, Radios, TextInput } from "../components/index.js";
import { sendPage } from "../page.js";
import { admit, walkInPath } from "./register-walk-in.js";
import { problemsOf, Recorded, refuse, type SiteCall, type SiteDoor, sessionPath } from "./site.js";

export function walkInPages(door: SiteDoor): void {
  const path = "/sessions/:sessionId/walk-in";
  door.get(path, (call) => showPhone(call));
  door.post(path, async (call) => {
    const { deps, actor, request, form } = call;
    const session = await findTodaysSession(deps, actor, call.part("sessionId"));
    if (!session.ok) return refuse(call, session);
    const asked = await requestPresenceCode(deps, actor, { mobile: form.digits("mobile"), address: request.ip });
    return asked.ok ? goTo(call, `code/${asked.value.challengeId}`) : showPhone(call, problemsOf(asked, "mobile"));
  });

  door.get(`${path}/code/:challengeId`, async (call) => showCode(call));
  door.post(`${path}/code/:challengeId`, async (call) => {
    const { deps, actor, request, form } = call;
    const challengeId = call.part("challengeId");
    const digits = form.digits("code").replace(/\s/g, "");
    const confirmed = await confirmPresenceCode(deps, actor, { challengeId, code: { digits }, address: request.ip });
    return confirmed.ok ? goTo(call, `people/${challengeId}`) : showCode(call, problemsOf(confirmed, "code"));
  });

  door.get(`${path}/people/:challengeId`, (call) => showPeople(call));
  door.post(`${path}/people/:challengeId`, choosePerson);
}

function goTo(call: SiteCall, step: string): FastifyReply {
  return call.reply.redirect(`${walkInPath(call)}/${step}`, 303);
}

async function showPhone(call: SiteCall, problems?: readonly Problem[]): Promise<FastifyReply> {
  const { t } = call;
  const sessionId = call.part("sessionId");
  const day = await findSessionDay(call.deps, call.actor, { sessionId });
  if (!day.ok) return refuse(call, day);
  const path = walkInPath(call);
  return sendPage(call.request, call.reply, {
    title: t("staff.walkIn.title"),
    back: sessionPath(t, sessionId),
    problems,
    children: (
      <>
        <h1>{t("staff.walkIn.title")}</h1>
        <p>{t("staff.walkIn.places", { count: day.value.session.walkInLeft })}</p>
        <Form action={path}>
          <TextInput
            t={t}
            name="mobile"
            type="tel"
            inputMode="tel"
            label={t("staff.walkIn.mobile")}
            hint={t("staff.walkIn.mobileHint")}
            value={call.form.digits("mobile")}
            width={20}
            maxLength={20}
            problems={problems}
          />
          <Button>{t("staff.walkIn.send")}</Button>
        </Form>
        <p>
          <a href={`${path}/no-phone`}>{t("staff.walkIn.noPhone")}</a>
        </p>
      </>
    ),
  });
}

function showCode(call: SiteCall, problems?: readonly Problem[]): FastifyReply {
  const { t } = call;
  const path = walkInPath(call);
  return sendPage(call.request, call.reply, {
    title: t("staff.presence.title"),
    back: path,
    problems,
    children: (
      <>
        <h1>{t("staff.presence.title")}</h1>
        <p>{t("staff.presence.sent", { seconds: codeSeconds })}</p>
        <Form action={`${path}/code/${call.part("challengeId")}`}>
          <OtpInput
            t={t}
            name="code"
            label={t("staff.presence.label")}
            hint={t("staff.presence.hint")}
            problems={problems}
          />
          <Button>{t("common.continue")}</Button>
        </Form>
        <Details summary={t("staff.presence.noCode")}>
          <p>
            <a href={path}>{t("staff.presence.again")}</a>
          </p>
          <p>
            <a href={`${path}/no-phone`}>{t("staff.walkIn.noPhone")}</a>
          </p>
        </Details>
      </>
    ),
  });
}

async function showPeople(call: SiteCall, problems?: readonly Problem[]): Promise<FastifyReply> {
  const { t, deps, actor } = call;
  const challengeId = call.part("challengeId");
  const people = await listPresentPeople(deps, actor, challengeId);
  if (!people.ok) return refuse(call, people);
  if (people.value.length === 0) return goTo(call, `new/${challengeId}`);
  const path = walkInPath(call);
  return sendPage(call.request, call.reply, {
    title: t("staff.people.title"),
    back: path,
    problems,
    children: (
      <>
        <h1>{t("staff.people.title")}</h1>
        <Recorded t={t} purpose={t("staff.purpose.check-in")} by={call} />
        <Form action={`${path}/people/${challengeId}`} fields={{ requestKey: uuidv7() }}>
          <Radios
            t={t}
            name="beneficiaryId"
            legend={t("staff.people.question")}
            options={[
              ...people.value.map((person) => ({
                value: person.beneficiaryId,
                label: person.name,
                hint: t("staff.people.born", { year: String(person.birthYear) }),
              })),
              { value: "new", label: t("staff.people.new") },
            ]}
            problems={problems}
          />
          <Button>{t("common.continue")}</Button>
        </Form>
      </>
    ),
  });
}

async function choosePerson(call: SiteCall): Promise<FastifyReply> {
  const challengeId = call.part("challengeId");
  const beneficiaryId = call.form.text("beneficiaryId");
  if (beneficiaryId === "new") return goTo(call, `new/${challengeId}`);
  if (!isUuid(beneficiaryId)) return showPeople(call, [{ field: "beneficiaryId", code: "WALK_IN_CHOICE_MISSING" }]);
  return admit(call, { beneficiaryId, requestKey: call.form.text("requestKey"), challengeId });
}
