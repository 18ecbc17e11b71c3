// Opening, changing and closing a facility.
// SPDX-License-Identifier: Apache-2.0
import {
  changeFacility,
  closeFacility,
  type DistrictView,
  type FacilityInput,
  type FacilityView,
  facilityOfAdmin,
  listDistricts,
  listStates,
  mayOpenOrClose,
  openFacility,
  type StateView,
} from "../../modules/facilities/index.js";
import type { Staff } from "../../modules/staff/index.js";
import type { Problem } from "../../platform/errors.js";
import type { Translate } from "../../platform/i18n/i18n.js";
import { uuidv7 } from "../../platform/random.js";
import { Button, Form } from "../components/index.js";
import { sendPage, sendRefusal, wordsOf } from "../page.js";
import { type OfficerDoor, type OfficerRequest, queryNumber } from "./door.js";
import { emptyFacility, FacilityFields, facilityFromForm, StateChoice } from "./facility-form.js";

export function changeFacilityPages(door: OfficerDoor): void {
  openPages(door);
  changePages(door);
  closePages(door);
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
