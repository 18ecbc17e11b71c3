// "Requests to see my record": a partner's request, found by the code that the partner shows; allowed for one person or
// refused; and the list of what was answered, each of which can be ended at once.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyReply } from "fastify";
import { listBeneficiaries, viewBeneficiaries } from "../../modules/beneficiaries/index.js";
import {
  type Consent,
  type ConsentTerms,
  denyConsent,
  findRequest,
  grantConsent,
  listConsents,
  revokeConsent,
} from "../../modules/consents/index.js";
import type { Outcome, Refused } from "../../platform/errors.js";
import type { Translate } from "../../platform/i18n/i18n.js";
import {
  Banner,
  Button,
  Card,
  Cards,
  Empty,
  Form,
  Radios,
  SummaryList,
  type SummaryRow,
  Tag,
  TextInput,
} from "../components/index.js";
import { sendPage, sendRefusal, wordsOf } from "../page.js";
import { atField, type CitizenDoor, type CitizenRequest, queryText, seeOther } from "./door.js";
import type { Citizen } from "./sign-in-guard.js";

const doneMessages = ["granted", "denied", "revoked"] as const;

export function consentPages(door: CitizenDoor): void {
  const { deps } = door;

  door.get("/consents", (request, reply, citizen) => listPage(door, request, reply, citizen));

  door.post("/consents", async (request, reply, citizen) => {
    const found = await findRequest(deps, request.form.text("code"));
    if (!found.ok) return listPage(door, request, reply, citizen, found);
    return seeOther(reply, `/${wordsOf(request).locale}/consent/${found.value.code}`);
  });

  door.get("/consent/:code", (request, reply, citizen) => requestPage(door, request, reply, citizen));

  door.post("/consent/:code", async (request, reply, citizen) => {
    const code = request.params["code"] ?? "";
    const answer = request.form.text("answer");
    if (answer !== "allow" && answer !== "refuse") return requestPage(door, request, reply, citizen);
    const isGranted = answer === "allow";
    const outcome = isGranted
      ? await grantConsent(deps, citizen.actor, { code, beneficiaryId: request.form.text("person") })
      : await denyConsent(deps, citizen.actor, code);
    if (!outcome.ok && outcome.code === "CONSENT_PERSON_MISSING")
      return requestPage(door, request, reply, citizen, outcome);
    if (!outcome.ok) return sendRefusal(request, reply, outcome);
    return seeOther(reply, `/${wordsOf(request).locale}/consents?done=${isGranted ? "granted" : "denied"}`);
  });

  door.post("/consents/:id/revoke", async (request, reply, citizen) => {
    const outcome = await revokeConsent(deps, citizen.actor, request.params["id"] ?? "");
    if (!outcome.ok) return sendRefusal(request, reply, outcome);
    return seeOther(reply, `/${wordsOf(request).locale}/consents?done=revoked`);
  });
}

async function namesOf(
  { deps }: CitizenDoor,
  citizen: Citizen,
  among: (id: string) => boolean,
): Promise<Outcome<ReadonlyMap<string, string>>> {
  const people = await listBeneficiaries(deps, citizen.accountId);
  const ids = people.map((one) => one.beneficiaryId).filter(among);
  const seen = await viewBeneficiaries(deps, citizen.actor, ids, ["name"]);
  return seen.ok ? { ok: true, value: new Map(ids.map((id) => [id, seen.value.get(id)!.name])) } : seen;
}

async function listPage(
  door: CitizenDoor,
  request: CitizenRequest,
  reply: FastifyReply,
  citizen: Citizen,
  refusal?: Refused,
): Promise<FastifyReply> {
  const t = wordsOf(request);
  const consents = await listConsents(door.deps, citizen.accountId);
  const names = await namesOf(door, citizen, (id) => consents.some((one) => one.beneficiaryId === id));
  if (!names.ok) return sendRefusal(request, reply, names);
  const problems = refusal && atField(refusal, "code");
  const said = doneMessages.find((one) => one === queryText(request, "done"));
  return sendPage(request, reply, {
    title: t("citizen.consents.title"),
    back: `/${t.locale}/people`,
    problems,
    children: (
      <>
        {said ? <Banner kind="success">{t(`citizen.consents.done.${said}`)}</Banner> : null}
        <h1>{t("citizen.consents.title")}</h1>
        <p class="sk-lead">{t("citizen.consents.lead")}</p>
        <Form action={`/${t.locale}/consents`}>
          <TextInput
            t={t}
            name="code"
            label={t("citizen.consents.code")}
            hint={t("citizen.consents.code.hint")}
            value={request.form.text("code")}
            width={20}
            maxLength={20}
            problems={problems}
          />
          <Button>{t("citizen.consents.show")}</Button>
        </Form>
        <h2>{t("citizen.consents.answered")}</h2>
        {consents.length === 0 ? <Empty>{t("citizen.consents.none")}</Empty> : null}
        <Cards>
          {consents.map((consent) => (
            <ConsentCard
              key={consent.consentId}
              t={t}
              consent={consent}
              name={names.value.get(consent.beneficiaryId ?? "")}
            />
          ))}
        </Cards>
      </>
    ),
  });
}

function ConsentCard({ t, consent, name }: { t: Translate; consent: Consent; name: string | undefined }) {
  const { consentId, partnerName, state, answeredAt, revokedAt, erasedAt, terms } = consent;
  const isOpen = state === "GRANTED";
  const whose = name === undefined ? [] : [{ key: t("citizen.consent.person"), value: name }];
  const ended = revokedAt ? [{ key: t("citizen.consent.revokedAt"), value: t.instant(revokedAt) }] : [];
  const erased =
    state === "REVOKED" || state === "EXPIRED"
      ? [
          {
            key: t("citizen.consent.erased"),
            value: erasedAt
              ? t("citizen.consent.erased.yes", { at: t.instant(erasedAt) })
              : t("citizen.consent.erased.no"),
          },
        ]
      : [];
  return (
    <Card title={partnerName} meta={<Tag kind={isOpen ? "green" : "grey"}>{t(`citizen.consent.state.${state}`)}</Tag>}>
      <SummaryList
        rows={[
          ...whose,
          { key: t("citizen.consent.answeredAt"), value: answeredAt ? t.instant(answeredAt) : "" },
          ...(isOpen ? termRows(t, terms) : []),
          ...ended,
          ...erased,
        ]}
      />
      {isOpen ? (
        <Form action={`/${t.locale}/consents/${consentId}/revoke`}>
          <Button kind="secondary">
            {t("citizen.consent.revoke")}
            <span class="sk-hidden"> {partnerName}</span>
          </Button>
        </Form>
      ) : null}
    </Card>
  );
}

async function requestPage(
  door: CitizenDoor,
  request: CitizenRequest,
  reply: FastifyReply,
  citizen: Citizen,
  refusal?: Refused,
): Promise<FastifyReply> {
  const t = wordsOf(request);
  const found = await findRequest(door.deps, request.params["code"] ?? "");
  if (!found.ok) return sendRefusal(request, reply, found);
  const names = await namesOf(door, citizen, () => true);
  if (!names.ok) return sendRefusal(request, reply, names);
  const { partnerName, terms, code } = found.value;
  const problems = refusal && atField(refusal, "person");
  return sendPage(request, reply, {
    title: t("citizen.consent.title"),
    back: `/${t.locale}/consents`,
    problems,
    children: (
      <>
        <h1>{t("citizen.consent.heading", { partner: partnerName })}</h1>
        <Banner kind="warning">{t("citizen.consent.warning", { partner: partnerName, code })}</Banner>
        <SummaryList rows={termRows(t, terms)} />
        <p>{t("citizen.consent.log")}</p>
        <Form action={`/${t.locale}/consent/${code}`}>
          {names.value.size > 0 ? (
            <>
              <Radios
                t={t}
                name="person"
                legend={t("citizen.consent.whose")}
                options={[...names.value].map(([value, label]) => ({ value, label }))}
                problems={problems}
              />
              <Button name="answer" value="allow">
                {t("citizen.consent.allow")}
              </Button>
            </>
          ) : (
            <p>{t("citizen.consent.nobody")}</p>
          )}
          <Button kind="secondary" name="answer" value="refuse">
            {t("citizen.consent.refuse")}
          </Button>
        </Form>
      </>
    ),
  });
}

function termRows(
  t: Translate,
  { purpose, hiTypes, accessMode, dosesFrom, dosesTo, eraseAt, frequency }: ConsentTerms,
): SummaryRow[] {
  const { unit, value, repeats } = frequency;
  return [
    { key: t("citizen.consent.purpose"), value: t(`citizen.consent.purpose.${purpose}`) },
    {
      key: t("citizen.consent.what"),
      value: (
        <ul>
          {hiTypes.map((type) => (
            <li key={type}>{t(`citizen.consent.what.${type}`)}</li>
          ))}
        </ul>
      ),
    },
    {
      key: t("citizen.consent.dates"),
      value: t("citizen.consent.dates.value", { from: t.date(dosesFrom), to: t.date(dosesTo) }),
    },
    { key: t("citizen.consent.often"), value: t(`citizen.consent.often.${unit}`, { looks: repeats + 1, value }) },
    { key: t("citizen.consent.use"), value: t(`citizen.consent.use.${accessMode}`) },
    { key: t("citizen.consent.until"), value: t.instant(eraseAt) },
  ];
}
