// Registers a person at the site, with the phone that is here or without one, and admits people to walk-in places.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyReply } from "fastify";
import {
  admitWalkIn,
  facilitationReasons,
  findTodaysSession,
  noteFacilitation,
  readFacilitationReason,
} from "../../modules/attendance/index.js";
import { type PersonInput, registerBeneficiary } from "../../modules/beneficiaries/index.js";
import type { Problem } from "../../platform/errors.js";
import type { MessageKey } from "../../platform/i18n/i18n.js";
import { uuidv7 } from "../../platform/random.js";
import { Banner, Button, Form, Radios } from "../components/index.js";
import { refusalText, sendPage } from "../page.js";
import { PersonFields, readPerson } from "./person-fields.js";
import { personPath, problemsOf, refuse, type SiteCall, type SiteDoor, sessionPath } from "./site.js";

const nobody: PersonInput = { name: "", birthYear: "", gender: "", photoIdType: "", photoIdLast4: "", consent: "" };
/** Refusals that belong to the page as a whole, not to a field. */
const wholePage = new Set([
  "NOT_SIGNED_IN",
  "NOT_ALLOWED",
  "DISCLOSURE_LOG_UNAVAILABLE",
  "DISCLOSURE_NOT_ALLOWED",
  "PRESENCE_NOT_SHOWN",
]);

export function registerPages(door: SiteDoor): void {
  const path = "/sessions/:sessionId/walk-in";
  door.get(`${path}/new/:challengeId`, async (call) => showNew(call, nobody, uuidv7()));
  door.post(`${path}/new/:challengeId`, registerWithPhone);

  door.get(`${path}/no-phone`, async (call) => showNew(call, nobody, uuidv7()));
  door.post(`${path}/no-phone`, registerWithoutPhone);
}

export function walkInPath(call: SiteCall): string {
  return `${sessionPath(call.t, call.part("sessionId"))}/walk-in`;
}

/** Gives the person a walk-in place and goes to their page, or says why not. */
export async function admit(
  call: SiteCall,
  who: { beneficiaryId: string; requestKey: string; challengeId?: string | undefined; accountId?: string | undefined },
): Promise<FastifyReply> {
  const { t, deps, actor } = call;
  const sessionId = call.part("sessionId");
  const admitted = await admitWalkIn(deps, actor, { sessionId, ...who });
  if (admitted.ok) {
    const { appointmentId } = admitted.value;
    return call.reply.redirect(personPath(t, { sessionId, appointmentId, beneficiaryId: who.beneficiaryId }), 303);
  }
  if (wholePage.has(admitted.code)) return refuse(call, admitted);
  const earliestOn = admitted.facts?.["earliestOn"];
  return sendPage(call.request, call.reply, {
    title: t("staff.notAdmitted.title"),
    back: sessionPath(t, sessionId),
    status: 409,
    children: (
      <>
        <h1>{t("staff.notAdmitted.title")}</h1>
        <p class="sk-lead">{refusalText(t, admitted.code, admitted.facts)}</p>
        {typeof earliestOn === "string" ? <p>{t("staff.dose.earliest", { date: t.date(earliestOn) })}</p> : null}
        <p>
          <a href={sessionPath(t, sessionId)}>{t("staff.notAdmitted.back")}</a>
        </p>
      </>
    ),
  });
}

function showNew(call: SiteCall, values: PersonInput, requestKey: string, problems?: readonly Problem[]): FastifyReply {
  const { t } = call;
  const challengeId = call.part("challengeId");
  const hasPhone = challengeId !== "";
  const path = walkInPath(call);
  return sendPage(call.request, call.reply, {
    title: t("staff.new.title"),
    back: hasPhone ? `${path}/people/${challengeId}` : path,
    problems,
    children: (
      <>
        <h1>{hasPhone ? t("staff.new.title") : t("staff.new.noPhoneTitle")}</h1>
        <p>{t("staff.new.lead")}</p>
        {hasPhone ? null : (
          <Banner kind="warning">
            <p>{t("staff.new.noPhoneNote")}</p>
          </Banner>
        )}
        <Form action={hasPhone ? `${path}/new/${challengeId}` : `${path}/no-phone`} fields={{ requestKey }}>
          {hasPhone ? null : (
            <Radios
              t={t}
              name="noPhoneReason"
              legend={t("staff.new.noPhoneReason")}
              options={facilitationReasons.map((reason) => ({
                value: reason,
                label: t(`staff.new.noPhoneReason.${reason}` as MessageKey),
              }))}
              value={call.form.text("noPhoneReason") || undefined}
              problems={problems}
            />
          )}
          <PersonFields t={t} values={values} problems={problems} />
          <Button>{t("staff.new.button")}</Button>
        </Form>
      </>
    ),
  });
}

async function registerWithPhone(call: SiteCall): Promise<FastifyReply> {
  const { deps, actor, form, t } = call;
  const session = await findTodaysSession(deps, actor, call.part("sessionId"));
  if (!session.ok) return refuse(call, session);
  const challengeId = call.part("challengeId");
  const person = readPerson(form);
  const requestKey = form.text("requestKey");
  const registered = await registerBeneficiary(deps, actor, {
    ...person,
    requestKey,
    locale: t.locale,
    presenceChallengeId: challengeId,
  });
  if (registered.ok) return admit(call, { beneficiaryId: registered.value.beneficiaryId, requestKey, challengeId });
  return wholePage.has(registered.code)
    ? refuse(call, registered)
    : showNew(call, person, requestKey, problemsOf(registered, "name"));
}

async function registerWithoutPhone(call: SiteCall): Promise<FastifyReply> {
  const { deps, actor, form, t } = call;
  const sessionId = call.part("sessionId");
  // Nobody is registered for a session that is not held here today: they could not be admitted.
  const session = await findTodaysSession(deps, actor, sessionId);
  if (!session.ok) return refuse(call, session);
  const person = readPerson(form);
  const requestKey = form.text("requestKey");
  const reason = readFacilitationReason(form.text("noPhoneReason"));
  if (!reason.ok) return showNew(call, person, requestKey, problemsOf(reason, "noPhoneReason"));
  const registered = await registerBeneficiary(deps, actor, {
    ...person,
    requestKey,
    locale: t.locale,
    withoutPhone: true,
  });
  if (!registered.ok) {
    return wholePage.has(registered.code)
      ? refuse(call, registered)
      : showNew(call, person, requestKey, problemsOf(registered, "name"));
  }
  const { beneficiaryId, accountId } = registered.value;
  const noted = await noteFacilitation(deps, actor, { sessionId, beneficiaryId, reason: reason.value });
  return noted.ok ? admit(call, { beneficiaryId, requestKey, accountId }) : refuse(call, noted);
}
