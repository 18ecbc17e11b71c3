// Today's sessions of the facility, and one session's list: times, numbers and stages, nobody's name. A record opens
// only after check-in, on the person's own page.
// SPDX-License-Identifier: Apache-2.0

import type { FastifyReply } from "fastify";
import { checkIn } from "../../modules/appointments/index.js";
import {
  type DayLine,
  type DaySession,
  findSessionDay,
  listTodaysSessions,
  type SessionDay,
  type Stage,
} from "../../modules/attendance/index.js";
import { dateInIndia, timeInIndia } from "../../platform/clock.js";
import type { Problem } from "../../platform/errors.js";
import { latinDigits } from "../../platform/i18n/digits.js";
import type { MessageKey, Translate } from "../../platform/i18n/i18n.js";
import { assetUrl } from "../assets.js";
import { Banner, Button, ButtonLink, Card, Cards, Empty, Pages, Table, Tag, TextInput } from "../components/index.js";
import { sendPage } from "../page.js";
import { productName } from "../product-name.js";
import { WaitingEmergencies, waitingEmergencies } from "./emergency.js";
import { personPath, problemsOf, refuse, type SiteCall, type SiteDoor, sessionPath } from "./site.js";

const pageSize = 50;
const stageColours: Record<Stage, "grey" | "blue" | "amber" | "green" | "red"> = {
  booked: "grey",
  "checked-in": "amber",
  identified: "blue",
  refused: "red",
  done: "green",
};

export function todayPages(door: SiteDoor): void {
  door.get("", showToday);
  door.get("/sessions/:sessionId", (call) => showDay(call));
  // A refused form stands at its own address; a reload or another language leads back to the list.
  door.get("/sessions/:sessionId/slip", async (call) =>
    call.reply.redirect(sessionPath(call.t, call.part("sessionId")), 303),
  );
  door.post("/sessions/:sessionId/slip", async (call) => {
    const { deps, actor, t } = call;
    const sessionId = call.part("sessionId");
    const checkedIn = await checkIn(deps, actor, { sessionId, token: call.form.text("token") });
    if (checkedIn.ok) return call.reply.redirect(personPath(t, { sessionId, ...checkedIn.value }), 303);
    if (checkedIn.code === "NOT_SIGNED_IN") return refuse(call, checkedIn);
    const code = checkedIn.code === "CHECK_IN_CODE_WRONG" ? "ATTENDANCE_SLIP_UNREADABLE" : checkedIn.code;
    return showDay(call, [{ field: "token", code }]);
  });
}

async function showToday(call: SiteCall): Promise<FastifyReply> {
  const { t, deps, actor } = call;
  const [found, waiting] = await Promise.all([listTodaysSessions(deps, actor), waitingEmergencies(call)]);
  if (!found.ok) return refuse(call, found);
  return sendPage(call.request, call.reply, {
    title: t("staff.today.title"),
    wide: true,
    children: (
      <>
        <h1>{t("staff.today.title")}</h1>
        <p class="sk-lead">{t.date(dateInIndia(deps.clock()))}</p>
        {found.value.length === 0 ? (
          <Empty>{t("staff.today.none")}</Empty>
        ) : (
          <Cards>
            {found.value.map((session) => (
              <Card
                key={session.sessionId}
                title={productName(session.product)}
                href={sessionPath(t, session.sessionId)}
                meta={t("staff.hours", { from: session.startsAt, to: session.endsAt })}
              >
                {session.isCancelled ? <Tag kind="red">{t("staff.today.cancelled")}</Tag> : null}
                <p>{agesOf(t, session)}</p>
                <Counts t={t} session={session} />
              </Card>
            ))}
          </Cards>
        )}
        <p>
          <a href={`/${t.locale}/staff/program`}>{t("staff.program.title")}</a>
        </p>
        <WaitingEmergencies t={t} waiting={waiting} />
        <p>
          <a href={`/${t.locale}/staff/emergency`}>{t("staff.emergency.link")}</a>
        </p>
      </>
    ),
  });
}

function agesOf(t: Translate, { minAge, maxAge, feeRupees }: DaySession): string {
  const ages =
    maxAge === null ? t("staff.ages.from", { min: minAge }) : t("staff.ages.range", { min: minAge, max: maxAge });
  return `${ages} · ${feeRupees === 0 ? t("staff.fee.free") : t("staff.fee.paid", { rupees: feeRupees })}`;
}

function Counts({ t, session }: { t: Translate; session: DaySession }) {
  const figures: [MessageKey, number][] = [
    ["staff.count.booked", session.booked],
    ["staff.count.checkedIn", session.checkedIn],
    ["staff.count.done", session.done],
    ["staff.count.walkIn", session.walkInLeft],
  ];
  return (
    <dl class="sk-counts">
      {figures.map(([key, value]) => (
        <div key={key}>
          <dt>{t(key)}</dt>
          <dd>{t.number(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

async function showDay(call: SiteCall, problems?: readonly Problem[]): Promise<FastifyReply> {
  const { t, deps, actor } = call;
  const sessionId = call.part("sessionId");
  const skip = Number(call.query("skip")) || 0;
  const last4 = latinDigits(call.query("last4"));
  let found = await findSessionDay(deps, actor, { sessionId, last4, skip });
  let faults = problems;
  if (!found.ok && found.problems) {
    faults = problemsOf(found, "last4");
    found = await findSessionDay(deps, actor, { sessionId });
  }
  if (!found.ok) return refuse(call, found);
  const day = found.value;
  const path = sessionPath(t, sessionId);
  return sendPage(call.request, call.reply, {
    title: t("staff.day.title", { product: productName(day.session.product) }),
    wide: true,
    back: `/${t.locale}/staff`,
    problems: faults,
    scripts: ["scan.js"],
    children: (
      <>
        <h1>{t("staff.day.title", { product: productName(day.session.product) })}</h1>
        <p>
          {t.date(day.session.heldOn)}, {t("staff.hours", { from: day.session.startsAt, to: day.session.endsAt })} ·{" "}
          {agesOf(t, day.session)}
        </p>
        {call.query("undone") === "yes" ? (
          <Banner kind="success">
            <p>{t("staff.undo.done")}</p>
          </Banner>
        ) : null}
        <Counts t={t} session={day.session} />
        {day.session.isCancelled ? (
          <Banner kind="warning">
            <p>{t("staff.day.cancelled")}</p>
          </Banner>
        ) : null}
        <Banner kind="info">
          <p>{t("staff.day.masked")}</p>
        </Banner>
        {day.session.walkInLeft > 0 ? (
          <ButtonLink kind="secondary" href={`${path}/walk-in`}>
            {t("staff.walkIn.start")}
          </ButtonLink>
        ) : null}
        <div class="sk-columns">
          <SlipForm t={t} path={path} problems={faults} />
          <SearchForm t={t} path={path} last4={last4} problems={faults} />
        </div>
        <h2 id="list">{t("staff.list.heading")}</h2>
        <DayTable call={call} day={day} isSearch={last4 !== "" && !faults} />
        <Pages
          label={t("staff.list.pages")}
          previous={
            skip > 0
              ? { href: `${path}?skip=${Math.max(0, skip - pageSize)}#list`, text: t("common.previous") }
              : undefined
          }
          next={day.more ? { href: `${path}?skip=${skip + pageSize}#list`, text: t("common.next") } : undefined}
        />
      </>
    ),
  });
}

function SlipForm({ t, path, problems }: { t: Translate; path: string; problems: readonly Problem[] | undefined }) {
  return (
    <div>
      <h2>{t("staff.slip.heading")}</h2>
      <form
        method="post"
        action={`${path}/slip`}
        noValidate
        data-scan
        data-decoder={assetUrl("verify-reader.js")}
        data-failed={t("staff.slip.camera.failed")}
      >
        <TextInput
          t={t}
          name="token"
          label={t("staff.slip.label")}
          hint={t("staff.slip.hint")}
          problems={problems}
          maxLength={100}
        />
        <div class="sk-actions">
          <Button kind="secondary">{t("staff.slip.button")}</Button>
          <button class="sk-button sk-button--primary" type="button" data-scan-start hidden>
            {t("staff.slip.camera")}
          </button>
        </div>
        <div data-scan-view hidden>
          <video class="sk-scan" muted playsInline aria-label={t("staff.slip.camera.view")} />
          <button class="sk-button sk-button--secondary" type="button" data-scan-stop>
            {t("staff.slip.camera.stop")}
          </button>
        </div>
        <p role="status" data-scan-status class="sk-hint" />
      </form>
    </div>
  );
}

function SearchForm({
  t,
  path,
  last4,
  problems,
}: {
  t: Translate;
  path: string;
  last4: string;
  problems: readonly Problem[] | undefined;
}) {
  return (
    <form method="get" action={`${path}#list`} noValidate>
      <h2>{t("staff.search.heading")}</h2>
      <TextInput
        t={t}
        name="last4"
        label={t("staff.search.label")}
        value={last4}
        inputMode="numeric"
        width={4}
        maxLength={4}
        problems={problems}
      />
      <div class="sk-actions">
        <Button kind="secondary">{t("common.search")}</Button>
        {last4 ? <a href={`${path}#list`}>{t("staff.search.all")}</a> : null}
      </div>
    </form>
  );
}

function DayTable({ call, day, isSearch }: { call: SiteCall; day: SessionDay; isSearch: boolean }) {
  const { t } = call;
  if (day.lines.length === 0) return <Empty>{isSearch ? t("staff.search.none") : t("staff.list.none")}</Empty>;
  return (
    <Table
      caption={t("staff.list.caption")}
      hiddenCaption
      columns={[
        { text: t("staff.list.reference") },
        { text: t("staff.list.next") },
        { text: t("staff.list.stage") },
        { text: t("staff.list.time") },
        { text: t("staff.list.dose") },
      ]}
      rows={day.lines.map((line) => [
        <span class="sk-mono">{`•••• ${line.referenceLast4}`}</span>,
        <a class="sk-row-link" href={personPath(t, { ...line, sessionId: day.session.sessionId })}>
          {t(`staff.list.do.${line.stage}` as MessageKey)}
          <span class="sk-hidden"> {line.referenceLast4}</span>
        </a>,
        <StageTag call={call} line={line} />,
        <span class="sk-nowrap">
          {line.channel === "walk-in"
            ? t("staff.list.walkIn")
            : t("staff.hours", { from: line.startsAt, to: line.endsAt })}
        </span>,
        <span class="sk-nowrap">{t("common.dose", { number: line.doseNumber })}</span>,
      ])}
    />
  );
}

function StageTag({ call, line }: { call: SiteCall; line: DayLine }) {
  const { t, deps } = call;
  const isObserved = line.stage === "done" && line.observeUntil !== null && line.observeUntil > deps.clock();
  return isObserved && line.observeUntil ? (
    <Tag kind="amber">{t("staff.stage.observed", { until: timeInIndia(line.observeUntil) })}</Tag>
  ) : (
    <Tag kind={stageColours[line.stage]}>{t(`staff.stage.${line.stage}` as MessageKey)}</Tag>
  );
}
