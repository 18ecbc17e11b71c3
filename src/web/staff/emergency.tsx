// Break-glass at the session site: somebody is here and can show no code. The form asks for what the person carries
// and for a reason; the record opens for the one who asked, and a colleague confirms or denies it.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyReply } from "fastify";
import {
  answerEmergency,
  askForEmergency,
  type Emergency,
  emergencyReasons,
  listEmergencies,
  minutesForASecond,
  openEmergency,
  wordsLimit,
} from "../../modules/accesses/index.js";
import { timeInIndia } from "../../platform/clock.js";
import type { Problem } from "../../platform/errors.js";
import type { MessageKey, Translate } from "../../platform/i18n/i18n.js";
import { uuidv7 } from "../../platform/random.js";
import { Banner, Button, Card, Cards, Form, Radios, SummaryList, TextArea, TextInput } from "../components/index.js";
import { sendPage } from "../page.js";
import { DosesSoFar } from "./person.js";
import { problemsOf, Recorded, refuse, type SiteCall, type SiteDoor } from "./site.js";

export function emergencyPages(door: SiteDoor): void {
  door.get("/emergency", async (call) => showForm(call));
  door.post("/emergency", async (call) => {
    const { form } = call;
    const asked = await askForEmergency(call.deps, call.actor, {
      referenceId: form.digits("referenceId"),
      reason: form.text("reason"),
      words: form.text("words"),
      requestKey: form.text("requestKey"),
    });
    if (asked.ok) return call.reply.redirect(`${pathOf(call.t)}/${asked.value.grantId}`, 303);
    if (asked.problems) return showForm(call, asked.problems);
    return asked.code === "EMERGENCY_NOT_FOUND"
      ? showForm(call, problemsOf(asked, "referenceId"))
      : refuse(call, asked);
  });
  door.get("/emergency/:grantId", showPerson);
  door.post("/emergency/:grantId/answer", async (call) => {
    const { part, form } = call;
    const answered = await answerEmergency(call.deps, call.actor, {
      grantId: part("grantId"),
      answer: form.text("answer"),
    });
    return answered.ok ? call.reply.redirect(`/${call.t.locale}/staff`, 303) : refuse(call, answered);
  });
}

function pathOf(t: Translate): string {
  return `/${t.locale}/staff/emergency`;
}

function showForm(call: SiteCall, problems?: readonly Problem[]): FastifyReply {
  const { t, form } = call;
  return sendPage(call.request, call.reply, {
    title: t("staff.emergency.title"),
    back: `/${t.locale}/staff`,
    problems,
    children: (
      <>
        <h1>{t("staff.emergency.title")}</h1>
        <Banner kind="warning">
          <p>{t("staff.emergency.means", { minutes: minutesForASecond })}</p>
        </Banner>
        <Form action={pathOf(t)} fields={{ requestKey: form.text("requestKey") || uuidv7() }}>
          <TextInput
            t={t}
            name="referenceId"
            label={t("staff.emergency.reference")}
            hint={t("staff.emergency.reference.hint")}
            inputMode="numeric"
            width={20}
            maxLength={20}
            problems={problems}
          />
          <Radios
            t={t}
            name="reason"
            legend={t("staff.emergency.reason")}
            options={emergencyReasons.map((reason) => ({
              value: reason,
              label: t(`staff.emergency.reason.${reason}` as MessageKey),
            }))}
            value={form.text("reason") || undefined}
            problems={problems}
          />
          <TextArea
            t={t}
            name="words"
            label={t("staff.emergency.words")}
            hint={t("staff.emergency.words.hint")}
            value={form.text("words")}
            rows={3}
            maxLength={wordsLimit.most}
            problems={problems}
          />
          <Button kind="warning">{t("staff.emergency.button")}</Button>
        </Form>
      </>
    ),
  });
}

async function showPerson(call: SiteCall): Promise<FastifyReply> {
  const { t } = call;
  const opened = await openEmergency(call.deps, call.actor, call.part("grantId"));
  if (!opened.ok) return refuse(call, opened);
  const { person, state } = opened.value;
  return sendPage(call.request, call.reply, {
    title: t("staff.emergency.title"),
    back: `/${t.locale}/staff`,
    children: (
      <>
        <h1>{t("staff.emergency.title")}</h1>
        <Recorded t={t} purpose={t("staff.purpose.break-glass")} by={call} />
        <Banner kind={state === "confirmed" ? "success" : "info"}>
          <p>{t(`staff.emergency.state.${state}` as MessageKey, { minutes: minutesForASecond })}</p>
        </Banner>
        <SummaryList
          rows={[
            { key: t("staff.person.name"), value: <strong>{person.name}</strong> },
            { key: t("staff.person.birthYear"), value: String(person.birthYear) },
            { key: t("staff.person.gender"), value: t(`staff.gender.${person.gender}` as MessageKey) },
            {
              key: t("staff.emergency.reactions"),
              value:
                person.aefi.length === 0
                  ? t("staff.emergency.reactions.none")
                  : person.aefi.map((one) => one.note).join("; "),
            },
          ]}
        />
        <DosesSoFar t={t} doses={person.doses} />
      </>
    ),
  });
}

/** On the first page of the day: emergencies of colleagues that wait for a second person. */
export async function waitingEmergencies(call: SiteCall): Promise<readonly Emergency[]> {
  const waiting = await listEmergencies(call.deps, call.actor);
  return waiting.ok ? waiting.value : [];
}

export function WaitingEmergencies({ t, waiting }: { t: Translate; waiting: readonly Emergency[] }) {
  if (waiting.length === 0) return null;
  return (
    <>
      <h2>{t("staff.emergency.waiting")}</h2>
      <p>{t("staff.emergency.waiting.means")}</p>
      <Cards>
        {waiting.map(({ grantId, askedBy, askedAt, reason, referenceLast4 }) => (
          <Card
            key={grantId}
            title={t(`staff.emergency.reason.${reason}` as MessageKey)}
            meta={t("staff.emergency.waiting.who", {
              name: askedBy,
              time: timeInIndia(askedAt),
              reference: referenceLast4,
            })}
          >
            <Form action={`${pathOf(t)}/${grantId}/answer`}>
              <div class="sk-actions">
                <Button name="answer" value="confirmed">
                  {t("staff.emergency.confirm")}
                </Button>
                <Button kind="secondary" name="answer" value="denied">
                  {t("staff.emergency.deny")}
                </Button>
              </div>
            </Form>
          </Card>
        ))}
      </Cards>
    </>
  );
}
