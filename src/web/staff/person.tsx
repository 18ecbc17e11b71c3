// One person at the site, step by step: the security code, then the photo id. Before the code is right nothing of the
// person is shown; after it each look is written down before it happens.
// SPDX-License-Identifier: Apache-2.0

import type { FastifyReply } from "fastify";
import { checkIn } from "../../modules/appointments/index.js";
import {
  checkIdentity,
  findPersonToday,
  identityReasons,
  openIdentity,
  type PersonToday,
} from "../../modules/attendance/index.js";
import type { DoseDetails } from "../../modules/disclosure/index.js";
import type { Problem } from "../../platform/errors.js";
import type { MessageKey, Translate } from "../../platform/i18n/i18n.js";
import { Button, Details, Form, Radios, SummaryList, Table, Tag, TextInput } from "../components/index.js";
import { sendPage } from "../page.js";
import { productName } from "../product-name.js";
import { photoIdWords } from "./person-fields.js";
import { idsOf, personPath, problemsOf, Recorded, refuse, type SiteCall, type SiteDoor, sessionPath } from "./site.js";

export function personPages(door: SiteDoor): void {
  const path = "/sessions/:sessionId/people/:appointmentId/:beneficiaryId";
  door.get(path, showNextStep);

  // A refused code stands at its own address; a reload or another language leads back to the form.
  door.get(`${path}/check-in`, async (call) => call.reply.redirect(personPath(call.t, idsOf(call)), 303));
  door.post(`${path}/check-in`, async (call) => {
    const ids = idsOf(call);
    const checkedIn = await checkIn(call.deps, call.actor, { ...ids, code: call.form.digits("code") });
    if (checkedIn.ok) return call.reply.redirect(personPath(call.t, ids), 303);
    if (checkedIn.code === "NOT_SIGNED_IN" || checkedIn.code === "CHECK_IN_NOT_HERE") return refuse(call, checkedIn);
    const found = await findPersonToday(call.deps, call.actor, ids);
    return found.ok ? showCodeForm(call, found.value, problemsOf(checkedIn, "code")) : refuse(call, checkedIn);
  });

  door.get(`${path}/identity`, (call) => showIdentity(call));
  door.post(`${path}/identity`, async (call) => {
    const ids = idsOf(call);
    const checked = await checkIdentity(call.deps, call.actor, { ...ids, answer: call.form.text("answer") });
    if (checked.ok)
      return call.reply.redirect(
        checked.value.isMatch ? `${personPath(call.t, ids)}/dose` : personPath(call.t, ids),
        303,
      );
    return checked.problems ? showIdentity(call, checked.problems) : refuse(call, checked);
  });
}

async function showNextStep(call: SiteCall): Promise<FastifyReply> {
  const found = await findPersonToday(call.deps, call.actor, idsOf(call));
  if (!found.ok) return refuse(call, found);
  const path = personPath(call.t, idsOf(call));
  switch (found.value.line.stage) {
    case "booked":
      return showCodeForm(call, found.value);
    case "checked-in":
      return call.reply.redirect(`${path}/identity`, 303);
    case "identified":
      return call.reply.redirect(`${path}/dose`, 303);
    case "refused":
      return showRefused(call, found.value);
    case "done":
      return call.reply.redirect(`${path}/observation`, 303);
  }
}

function showCodeForm(call: SiteCall, { session, line }: PersonToday, problems?: readonly Problem[]): FastifyReply {
  const { t } = call;
  const ids = idsOf(call);
  return sendPage(call.request, call.reply, {
    title: t("staff.code.title"),
    back: sessionPath(t, ids.sessionId),
    problems,
    children: (
      <>
        <h1>{t("staff.code.title")}</h1>
        <SummaryList
          rows={[
            { key: t("staff.list.reference"), value: <span class="sk-mono">{`•••• ${line.referenceLast4}`}</span> },
            { key: t("staff.list.time"), value: t("staff.hours", { from: line.startsAt, to: line.endsAt }) },
            {
              key: t("staff.list.dose"),
              value: `${t("common.dose", { number: line.doseNumber })}, ${productName(session.product)}`,
            },
          ]}
        />
        <Form action={`${personPath(t, ids)}/check-in`}>
          <TextInput
            t={t}
            name="code"
            label={t("staff.code.label")}
            hint={t("staff.code.hint")}
            inputMode="numeric"
            width={4}
            maxLength={8}
            problems={problems}
          />
          <Button>{t("staff.code.button")}</Button>
        </Form>
        <p class="sk-hint">{t("staff.code.opens")}</p>
      </>
    ),
  });
}

async function showIdentity(call: SiteCall, problems?: readonly Problem[]): Promise<FastifyReply> {
  const { t } = call;
  const ids = idsOf(call);
  const opened = await openIdentity(call.deps, call.actor, ids);
  if (!opened.ok && opened.code === "ATTENDANCE_NOT_CHECKED_IN") return call.reply.redirect(personPath(t, ids), 303);
  if (!opened.ok) return refuse(call, opened);
  const { person, line, session } = opened.value;
  return sendPage(call.request, call.reply, {
    title: t("staff.identity.title"),
    back: sessionPath(t, ids.sessionId),
    problems,
    children: (
      <>
        <h1>{t("staff.identity.title")}</h1>
        <Recorded t={t} purpose={t("staff.purpose.check-in")} by={call} />
        <SummaryList
          rows={[
            { key: t("staff.person.name"), value: <strong>{person.name}</strong> },
            { key: t("staff.person.birthYear"), value: String(person.birthYear) },
            { key: t("staff.person.gender"), value: t(`staff.gender.${person.gender}` as MessageKey) },
            { key: t("staff.person.photoId"), value: photoIdWords(t, person.photoIdType) },
            { key: t("staff.person.last4"), value: <span class="sk-mono">{person.photoIdLast4}</span> },
            {
              key: t("staff.person.today"),
              value: `${t("common.dose", { number: line.doseNumber })}, ${productName(session.product)}`,
            },
          ]}
        />
        <Form action={`${personPath(t, ids)}/identity`}>
          <Radios
            t={t}
            name="answer"
            legend={t("staff.identity.question")}
            options={[
              { value: "yes", label: t("staff.identity.yes") },
              ...identityReasons.map((reason) => ({
                value: reason,
                label: t(`staff.identity.reason.${reason}` as MessageKey),
              })),
            ]}
            problems={problems}
          />
          <Button>{t("common.continue")}</Button>
        </Form>
        <DosesSoFar t={t} doses={person.doses} />
      </>
    ),
  });
}

/** Doses of a person, folded, oldest first; those entered in error are marked. */
export function DosesSoFar({ t, doses }: { t: Translate; doses: readonly DoseDetails[] }) {
  if (doses.length === 0) return <p class="sk-hint">{t("staff.doses.none")}</p>;
  return (
    <Details summary={t("staff.doses.soFar", { count: doses.filter((dose) => !dose.enteredInError).length })}>
      <DoseTable t={t} doses={doses} />
    </Details>
  );
}

function DoseTable({ t, doses }: { t: Translate; doses: readonly DoseDetails[] }) {
  return (
    <Table
      caption={t("staff.doses.caption")}
      columns={[
        { text: t("staff.doses.dose") },
        { text: t("staff.doses.product") },
        { text: t("staff.doses.date") },
        { text: t("staff.doses.place") },
      ]}
      rows={[...doses]
        .sort((a, b) => (a.givenOn < b.givenOn ? -1 : a.givenOn > b.givenOn ? 1 : a.doseNumber - b.doseNumber))
        .map((dose) => [
          <>
            {t("common.dose", { number: dose.doseNumber })}{" "}
            {dose.enteredInError ? <Tag kind="grey">{t("staff.doses.inError")}</Tag> : null}
          </>,
          productName(dose.product),
          t.date(dose.givenOn),
          dose.facilityName,
        ])}
    />
  );
}

function showRefused(call: SiteCall, { line }: PersonToday): FastifyReply {
  const { t } = call;
  const ids = idsOf(call);
  return sendPage(call.request, call.reply, {
    title: t("staff.refused.title"),
    back: sessionPath(t, ids.sessionId),
    children: (
      <>
        <h1>{t("staff.refused.title")}</h1>
        <p class="sk-lead">{t("staff.refused.body", { reference: line.referenceLast4 })}</p>
        <p>{t("staff.refused.next")}</p>
        <p>
          <a href={`${personPath(t, ids)}/identity`}>{t("staff.refused.again")}</a>
        </p>
      </>
    ),
  });
}
