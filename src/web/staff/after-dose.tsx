// The half hour after a dose: observation, a first note of a reaction, and taking back a wrong click.
// These pages show numbers only; nobody's record is opened for them.
// SPDX-License-Identifier: Apache-2.0

import type { FastifyReply } from "fastify";
import { noteLimit, reportAefi, severities } from "../../modules/aefi/index.js";
import { findPersonToday, type PersonToday } from "../../modules/attendance/index.js";
import { voidVaccination } from "../../modules/vaccinations/index.js";
import { timeInIndia } from "../../platform/clock.js";
import type { Problem } from "../../platform/errors.js";
import type { MessageKey } from "../../platform/i18n/i18n.js";
import { uuidv7 } from "../../platform/random.js";
import { Banner, Button, ButtonLink, Form, Panel, Radios, TextArea } from "../components/index.js";
import { sendPage } from "../page.js";
import { productName } from "../product-name.js";
import { idsOf, personPath, refuse, type SiteCall, type SiteDoor, sessionPath } from "./site.js";

export function afterDosePages(door: SiteDoor): void {
  const path = "/sessions/:sessionId/people/:appointmentId/:beneficiaryId";
  door.get(`${path}/observation`, showObservation);

  door.get(`${path}/reaction`, (call) => showReaction(call, uuidv7()));
  door.post(`${path}/reaction`, async (call) => {
    const done = await findDone(call);
    if (!done) return call.reply;
    const { form } = call;
    const requestKey = form.text("requestKey");
    const reported = await reportAefi(call.deps, call.actor, {
      beneficiaryId: done.line.beneficiaryId,
      vaccinationId: done.vaccinationId,
      severity: form.text("severity"),
      note: form.text("note"),
      requestKey,
    });
    if (reported.ok) return call.reply.redirect(`${personPath(call.t, idsOf(call))}/observation?noted=yes`, 303);
    return reported.problems ? showReaction(call, requestKey, reported.problems) : refuse(call, reported);
  });

  door.get(`${path}/undo`, showUndo);
  door.post(`${path}/undo`, async (call) => {
    const done = await findDone(call);
    if (!done) return call.reply;
    const undone = await voidVaccination(call.deps, call.actor, {
      beneficiaryId: done.line.beneficiaryId,
      vaccinationId: done.vaccinationId,
    });
    return undone.ok
      ? call.reply.redirect(`${sessionPath(call.t, idsOf(call).sessionId)}?undone=yes`, 303)
      : refuse(call, undone);
  });
}

/** A person whose dose of today is recorded; otherwise the request is answered and there is nothing to do. */
async function findDone(call: SiteCall): Promise<(PersonToday & { vaccinationId: string }) | undefined> {
  const ids = idsOf(call);
  const found = await findPersonToday(call.deps, call.actor, ids);
  if (!found.ok) {
    refuse(call, found);
    return undefined;
  }
  const { vaccinationId } = found.value.line;
  if (found.value.line.stage === "done" && vaccinationId) return { ...found.value, vaccinationId };
  call.reply.redirect(personPath(call.t, ids), 303);
  return undefined;
}

async function showObservation(call: SiteCall): Promise<FastifyReply> {
  const { t } = call;
  const done = await findDone(call);
  if (!done) return call.reply;
  const { line, session } = done;
  const path = personPath(t, idsOf(call));
  const minutes = line.observeUntil
    ? Math.ceil((line.observeUntil.getTime() - call.deps.clock().getTime()) / 60_000)
    : 0;
  return sendPage(call.request, call.reply, {
    title: t("staff.observation.recorded"),
    back: sessionPath(t, session.sessionId),
    scripts: ["observation.js"],
    children: (
      <>
        <Panel title={t("staff.observation.recorded")}>
          {`${t("common.dose", { number: line.doseNumber })} · ${productName(session.product)} · •••• ${line.referenceLast4}`}
        </Panel>
        {call.query("noted") === "yes" ? (
          <Banner kind="success">
            <p>{t("staff.reaction.noted")}</p>
          </Banner>
        ) : null}
        <h2>{t("staff.observation.title")}</h2>
        {minutes > 0 && line.observeUntil ? (
          <>
            <p class="sk-lead">
              {t("staff.observation.until", { time: timeInIndia(line.observeUntil) })}{" "}
              <strong
                data-observe-minutes={String(minutes)}
                data-observe-words={JSON.stringify(wordsOfMinutes(call, minutes))}
              >
                {t("staff.observation.left", { minutes })}
              </strong>
            </p>
            <p>{t("staff.observation.what")}</p>
          </>
        ) : (
          <Banner kind="success">
            <p>{t("staff.observation.over")}</p>
          </Banner>
        )}
        <div class="sk-actions">
          <ButtonLink href={sessionPath(t, session.sessionId)}>{t("staff.observation.nextPerson")}</ButtonLink>
          <ButtonLink kind="secondary" href={`${path}/reaction`}>
            {t("staff.observation.reaction")}
          </ButtonLink>
        </div>
        <p>
          <a href={`${path}/undo`}>{t("staff.observation.undo")}</a>
        </p>
      </>
    ),
  });
}

/** The words for each minute still to come, so that the script needs no language. */
function wordsOfMinutes({ t }: SiteCall, minutes: number): string[] {
  return Array.from({ length: minutes + 1 }, (_, left) =>
    left === 0 ? t("staff.observation.over") : t("staff.observation.left", { minutes: left }),
  );
}

async function showReaction(call: SiteCall, requestKey: string, problems?: readonly Problem[]): Promise<FastifyReply> {
  const { t } = call;
  const done = await findDone(call);
  if (!done) return call.reply;
  const path = personPath(t, idsOf(call));
  return sendPage(call.request, call.reply, {
    title: t("staff.reaction.title"),
    back: `${path}/observation`,
    problems,
    children: (
      <>
        <h1>{t("staff.reaction.title")}</h1>
        <Banner kind="warning">
          <p>{t("staff.reaction.help")}</p>
        </Banner>
        <p class="sk-hint">{`•••• ${done.line.referenceLast4} · ${t("common.dose", { number: done.line.doseNumber })} · ${productName(done.session.product)}`}</p>
        <Form action={`${path}/reaction`} fields={{ requestKey }}>
          <Radios
            t={t}
            name="severity"
            legend={t("staff.reaction.severity")}
            options={severities.map((severity) => ({
              value: severity,
              label: t(`staff.reaction.severity.${severity}` as MessageKey),
              hint: t(`staff.reaction.severity.${severity}.hint` as MessageKey),
            }))}
            value={call.form.text("severity") || undefined}
            problems={problems}
          />
          <TextArea
            t={t}
            name="note"
            label={t("staff.reaction.note")}
            hint={t("staff.reaction.noteHint")}
            value={call.form.text("note")}
            rows={5}
            maxLength={noteLimit}
            problems={problems}
          />
          <Button>{t("staff.reaction.button")}</Button>
        </Form>
      </>
    ),
  });
}

async function showUndo(call: SiteCall): Promise<FastifyReply> {
  const { t } = call;
  const done = await findDone(call);
  if (!done) return call.reply;
  const path = personPath(t, idsOf(call));
  return sendPage(call.request, call.reply, {
    title: t("staff.undo.title"),
    back: `${path}/observation`,
    children: (
      <>
        <h1>{t("staff.undo.title")}</h1>
        <p class="sk-lead">
          {t("staff.undo.which", {
            dose: t("common.dose", { number: done.line.doseNumber }),
            product: productName(done.session.product),
            reference: done.line.referenceLast4,
          })}
        </p>
        <p>{t("staff.undo.what")}</p>
        <Form action={`${path}/undo`}>
          <div class="sk-actions">
            <Button kind="warning">{t("staff.undo.button")}</Button>
            <a href={`${path}/observation`}>{t("common.cancel")}</a>
          </div>
        </Form>
      </>
    ),
  });
}
