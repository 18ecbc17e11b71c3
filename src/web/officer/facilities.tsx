// Facilities of the jurisdiction: list, page of one, open, change, close.
// SPDX-License-Identifier: Apache-2.0
import {
  changeFacility,
  closeFacility,
  type DistrictView,
  type FacilityInput,
  type FacilityView,
  facilityOfAdmin,
  listDistricts,
  listFacilities,
  listStates,
  mayOpenOrClose,
  openFacility,
  type StateView,
} from "../../modules/facilities/index.js";
import { rolesInvitableBy, type Staff } from "../../modules/staff/index.js";
import type { Problem } from "../../platform/errors.js";
import type { Translate } from "../../platform/i18n/i18n.js";
import { uuidv7 } from "../../platform/random.js";
import {
  Button,
  ButtonLink,
  Card,
  Cards,
  Empty,
  Form,
  Pages,
  SummaryList,
  Tag,
  TextInput,
} from "../components/index.js";
import { sendPage, sendRefusal, wordsOf } from "../page.js";
import { type OfficerDoor, type OfficerRequest, queryNumber, queryText, withQuery } from "./door.js";
import { emptyFacility, FacilityFields, facilityFromForm, StateChoice } from "./facility-form.js";
import { Confirmation, OfficerNav, placeLine } from "./parts.js";

const pageSize = 25;

export function facilityPages(door: OfficerDoor): void {
  listPage(door);
  onePage(door);
  openPages(door);
  changePages(door);
  closePages(door);
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
          <OfficerNav t={t} here="facilities" />
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
          <p class="sk-hint">{placeLine(facility)}</p>
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
          value(t("officer.facility.place"), placeLine(facility)),
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

/** The states and districts that the admin can choose from; a national admin names the state first. */
interface Reach {
  states: StateView[];
  stateId: number;
  districts: DistrictView[];
}

async function reachOf(door: OfficerDoor, staff: Staff, request: OfficerRequest): Promise<Reach> {
  const isNational = staff.role === "national-admin";
  const states = isNational ? await listStates(door.deps) : [];
  const stateId = isNational
    ? Number(request.form.text("stateId")) || queryNumber(request, "stateId")
    : (staff.stateId ?? 0);
  const districts = stateId ? await listDistricts(door.deps, stateId) : [];
  return {
    states,
    stateId,
    districts: staff.districtId ? districts.filter((d) => d.districtId === staff.districtId) : districts,
  };
}

function openPages(door: OfficerDoor): void {
  const show = async (
    request: OfficerRequest,
    staff: Staff,
    input: FacilityInput,
    problems: readonly Problem[] = [],
  ) => {
    const t = wordsOf(request);
    const reach = await reachOf(door, staff, request);
    const path = `/${t.locale}/officer/facilities`;
    const fields = { facilityId: request.form.text("facilityId") || uuidv7(), stateId: String(reach.stateId) };
    return {
      title: t("officer.facilities.new"),
      back: path,
      problems,
      children:
        reach.districts.length === 0 ? (
          <StateChoice t={t} action={`${path}/new`} heading={t("officer.facilities.new")} states={reach.states} />
        ) : (
          <>
            <h1>{t("officer.facilities.new")}</h1>
            <Form action={path} fields={fields}>
              <FacilityFields t={t} input={input} districts={reach.districts} problems={problems} />
              <Button>{t("officer.facilities.save")}</Button>
            </Form>
          </>
        ),
    };
  };
  door.get("/facilities/new", async (request, reply, { staff }) =>
    sendPage(request, reply, await show(request, staff, emptyFacility)),
  );
  door.post("/facilities", async (request, reply, { staff, actor }) => {
    const input = facilityFromForm(request.form);
    const opened = await openFacility(door.deps, actor, { ...input, facilityId: request.form.text("facilityId") });
    if (opened.ok)
      return reply.redirect(
        `/${wordsOf(request).locale}/officer/facilities/${opened.value.facilityId}?done=facility-opened`,
        303,
      );
    if (opened.problems) return sendPage(request, reply, await show(request, staff, input, opened.problems));
    return sendRefusal(request, reply, opened);
  });
}

function changePages(door: OfficerDoor): void {
  const show = async (
    t: Translate,
    staff: Staff,
    facility: FacilityView,
    input: FacilityInput,
    problems: readonly Problem[] = [],
  ) => {
    const path = `/${t.locale}/officer/facilities/${facility.facilityId}`;
    const districts = await listDistricts(door.deps, facility.stateId);
    return {
      title: t("officer.facility.change"),
      back: path,
      problems,
      children: (
        <>
          <h1>{t("officer.facility.change")}</h1>
          <Form action={`${path}/change`}>
            <FacilityFields
              t={t}
              input={input}
              districts={districts.filter(
                (d) => mayOpenOrClose(staff, { ...d, facilityId: null }) || d.districtId === facility.districtId,
              )}
              problems={problems}
            />
            <Button>{t("common.save")}</Button>
          </Form>
        </>
      ),
    };
  };
  door.get("/facilities/:facilityId/change", async (request, reply, { staff, actor }) => {
    const found = await facilityOfAdmin(door.deps, actor, request.params.facilityId ?? "");
    if (!found.ok) return sendRefusal(request, reply, found);
    const { facility } = found.value;
    const input = { ...facility, pincode: String(facility.pincode) };
    return sendPage(request, reply, await show(wordsOf(request), staff, facility, input));
  });
  door.post("/facilities/:facilityId/change", async (request, reply, { staff, actor }) => {
    const t = wordsOf(request);
    const facilityId = request.params.facilityId ?? "";
    const input = facilityFromForm(request.form);
    const changed = await changeFacility(door.deps, actor, { ...input, facilityId });
    if (changed.ok) return reply.redirect(`/${t.locale}/officer/facilities/${facilityId}?done=facility-changed`, 303);
    const found = changed.problems ? await facilityOfAdmin(door.deps, actor, facilityId) : undefined;
    if (!found?.ok) return sendRefusal(request, reply, changed);
    return sendPage(request, reply, await show(t, staff, found.value.facility, input, changed.problems));
  });
}

function closePages({ deps, get, post }: OfficerDoor): void {
  get("/facilities/:facilityId/close", async (request, reply, { actor }) => {
    const t = wordsOf(request);
    const found = await facilityOfAdmin(deps, actor, request.params.facilityId ?? "");
    if (!found.ok) return sendRefusal(request, reply, found);
    const { facility } = found.value;
    const path = `/${t.locale}/officer/facilities/${facility.facilityId}`;
    return sendPage(request, reply, {
      title: t("officer.facility.close"),
      back: path,
      children: (
        <>
          <h1>{t("officer.facility.close.question")}</h1>
          <p class="sk-lead">{facility.name}</p>
          <p>{t("officer.facility.close.means")}</p>
          <Form action={`${path}/close`}>
            <Button kind="warning">{t("officer.facility.close")}</Button>
          </Form>
          <a href={path}>{t("common.cancel")}</a>
        </>
      ),
    });
  });
  post("/facilities/:facilityId/close", async (request, reply, { actor }) => {
    const facilityId = request.params.facilityId ?? "";
    const closed = await closeFacility(deps, actor, { facilityId });
    if (!closed.ok) return sendRefusal(request, reply, closed);
    return reply.redirect(`/${wordsOf(request).locale}/officer/facilities/${facilityId}?done=facility-closed`, 303);
  });
}
