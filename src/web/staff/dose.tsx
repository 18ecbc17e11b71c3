// Recording the dose. Which dose it is stands on the page and is not chosen; the rules say it, and say it again when
// it is recorded.
// SPDX-License-Identifier: Apache-2.0

import type { FastifyReply } from "fastify";
import { findPersonToday, type OpenedForDose, openForDose } from "../../modules/attendance/index.js";
import { recordVaccination } from "../../modules/vaccinations/index.js";
import type { Problem } from "../../platform/errors.js";
import type { MessageKey } from "../../platform/i18n/i18n.js";
import { uuidv7 } from "../../platform/random.js";
import { Banner, Button, Form, Radios, SummaryList } from "../components/index.js";
import { refusalText, sendPage } from "../page.js";
import { productName } from "../product-name.js";
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
        <p>{t("staff.dose.noStock.body", { product: productName(session.product) })}</p>
      </Banner>
    );
  }
  const name =
    answer.kind === "precaution" ? t("common.dose.precaution") : t("common.dose", { number: answer.doseNumber });
  return (
    <>
      <div class="sk-next-dose">
        <p class="sk-hint">{t("staff.dose.byRules")}</p>
        <p class="sk-next-dose__name">{`${name} · ${productName(session.product)}`}</p>
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
