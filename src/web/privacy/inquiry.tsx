// One inquiry: who opened it, its clocks, the sample's columns, the run, the answer, and the chain of custody.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance, FastifyReply } from "fastify";
import {
  closeInquiry,
  columnRoles,
  correctColumns,
  type Deadline,
  eventKind,
  type InquiryDeps,
  queueNotices,
  runProgress,
  secondInquiry,
  signBundle,
  startRun,
  stopRun,
  unmaskSources,
  type WholeCase,
  wholeCase,
} from "../../modules/inquiries/index.js";
import type { Refused } from "../../platform/errors.js";
import type { MessageKey, Translate } from "../../platform/i18n/i18n.js";
import { publishedLog, soonProofOf } from "../../publisher/index.js";
import { Banner, Button, Details, Form, SummaryList, Table, Tag } from "../components/index.js";
import { refusalText, sendPage } from "../page.js";
import type { StaffGuard } from "../staff-guard.js";
import { type PrivacyCall, privacyDoor, refuse } from "./door.js";
import { StateTag } from "./inquiries.js";
import { VerdictView } from "./verdict.js";

type Act = (call: PrivacyCall, inquiryId: string) => Promise<{ ok: true; value: unknown } | Refused>;

export function inquiryCasePages(
  app: FastifyInstance,
  deps: InquiryDeps,
  guard: StaffGuard,
  logDirectory: string,
): void {
  const log = publishedLog(logDirectory);
  const door = privacyDoor(app, deps, guard);
  const acts: Readonly<Record<string, Act>> = {
    second: (call, id) => secondInquiry(deps, call.actor, id),
    run: (call, id) => startRun(deps, call.actor, id, call.form.text("rerunOf") || undefined),
    stop: (call, id) => stopRun(deps, call.actor, id, call.form.text("runId")),
    notices: (call, id) => queueNotices(deps, call.actor, id),
    close: (call, id) => closeInquiry(deps, call.actor, id),
    columns: (call, id) => {
      const names = call.form.all("column");
      const roles = call.form.all("role");
      return correctColumns(deps, call.actor, id, Object.fromEntries(names.map((name, i) => [name, roles[i] ?? ""])));
    },
  };
  door.get("/inquiries/:inquiryId", async (call) => showCase(call, deps));
  door.get("/inquiries/:inquiryId/bundle", async (call) => {
    const signed = await signBundle(deps, call.actor, call.part("inquiryId"));
    if (!signed.ok) return refuse(call, signed);
    const proof = await soonProofOf(log, { ...signed.value.entry, kind: eventKind });
    const name = `inquiry-${call.part("inquiryId")}.json`;
    return call.reply.header("Content-Disposition", `attachment; filename="${name}"`).send({ ...signed.value, proof });
  });
  door.post("/inquiries/:inquiryId/unmask", async (call) => {
    const opened = await unmaskSources(deps, call.actor, call.part("inquiryId"));
    return showCase(call, deps, opened.ok ? { names: opened.value.names } : { refusal: opened });
  });
  for (const [name, act] of Object.entries(acts)) {
    door.post(`/inquiries/:inquiryId/${name}`, async (call) => {
      const inquiryId = call.part("inquiryId");
      const outcome = await act(call, inquiryId);
      if (!outcome.ok) return refuse(call, outcome);
      const path = `/${call.t.locale}/privacy/inquiries`;
      return call.reply.redirect(name === "close" ? path : `${path}/${inquiryId}`, 303);
    });
  }
}

interface Shown {
  readonly names?: Readonly<Record<string, string>>;
  readonly refusal?: Refused;
}

async function showCase(call: PrivacyCall, deps: InquiryDeps, shown: Shown = {}): Promise<FastifyReply> {
  const { t, request, reply } = call;
  const inquiryId = call.part("inquiryId");
  const whole = await wholeCase(deps, call.actor, inquiryId);
  const path = `/${t.locale}/privacy/inquiries/${inquiryId}`;
  if (!whole.ok && whole.code === "NOT_ALLOWED") return showOffer(call, path);
  if (!whole.ok) return refuse(call, whole);
  const running = whole.value.runs.find(({ state }) => state === "running");
  const progress = running && (await runProgress(deps, running.runId));
  if (running) reply.header("Refresh", "2");
  const { one, view } = whole.value;
  const title = t("privacy.inquiry.title", { number: one.number });
  return sendPage(request, reply, {
    title,
    back: `/${t.locale}/privacy/inquiries`,
    wide: true,
    children: (
      <>
        <h1>{title}</h1>
        <p>
          <StateTag t={t} one={one} />
        </p>
        {shown.refusal ? (
          <Banner kind="info">
            <p>{refusalText(t, shown.refusal.code, shown.refusal.facts)}</p>
          </Banner>
        ) : null}
        {shown.names ? <Names t={t} names={shown.names} /> : null}
        <Deadlines t={t} path={path} deadlines={whole.value.deadlines} />
        {running ? (
          <Banner kind="info" title={t("privacy.inquiry.running")}>
            <p>
              {t("privacy.inquiry.progress", {
                stage: t(`privacy.stage.${progress?.stage ?? "waiting"}` as MessageKey),
                percent: Math.round((progress?.done ?? 0) * 100),
              })}
            </p>
            <Form action={`${path}/stop`} fields={{ runId: running.runId }}>
              <Button kind="secondary">{t("privacy.inquiry.stop")}</Button>
            </Form>
          </Banner>
        ) : null}
        {view.answers[0] ? <VerdictView t={t} answer={view.answers[0]} /> : null}
        <Sample t={t} path={path} whole={whole.value} isRunning={running !== undefined} />
        {view.answers[0] ? <AfterAnswer t={t} path={path} whole={whole.value} /> : null}
        <Custody t={t} whole={whole.value} />
        {one.secondedAt ? (
          <Form action={`${path}/close`}>
            <Button kind="warning">{t("privacy.inquiry.close")}</Button>
          </Form>
        ) : null}
      </>
    ),
  });
}

/** To an officer who has not opened the case: whether to be its second one. */
function showOffer({ t, request, reply }: PrivacyCall, path: string): FastifyReply {
  return sendPage(request, reply, {
    title: t("privacy.inquiry.offer.title"),
    back: `/${t.locale}/privacy/inquiries`,
    children: (
      <>
        <h1>{t("privacy.inquiry.offer.title")}</h1>
        <p>{t("privacy.inquiry.offer.means")}</p>
        <Form action={`${path}/second`}>
          <Button>{t("privacy.inquiry.second")}</Button>
        </Form>
      </>
    ),
  });
}

function Names({ t, names }: { t: Translate; names: Readonly<Record<string, string>> }) {
  return (
    <Banner kind="warning" title={t("privacy.inquiry.names")}>
      <ul>
        {Object.entries(names).map(([mask, name]) => (
          <li key={mask}>
            {mask}: {name}
          </li>
        ))}
      </ul>
    </Banner>
  );
}

const deadlineColours = { waiting: "grey", running: "amber", late: "red", signed: "green" } as const;

function Deadlines({ t, path, deadlines }: { t: Translate; path: string; deadlines: readonly Deadline[] }) {
  return (
    <Table
      caption={t("privacy.deadlines")}
      columns={[
        { text: t("privacy.deadline.to") },
        { text: t("privacy.deadline.due") },
        { text: t("privacy.inquiry.state") },
        { text: t("privacy.deadline.force") },
      ]}
      rows={deadlines.map((one) => [
        <a href={`${path}/reports/${one.report}`}>{t(`privacy.report.${one.report}` as MessageKey)}</a>,
        one.dueAt ? t.instant(one.dueAt) : "–",
        <Tag kind={deadlineColours[one.state]}>{t(`privacy.deadline.${one.state}` as MessageKey)}</Tag>,
        one.isInForce ? t("privacy.deadline.inForce") : t("privacy.deadline.from", { on: t.date(one.inForceFrom) }),
      ])}
    />
  );
}

function Sample({
  t,
  path,
  whole: { one, view },
  isRunning,
}: {
  t: Translate;
  path: string;
  whole: WholeCase;
  isRunning: boolean;
}) {
  if (!view.sample) return <p>{t("privacy.inquiry.noSample")}</p>;
  const { name, rows, asked, columns } = view.sample;
  return (
    <>
      <h2>{t("privacy.inquiry.sample")}</h2>
      <SummaryList
        rows={[
          { key: t("privacy.inquiry.sample.name"), value: name },
          { key: t("privacy.verdict.rows"), value: t.number(rows) },
          { key: t("privacy.inquiry.sample.asked"), value: t.number(asked) },
        ]}
      />
      <Details summary={t("privacy.inquiry.columns")}>
        <Form action={`${path}/columns`}>
          {columns.map((column, i) => (
            <div key={column.name}>
              <input type="hidden" name="column" value={column.name} />
              <label class="sk-label" for={`role-${i}`}>
                {column.name}
              </label>
              <select class="sk-select" id={`role-${i}`} name="role">
                {columnRoles.map((role) => (
                  <option key={role} value={role} selected={role === column.role}>
                    {t(`privacy.role.${role}` as MessageKey)}
                  </option>
                ))}
              </select>
            </div>
          ))}
          <Button kind="secondary">{t("privacy.inquiry.columns.save")}</Button>
        </Form>
      </Details>
      {!one.secondedAt ? <p>{t("privacy.inquiry.waits")}</p> : null}
      {one.secondedAt && !isRunning ? (
        <Form action={`${path}/run`}>
          <Button>{t("privacy.inquiry.run")}</Button>
        </Form>
      ) : null}
    </>
  );
}

function AfterAnswer({ t, path, whole: { runs, view, affected } }: { t: Translate; path: string; whole: WholeCase }) {
  const run = view.answers[0]!.run;
  const [rerun] = runs.filter(({ rerunOf, state }) => rerunOf === run && state === "finished");
  const first = runs.find(({ runId }) => runId === run);
  return (
    <>
      <h2>{t("privacy.inquiry.after")}</h2>
      <p>
        <a href={`${path}/reports/public`}>{t("privacy.report.public")}</a> (
        <a href={`${path}/reports/public-hi`} lang="hi">
          हिन्दी
        </a>
        ) · {t("privacy.report.principal")} (
        <a href={`${path}/reports/principal-hi`} lang="hi">
          हिन्दी
        </a>
        ) · <a href={`${path}/bundle`}>{t("privacy.inquiry.bundle")}</a>
      </p>
      {rerun ? (
        <p>
          {rerun.answerHash === first?.answerHash
            ? t("privacy.inquiry.rerun.same")
            : t("privacy.inquiry.rerun.differs")}
        </p>
      ) : null}
      <Form action={`${path}/run`} fields={{ rerunOf: run }}>
        <Button kind="secondary">{t("privacy.inquiry.rerun")}</Button>
      </Form>
      <Form action={`${path}/unmask`}>
        <Button kind="secondary">{t("privacy.inquiry.unmask")}</Button>
      </Form>
      <p>{t("privacy.inquiry.affected", { count: affected.all, queued: affected.queued })}</p>
      {affected.all > affected.queued ? (
        <Form action={`${path}/notices`}>
          <Button kind="warning">{t("privacy.inquiry.notices")}</Button>
        </Form>
      ) : null}
    </>
  );
}

function Custody({ t, whole: { events, isCustodyWhole } }: { t: Translate; whole: WholeCase }) {
  return (
    <>
      <h2>{t("privacy.custody")}</h2>
      <p>{isCustodyWhole ? t("privacy.custody.whole") : t("privacy.custody.broken")}</p>
      <Table
        caption={t("privacy.custody")}
        hiddenCaption
        columns={[
          { text: t("privacy.custody.at") },
          { text: t("privacy.custody.what") },
          { text: t("privacy.custody.by") },
          { text: t("privacy.custody.log"), numeric: true },
        ]}
        rows={events.map(({ at, what, by, logIndex }) => [
          t.instant(at),
          t(`privacy.event.${what}` as MessageKey),
          by,
          String(logIndex),
        ])}
      />
    </>
  );
}
