// Facilities of the jurisdiction: the list, and the page of one.
// SPDX-License-Identifier: Apache-2.0
import { type FacilityView, facilityOfAdmin, listFacilities, mayOpenOrClose } from "../../modules/facilities/index.js";
import { rolesInvitableBy, type Staff } from "../../modules/staff/index.js";
import type { Translate } from "../../platform/i18n/i18n.js";
import { Button, ButtonLink, Card, Cards, Empty, Pages, SummaryList, Tag, TextInput } from "../components/index.js";
import { sendPage, sendRefusal, wordsOf } from "../page.js";
import { type OfficerDoor, queryNumber, queryText, withQuery } from "./door.js";
import { Confirmation, OfficerNav, placeLine } from "./parts.js";

const pageSize = 25;

export function facilityPages(door: OfficerDoor): void {
  listPage(door);
  onePage(door);
}

function listPage({ deps, get }: OfficerDoor): void {
  get("/facilities", async (request, reply, { staff, actor }) => {
    const t = wordsOf(request);
    const nameHas = queryText(request, "name");
    const skip = queryNumber(request, "skip");
    const found = await listFacilities(deps, actor, { nameHas, skip, limit: pageSize });
    if (!found.ok) return sendRefusal(request, reply, found);
    const { facilities, more } = found.value;
    const path = `/${t.locale}/officer/facilities`;
    const page = (at: number, text: string) => ({ href: withQuery(path, { name: nameHas, skip: at }), text });
    return sendPage(request, reply, {
      title: t("officer.facilities.title"),
      wide: true,
      children: (
        <>
          <OfficerNav t={t} role={staff.role} here="facilities" />
          <Confirmation t={t} done={queryText(request, "done")} />
          <h1>{t("officer.facilities.title")}</h1>
          {staff.role === "facility-admin" ? null : (
            <>
              <form method="get" action={path} class="sk-search">
                <TextInput t={t} name="name" label={t("officer.facilities.search")} value={nameHas} width={20} />
                <Button kind="secondary">{t("common.search")}</Button>
              </form>
              <ButtonLink href={`${path}/new`}>{t("officer.facilities.new")}</ButtonLink>
            </>
          )}
          {facilities.length === 0 ? (
            <Empty>{t("officer.facilities.none")}</Empty>
          ) : (
            <FacilityCards t={t} facilities={facilities} />
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
}

function FacilityCards({ t, facilities }: { t: Translate; facilities: readonly FacilityView[] }) {
  return (
    <Cards>
      {facilities.map((facility) => (
        <Card
          key={facility.facilityId}
          title={facility.name}
          href={`/${t.locale}/officer/facilities/${facility.facilityId}`}
          meta={facility.isActive ? undefined : <Tag kind="grey">{t("officer.facility.closed")}</Tag>}
        >
          <p class="sk-hint">{placeLine(t, facility)}</p>
        </Card>
      ))}
    </Cards>
  );
}

function onePage({ deps, get }: OfficerDoor): void {
  get("/facilities/:facilityId", async (request, reply, { staff, actor }) => {
    const t = wordsOf(request);
    const found = await facilityOfAdmin(deps, actor, request.params.facilityId ?? "");
    if (!found.ok) return sendRefusal(request, reply, found);
    const { facility } = found.value;
    return sendPage(request, reply, {
      title: t("officer.facility"),
      back: `/${t.locale}/officer/facilities`,
      children: <FacilityPage t={t} staff={staff} facility={facility} done={queryText(request, "done")} />,
    });
  });
}

function FacilityPage({
  t,
  staff,
  facility,
  done,
}: {
  t: Translate;
  staff: Staff;
  facility: FacilityView;
  done: string;
}) {
  const path = `/${t.locale}/officer/facilities/${facility.facilityId}`;
  const value = (key: string, text: string) => ({ key, value: text });
  return (
    <>
      <Confirmation t={t} done={done} />
      <h1>{facility.name}</h1>
      {facility.isActive ? (
        <div class="sk-actions">
          <ButtonLink href={`${path}/sessions/new`}>{t("officer.session.new")}</ButtonLink>
          <a href={withQuery(`/${t.locale}/officer/sessions`, { facility: facility.facilityId })}>
            {t("officer.nav.sessions")}
          </a>
          <a href={`${path}/batches`}>{t("officer.batches.title")}</a>
          {rolesInvitableBy(staff.role).length > 0 ? <a href={`${path}/invite`}>{t("officer.staff.invite")}</a> : null}
        </div>
      ) : (
        <p>
          <Tag kind="grey">{t("officer.facility.closed")}</Tag>
        </p>
      )}
      <SummaryList
        rows={[
          value(t("officer.facility.centerId"), String(facility.centerId)),
          value(t("officer.facility.address"), facility.address),
          value(t("officer.facility.block"), facility.blockName),
          value(t("officer.facility.place"), placeLine(t, facility)),
          value(t("officer.facility.hours"), `${facility.opensAt}–${facility.closesAt}`),
          value(t("officer.facility.fee"), t(facility.feeType === "Free" ? "officer.fee.free" : "officer.fee.paid")),
        ]}
      />
      {facility.isActive ? (
        <div class="sk-actions">
          <ButtonLink kind="secondary" href={`${path}/change`}>
            {t("officer.facility.change")}
          </ButtonLink>
          {mayOpenOrClose(staff, facility) ? <a href={`${path}/close`}>{t("officer.facility.close")}</a> : null}
        </div>
      ) : null}
    </>
  );
}
