// Recording the dose, and the half hour after it: observation, a first note of a reaction, and taking back a wrong
// click. Which dose it is stands on the page and is not chosen; the rules say it, and say it again when it is recorded.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyReply } from "fastify";
import { noteLimit, reportAefi, severities } from "../../modules/aefi/index.js";
import { findPersonToday, type OpenedForDose, openForDose, type PersonToday } from "../../modules/attendance/index.js";
import { recordVaccination, voidVaccination } from "../../modules/vaccinations/index.js";
import { timeInIndia } from "../../platform/clock.js";
import type { Problem, Refused } from "../../platform/errors.js";
import type { MessageKey } from "../../platform/i18n/i18n.js";
import { uuidv7 } from "../../platform/random.js";
import { Banner, Button, ButtonLink, Form, Panel, Radios, SummaryList, TextArea } from "../components/index.js";
import { refusalText, sendPage } from "../page.js";
import { DosesSoFar } from "./person.js";
import { idsOf, personPath, problemsOf, Recorded, refuse, type SiteCall, type SiteDoor, sessionPath } from "./site.js";

const fieldsOfBatch = new Set([
  "VACCINATION_BATCH_WRONG",
  "VACCINATION_BATCH_EXPIRED",
  "VACCINATION_BATCH_WITHDRAWN",
  "VACCINATION_BATCH_EMPTY",
]);

export function dosePages(door: SiteDoor): void {
  const path = "/sessions/:sessionId/people/:appointmentId/:beneficiaryId";
  door.get(`${path}/dose`, (call) => showDose(call));
  door.post(`${path}/dose`, async (call) => {
    const ids = idsOf(call);
    const batchId = call.form.text("batchId");
    if (!batchId) return showDose(call, [{ field: "batchId", code: "ATTENDANCE_BATCH_MISSING" }]);
    const found = await findPersonToday(call.deps, call.actor, ids);
    if (!found.ok) return refuse(call, found);
    if (!["identified", "done"].includes(found.value.line.stage))
      return call.reply.redirect(personPath(call.t, ids), 303);
    const recorded = await recordVaccination(call.deps, call.actor, {
      ...ids,
      batchId,
      requestKey: call.form.text("requestKey"),
    });
    if (recorded.ok || recorded.code === "VACCINATION_ALREADY_RECORDED") {
      return call.reply.redirect(`${personPath(call.t, ids)}/observation`, 303);
    }
    return fieldsOfBatch.has(recorded.code) ? showDose(call, problemsOf(recorded, "batchId")) : refuse(call, recorded);
  });

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
      ? call.reply.redirect(`${sessionPath(call.t, idsOf(call).sessionId)}?undone=${done.line.referenceLast4}`, 303)
      : refuse(call, undone);
  });
}

async function showDose(call: SiteCall, problems?: readonly Problem[]): Promise<FastifyReply> {
  const { t } = call;
  const ids = idsOf(call);
  const found = await findPersonToday(call.deps, call.actor, ids);
  if (!found.ok) return refuse(call, found);
  if (found.value.line.stage !== "identified") return call.reply.redirect(personPath(t, ids), 303);
  const opened = await openForDose(call.deps, call.actor, ids);
  if (!opened.ok) return refuse(call, opened);
  const { person } = opened.value;
  return sendPage(call.request, call.reply, {
    title: t("staff.dose.title"),
    back: sessionPath(t, ids.sessionId),
    problems,
    children: (
      <>
        <h1>{t("staff.dose.title")}</h1>
        <Recorded t={t} purpose={t("staff.purpose.vaccination")} by={call} />
        <SummaryList
          rows={[
            { key: t("staff.person.name"), value: <strong>{person.name}</strong> },
            { key: t("staff.person.birthYear"), value: String(person.birthYear) },
            { key: t("staff.person.gender"), value: t(`staff.gender.${person.gender}` as MessageKey) },
          ]}
        />
        <DoseForm call={call} opened={opened.value} problems={problems} />
        <DosesSoFar t={t} doses={person.doses} />
      </>
    ),
  });
}

function DoseForm({
  call,
  opened,
  problems,
}: {
  call: SiteCall;
  opened: OpenedForDose;
  problems: readonly Problem[] | undefined;
}) {
  const { t } = call;
  const { answer, batches, session } = opened;
  if (!answer.may) {
    return (
      <Banner kind="warning" title={t("staff.dose.notToday")}>
        <p>{refusalText(t, answer.code)}</p>
        {answer.earliestOn ? <p>{t("staff.dose.earliest", { date: t.date(answer.earliestOn) })}</p> : null}
      </Banner>
    );
  }
  if (batches.length === 0) {
    return (
      <Banner kind="warning" title={t("staff.dose.noStock.title")}>
        <p>{t("staff.dose.noStock.body", { product: session.product })}</p>
      </Banner>
    );
  }
  const name =
    answer.kind === "precaution" ? t("common.dose.precaution") : t("common.dose", { number: answer.doseNumber });
  return (
    <>
      <div class="sk-next-dose">
        <p class="sk-hint">{t("staff.dose.byRules")}</p>
        <p class="sk-next-dose__name">{`${name} · ${session.product}`}</p>
      </div>
      <Form action={`${personPath(t, idsOf(call))}/dose`} fields={{ requestKey: uuidv7() }}>
        <Radios
          t={t}
          name="batchId"
          legend={t("staff.dose.batch")}
          hint={t("staff.dose.batchHint")}
          options={batches.map((batch) => ({
            value: batch.batchId,
            label: batch.lotNumber,
            hint: t("staff.dose.batchState", { date: t.date(batch.expiresOn), count: batch.dosesLeft }),
          }))}
          value={batches.length === 1 ? batches[0]?.batchId : undefined}
          problems={problems}
        />
        <p>{t("staff.dose.vaccinator", { name: call.staff.displayName })}</p>
        <Button>{t("staff.dose.button", { dose: name })}</Button>
      </Form>
    </>
  );
}

/** A person whose dose of today is recorded; otherwise the request is answered and there is nothing to do. */
async function findDone(call: SiteCall): Promise<(PersonToday & { vaccinationId: string }) | undefined> {
  const ids = idsOf(call);
  const found = await findPersonToday(call.deps, call.actor, ids);
  if (!found.ok) {
    refuse(call, found as Refused);
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
    title: t("staff.observation.title"),
    back: sessionPath(t, session.sessionId),
    scripts: ["observation.js"],
    children: (
      <>
        <Panel title={t("staff.observation.recorded")}>
          {`${t("common.dose", { number: line.doseNumber })} · ${session.product} · •••• ${line.referenceLast4}`}
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
        <p class="sk-hint">{`•••• ${done.line.referenceLast4} · ${t("common.dose", { number: done.line.doseNumber })} · ${done.session.product}`}</p>
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
            product: done.session.product,
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
