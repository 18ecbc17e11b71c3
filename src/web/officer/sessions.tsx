// Sessions by facility and date, and the page of one: what is planned, how many places are left, what can be done.
// SPDX-License-Identifier: Apache-2.0

import { facilityOfAdmin } from "../../modules/facilities/index.js";
import { listSessions, onlinePlaces, pools, type SessionView, sessionOfAdmin } from "../../modules/sessions/index.js";
import { dateInIndia, isIsoDate } from "../../platform/clock.js";
import type { MessageKey, Translate } from "../../platform/i18n/i18n.js";
import { Banner, Button, ButtonLink, Empty, Form, Pages, SummaryList, Table, TextInput } from "../components/index.js";
import { sendPage, sendRefusal, wordsOf } from "../page.js";
import { productName } from "../product-name.js";
import { type OfficerDoor, queryNumber, queryText, withQuery } from "./door.js";
import { ageText, Confirmation, feeText, OfficerNav, placeLine, SessionTag } from "./parts.js";

const pageSize = 25;

export function sessionPages({ deps, get }: OfficerDoor): void {
  get("/sessions", async (request, reply, { staff, actor }) => {
    const t = wordsOf(request);
    const asked = queryText(request, "from");
    const from = isIsoDate(asked) ? asked : dateInIndia(deps.clock());
    const facilityId = staff.facilityId ?? queryText(request, "facility");
    const oneFacility = facilityId !== "";
    const skip = queryNumber(request, "skip");
    const facility = facilityId ? await facilityOfAdmin(deps, actor, facilityId) : undefined;
    if (facility && !facility.ok) return sendRefusal(request, reply, facility);
    const found = await listSessions(deps, actor, { facilityId: facilityId || undefined, from, skip });
    if (!found.ok) return sendRefusal(request, reply, found);
    const { sessions, more } = found.value;
    const path = `/${t.locale}/officer/sessions`;
    const page = (at: number, text: string) => ({
      href: withQuery(path, { facility: facilityId, from, skip: at }),
      text,
    });
    return sendPage(request, reply, {
      title: t("officer.sessions.title"),
      wide: true,
      children: (
        <>
          <OfficerNav t={t} role={staff.role} here="sessions" />
          <h1>{t("officer.sessions.title")}</h1>
          {facility ? <p class="sk-lead">{facility.value.facility.name}</p> : null}
          <form method="get" action={path} class="sk-search">
            {facilityId ? <input type="hidden" name="facility" value={facilityId} /> : null}
            <TextInput t={t} name="from" type="date" label={t("officer.sessions.from")} value={from} width={20} />
            <Button kind="secondary">{t("officer.sessions.show")}</Button>
          </form>
          {facility ? (
            <ButtonLink href={`/${t.locale}/officer/facilities/${facilityId}/sessions/new`}>
              {t("officer.session.new")}
            </ButtonLink>
          ) : null}
          {sessions.length === 0 ? (
            <Empty>{t("officer.sessions.none")}</Empty>
          ) : (
            <SessionTable t={t} sessions={sessions} oneFacility={oneFacility} />
          )}
          <Pages
            label={t("officer.pages")}
            previous={skip > 0 ? page(Math.max(0, skip - pageSize), t("common.previous")) : undefined}
            next={more ? page(skip + pageSize, t("common.next")) : undefined}
          />
        </>
      ),
    });
  });

  get("/sessions/:sessionId", async (request, reply, { actor }) => {
    const t = wordsOf(request);
    const found = await sessionOfAdmin(deps, actor, request.params.sessionId ?? "");
    if (!found.ok) return sendRefusal(request, reply, found);
    const { session } = found.value;
    return sendPage(request, reply, {
      title: t("officer.session"),
      back: withQuery(`/${t.locale}/officer/sessions`, { facility: session.facility.facilityId }),
      children: (
        <>
          <Confirmation t={t} done={queryText(request, "done")} told={queryNumber(request, "told")} />
          <SessionPage t={t} session={session} isOver={session.heldOn < dateInIndia(deps.clock())} />
        </>
      ),
    });
  });
}

function SessionTable({
  t,
  sessions,
  oneFacility,
}: {
  t: Translate;
  sessions: readonly SessionView[];
  oneFacility: boolean;
}) {
  return (
    <Table
      caption={t("officer.sessions.caption")}
      hiddenCaption
      columns={[
        { text: t("officer.session.date") },
        ...(oneFacility ? [] : [{ text: t("officer.facility") }]),
        { text: t("officer.product") },
        { text: t("officer.sessions.online"), numeric: true },
        { text: t("officer.pool.walk-in"), numeric: true },
        { text: t("officer.state") },
      ]}
      rows={sessions.map((session) => [
        <a href={`/${t.locale}/officer/sessions/${session.sessionId}`}>{t.date(session.heldOn)}</a>,
        ...(oneFacility ? [] : [<span class="sk-cell">{session.facility.name}</span>]),
        productName(session.product),
        t("officer.sessions.of", { left: onlinePlaces(session.left), all: onlinePlaces(session.capacity) }),
        t("officer.sessions.of", { left: session.left["walk-in"], all: session.capacity["walk-in"] }),
        <SessionTag t={t} status={session.status} />,
      ])}
    />
  );
}

function SessionPage({ t, session, isOver }: { t: Translate; session: SessionView; isOver: boolean }) {
  const path = `/${t.locale}/officer/sessions/${session.sessionId}`;
  const { facility } = session;
  return (
    <>
      <h1>{t("officer.session.heading", { product: productName(session.product), date: t.date(session.heldOn) })}</h1>
      <p>
        <SessionTag t={t} status={session.status} />
      </p>
      <SummaryList
        rows={[
          {
            key: t("officer.facility"),
            value: <a href={`/${t.locale}/officer/facilities/${facility.facilityId}`}>{facility.name}</a>,
          },
          { key: t("officer.facility.place"), value: placeLine(t, facility) },
          { key: t("officer.session.ages"), value: ageText(t, session) },
          { key: t("officer.session.fee"), value: feeText(t, session.feeRupees) },
        ]}
      />
      <SlotTable t={t} session={session} />
      {session.status === "draft" && !isOver ? (
        <>
          <Banner kind="info">
            <p>{t("officer.session.draft.note")}</p>
          </Banner>
          <div class="sk-actions">
            <Form action={`${path}/publish`}>
              <Button>{t("officer.session.publish")}</Button>
            </Form>
            <ButtonLink kind="secondary" href={`${path}/change`}>
              {t("officer.session.change")}
            </ButtonLink>
          </div>
        </>
      ) : null}
      {session.status !== "cancelled" && !isOver ? (
        <p>
          <a href={`${path}/cancel`}>{t("officer.session.cancel")}</a>
        </p>
      ) : null}
    </>
  );
}

function SlotTable({ t, session }: { t: Translate; session: SessionView }) {
  const used = pools.filter((pool) => session.capacity[pool] > 0);
  return (
    <Table
      caption={t("officer.session.slots.caption")}
      columns={[
        { text: t("officer.session.slot") },
        ...used.map((pool) => ({ text: t(`officer.pool.${pool}` as MessageKey), numeric: true })),
      ]}
      rows={session.slots.map((slot) => [
        `${slot.startsAt}–${slot.endsAt}`,
        ...used.map((pool) => t("officer.sessions.of", { left: slot.left[pool], all: slot.capacity[pool] })),
      ])}
    />
  );
}
