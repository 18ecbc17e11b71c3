// What is held of one person, for the account that holds them: to read, to download, and to have erased. Asking for
// erasure says what happens when, what stays and why; the request can be taken back while it waits.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyReply } from "fastify";
import { askErasure, coolingOffDays, type Erasure, findErasure, undoErasure } from "../../modules/erasures/index.js";
import { exportOwnData, type OwnData } from "../../modules/own-data/index.js";
import { addDays, dateInIndia } from "../../platform/clock.js";
import type { MessageKey, Translate } from "../../platform/i18n/i18n.js";
import { Banner, Button, ButtonLink, Form, SummaryList } from "../components/index.js";
import { sendPage, sendRefusal, wordsOf } from "../page.js";
import { type CitizenDoor, type CitizenRequest, queryText, seeOther } from "./door.js";
import type { Citizen } from "./sign-in-guard.js";

const doneMessages = ["asked", "undone"] as const;

export function ownDataPages(door: CitizenDoor): void {
  const { deps } = door;
  door.get("/people/:id/data", (request, reply, citizen) => dataPage(door, request, reply, citizen));

  door.get("/people/:id/data.json", async (request, reply, citizen) => {
    const data = await exportOwnData(deps, citizen.actor, request.params["id"] ?? "");
    if (!data.ok) return sendRefusal(request, reply, data);
    return reply
      .header("Content-Disposition", 'attachment; filename="my-record.json"')
      .type("application/json; charset=utf-8")
      .send(`${JSON.stringify(data.value, null, 2)}\n`);
  });

  door.post("/people/:id/erase", async (request, reply, citizen) => {
    const id = request.params["id"] ?? "";
    const outcome = await askErasure(deps, citizen.actor, id);
    if (!outcome.ok) return sendRefusal(request, reply, outcome);
    return seeOther(reply, `/${wordsOf(request).locale}/people/${id}/data?done=asked`);
  });

  door.post("/people/:id/erase/undo", async (request, reply, citizen) => {
    const id = request.params["id"] ?? "";
    const outcome = await undoErasure(deps, citizen.actor, id);
    if (!outcome.ok) return sendRefusal(request, reply, outcome);
    return seeOther(reply, `/${wordsOf(request).locale}/people/${id}/data?done=undone`);
  });
}

async function dataPage(
  { deps }: CitizenDoor,
  request: CitizenRequest,
  reply: FastifyReply,
  citizen: Citizen,
): Promise<FastifyReply> {
  const t = wordsOf(request);
  const id = request.params["id"] ?? "";
  const data = await exportOwnData(deps, citizen.actor, id);
  if (!data.ok) return sendRefusal(request, reply, data);
  const erasure = await findErasure(deps, id);
  const said = doneMessages.find((one) => one === queryText(request, "done"));
  return sendPage(request, reply, {
    title: t("citizen.data.title"),
    back: `/${t.locale}/people/${id}`,
    children: (
      <>
        {said ? <Banner kind="success">{t(`citizen.data.${said}` as MessageKey)}</Banner> : null}
        <h1>{t("citizen.data.title")}</h1>
        <p class="sk-lead">{t("citizen.data.lead")}</p>
        <SummaryList rows={rowsOf(t, data.value)} />
        <div class="sk-actions">
          <ButtonLink href={`/${t.locale}/people/${id}/data.json`}>{t("citizen.data.download")}</ButtonLink>
          <ButtonLink kind="secondary" href={`/${t.locale}/record/${id}/seen`}>
            {t("citizen.person.seen")}
          </ButtonLink>
        </div>
        <h2>{t("citizen.erase.title")}</h2>
        {erasure ? (
          <Waiting t={t} id={id} erasure={erasure} />
        ) : (
          <Asking t={t} id={id} today={dateInIndia(deps.clock())} />
        )}
        <p>{t("citizen.erase.stays")}</p>
      </>
    ),
  });
}

function rowsOf(t: Translate, { person, referenceId, registeredAt, appointments, disclosures }: OwnData) {
  const none = t("citizen.data.none");
  const texts = [
    ["name", person.name],
    ["birthYear", String(person.birthYear)],
    ["gender", t(`citizen.gender.${person.gender}`)],
    ["photoIdType", person.photoIdType],
    ["photoIdLast4", person.photoIdLast4],
    ["mobile", person.mobile],
    ["passportNumber", person.passportNumber],
    ["birthDate", person.birthDate && t.date(person.birthDate)],
  ] as const;
  const counts = [
    ["doses", person.doses],
    ["certificates", person.certificates],
    ["aefi", person.aefi],
    ["tickets", person.tickets],
    ["evidence", person.evidence],
    ["disclosures", disclosures],
  ] as const;
  const nameOf = (field: string) => t(`public.hold.field.${field}` as MessageKey);
  return [
    { key: t("citizen.person.reference"), value: String(referenceId) },
    { key: t("citizen.data.registered"), value: t.date(dateInIndia(registeredAt)) },
    ...texts.map(([field, value]) => ({ key: nameOf(field), value: value ?? none })),
    ...counts.map(([field, list]) => ({ key: nameOf(field), value: t.number(list.length) })),
    { key: t("citizen.data.appointments"), value: t.number(appointments.length) },
  ];
}

function Waiting({ t, id, erasure }: { t: Translate; id: string; erasure: Erasure }) {
  return (
    <>
      <Banner kind="info">{t("citizen.erase.waiting", { date: t.date(dateInIndia(erasure.dueAt)) })}</Banner>
      <Form action={`/${t.locale}/people/${id}/erase/undo`}>
        <Button kind="secondary">{t("citizen.erase.undo")}</Button>
      </Form>
    </>
  );
}

function Asking({ t, id, today }: { t: Translate; id: string; today: string }) {
  return (
    <>
      <p>{t("citizen.erase.what", { date: t.date(addDays(today, coolingOffDays)) })}</p>
      <p>{t("citizen.erase.law")}</p>
      <Form action={`/${t.locale}/people/${id}/erase`}>
        <Button kind="warning">{t("citizen.erase.button")}</Button>
      </Form>
    </>
  );
}
