// What stands out: emergencies, refused attempts, spent budgets, unusual looking, canaries. In roles, places and
// numbers; a name is shown only once a finding was escalated.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyReply } from "fastify";
import {
  decideFinding,
  type Finding,
  type FindingInFull,
  listFindings,
  openFinding,
} from "../../modules/accesses/index.js";
import type { Problem } from "../../platform/errors.js";
import type { MessageKey, Translate } from "../../platform/i18n/i18n.js";
import { Banner, Button, Empty, Form, Pages, Radios, SummaryList, Table, Tag } from "../components/index.js";
import { sendPage } from "../page.js";
import { type PrivacyCall, type PrivacyDoor, refuse } from "./door.js";
import { PrivacyMenu } from "./menu.js";

const pageSize = 50;

export function accessesPages(door: PrivacyDoor): void {
  door.get("/accesses", showList);
  door.get("/accesses/:findingId", (call) => showFinding(call));
  door.post("/accesses/:findingId", async (call) => {
    const findingId = call.part("findingId");
    const decided = await decideFinding(call.deps, call.actor, { findingId, decision: call.form.text("decision") });
    if (decided.ok) return call.reply.redirect(`/${call.t.locale}/privacy/accesses?done=decided`, 303);
    return decided.problems ? showFinding(call, decided.problems) : refuse(call, decided);
  });
}

async function showList(call: PrivacyCall): Promise<FastifyReply> {
  const { t } = call;
  const isDecided = call.query("show") === "decided";
  const skip = Number(call.query("skip")) || 0;
  const found = await listFindings(call.deps, call.actor, { isDecided, skip });
  if (!found.ok) return refuse(call, found);
  const path = `/${t.locale}/privacy/accesses`;
  const pathAt = (from: number) => `${path}?show=${isDecided ? "decided" : "open"}&skip=${from}`;
  const { findings, more, waiting, month } = found.value;
  return sendPage(call.request, call.reply, {
    title: t("privacy.accesses.title"),
    wide: true,
    children: (
      <>
        <PrivacyMenu t={t} here="accesses" />
        {call.query("done") === "decided" ? (
          <Banner kind="success">
            <p>{t("privacy.accesses.decided")}</p>
          </Banner>
        ) : null}
        <h1>{t("privacy.accesses.title")}</h1>
        <p class="sk-lead">{t("privacy.accesses.waiting", { count: waiting })}</p>
        {month.looks > 0 ? <p>{t("privacy.accesses.month", monthFacts(month))}</p> : null}
        <p>
          {isDecided ? (
            <a href={path}>{t("privacy.accesses.showOpen")}</a>
          ) : (
            <a href={`${path}?show=decided`}>{t("privacy.accesses.showDecided")}</a>
          )}
        </p>
        {findings.length === 0 ? (
          <Empty>{t("privacy.accesses.none")}</Empty>
        ) : (
          <FindingTable t={t} findings={findings} />
        )}
        <Pages
          label={t("privacy.accesses.pages")}
          previous={skip > 0 ? { href: pathAt(Math.max(0, skip - pageSize)), text: t("common.previous") } : undefined}
          next={more ? { href: pathAt(skip + pageSize), text: t("common.next") } : undefined}
        />
      </>
    ),
  });
}

/** Counts, and the share of attempts that nothing explained, in hundredths of a per cent. */
function monthFacts({ looks, misses, emergencies }: { looks: number; misses: number; emergencies: number }) {
  return { looks, misses, emergencies, share: Math.round((misses / (looks + misses)) * 10_000) / 100 };
}

function FindingTable({ t, findings }: { t: Translate; findings: readonly Finding[] }) {
  return (
    <Table
      caption={t("privacy.accesses.title")}
      hiddenCaption
      columns={[
        { text: t("privacy.finding.what") },
        { text: t("privacy.finding.who") },
        { text: t("privacy.finding.reasons") },
        { text: t("privacy.finding.when") },
        { text: t("privacy.finding.state") },
      ]}
      rows={findings.map((finding) => [
        <a class="sk-row-link" href={`/${t.locale}/privacy/accesses/${finding.findingId}`}>
          {t(`privacy.finding.kind.${finding.kind}` as MessageKey)}
        </a>,
        whoOf(t, finding),
        <Reasons t={t} finding={finding} />,
        <span class="sk-nowrap">{t.instant(finding.lastAt)}</span>,
        <StateTag t={t} finding={finding} />,
      ])}
    />
  );
}

function whoOf(t: Translate, { who, actorKind }: Finding): string {
  if (!who) return t(`privacy.finding.actor.${actorKind}` as MessageKey);
  return [who.name, t(`common.role.${who.role}` as MessageKey), who.place].filter(Boolean).join(", ");
}

function Reasons({ t, finding }: { t: Translate; finding: Finding }) {
  return (
    <ul class="sk-plain">
      {finding.reasons.map(({ reason, ...facts }) => (
        <li key={reason}>
          {t(`privacy.reason.${reason}` as MessageKey, facts)}
          {typeof facts["why"] === "string" ? `: ${t(`staff.emergency.reason.${facts["why"]}` as MessageKey)}` : ""}
        </li>
      ))}
    </ul>
  );
}

function StateTag({ t, finding: { decision, stops } }: { t: Translate; finding: Finding }) {
  if (decision === "explained") return <Tag kind="green">{t("privacy.finding.explained")}</Tag>;
  if (decision === "escalated") return <Tag kind="red">{t("privacy.finding.escalated")}</Tag>;
  return stops ? (
    <Tag kind="red">{t("privacy.finding.stopped")}</Tag>
  ) : (
    <Tag kind="amber">{t("privacy.finding.waiting")}</Tag>
  );
}

async function showFinding(call: PrivacyCall, problems?: readonly Problem[]): Promise<FastifyReply> {
  const { t } = call;
  const found = await openFinding(call.deps, call.actor, call.part("findingId"));
  if (!found.ok) return refuse(call, found);
  const finding = found.value;
  const title = t(`privacy.finding.kind.${finding.kind}` as MessageKey);
  return sendPage(call.request, call.reply, {
    title,
    back: `/${t.locale}/privacy/accesses`,
    problems,
    children: (
      <>
        <h1>{title}</h1>
        <SummaryList
          rows={[
            { key: t("privacy.finding.who"), value: whoOf(t, finding) },
            { key: t("privacy.finding.reasons"), value: <Reasons t={t} finding={finding} /> },
            { key: t("privacy.finding.times"), value: t.number(finding.times) },
            { key: t("privacy.finding.first"), value: t.instant(finding.firstAt) },
            { key: t("privacy.finding.last"), value: t.instant(finding.lastAt) },
            { key: t("privacy.finding.state"), value: <StateTag t={t} finding={finding} /> },
            ...emergencyRows(t, finding),
          ]}
        />
        <h2>{t("privacy.finding.decide")}</h2>
        <Form action={`/${t.locale}/privacy/accesses/${finding.findingId}`}>
          <Radios
            t={t}
            name="decision"
            legend={t("privacy.finding.question")}
            options={(["explained", "escalated"] as const).map((value) => ({
              value,
              label: t(`privacy.finding.decide.${value}`),
              hint: t(`privacy.finding.decide.${value}.hint`),
            }))}
            problems={problems}
          />
          <Button>{t("privacy.finding.button")}</Button>
        </Form>
        <p class="sk-hint">{t("privacy.finding.logged")}</p>
      </>
    ),
  });
}

function emergencyRows(t: Translate, { emergency }: FindingInFull) {
  if (!emergency) return [];
  return [
    { key: t("privacy.finding.words"), value: emergency.words },
    { key: t("privacy.finding.second"), value: t(`privacy.finding.second.${emergency.state}` as MessageKey) },
    { key: t("privacy.finding.reference"), value: `•••• ${emergency.referenceLast4}` },
  ];
}
