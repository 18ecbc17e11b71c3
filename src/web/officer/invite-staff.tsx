// Inviting staff: to a facility, and, by state and national admins, officers above the facilities.
// SPDX-License-Identifier: Apache-2.0
import { type FacilityView, facilityOfAdmin, listDistricts, listStates } from "../../modules/facilities/index.js";
import { inviteStaff, levelOf, type Role, rolesInvitableBy, type Staff } from "../../modules/staff/index.js";
import { type Problem, refused } from "../../platform/errors.js";
import type { MessageKey, Translate } from "../../platform/i18n/i18n.js";
import { takeLimits } from "../../platform/limits/index.js";
import { uuidv7 } from "../../platform/random.js";
import { Button, ButtonLink, type Choice, Form, Radios, Select, TextInput } from "../components/index.js";
import { sendPage, sendRefusal, wordsOf } from "../page.js";
import { placeChoices } from "../places.js";
import { type OfficerDoor, type OfficerRequest, queryNumber } from "./door.js";
import { StateChoice } from "./facility-form.js";
import { oneTimeLink } from "./one-time-link.js";
import { roleName, rolesAbove } from "./parts.js";

export function invitePages(door: OfficerDoor): void {
  inviteToFacility(door);
  inviteAbove(door);
}

interface InvitePage {
  t: Translate;
  action: string;
  back: string;
  lead: string;
  roles: readonly Role[];
  places?: { label: string; options: readonly Choice[] } | undefined;
  hidden?: Record<string, string>;
  request: OfficerRequest;
  problems?: readonly Problem[] | undefined;
}

function invitePage({ t, action, back, lead, roles, places, hidden, request, problems = [] }: InvitePage) {
  const field = { t, problems };
  const { form } = request;
  return {
    title: t("officer.staff.invite"),
    back,
    problems,
    children: (
      <>
        <h1>{t("officer.staff.invite")}</h1>
        <p class="sk-lead">{lead}</p>
        <Form action={action} fields={{ ...hidden, formKey: uuidv7() }}>
          <TextInput
            {...field}
            name="displayName"
            label={t("officer.staff.name")}
            hint={t("officer.staff.name.hint")}
            value={form.text("displayName")}
            maxLength={100}
          />
          <Radios
            {...field}
            name="role"
            legend={t("officer.staff.role")}
            value={form.text("role") || undefined}
            options={roles.map((role) => ({
              value: role,
              label: roleName(t, role),
              hint: t(`officer.role.${role}` as MessageKey),
            }))}
          />
          {places ? (
            <Select {...field} name="place" label={places.label} options={places.options} value={form.text("place")} />
          ) : null}
          <p class="sk-hint">{t("officer.staff.invite.means")}</p>
          <Button>{t("officer.staff.makeLink")}</Button>
        </Form>
      </>
    ),
  };
}

/** The same form twice makes one invitation: the second answer has no link to show, since the first one did. */
async function isFirst(door: OfficerDoor, request: OfficerRequest, staff: Staff): Promise<boolean> {
  const who = `${staff.staffId} ${request.form.text("formKey").slice(0, 64)}`;
  return (await takeLimits(door.deps, [{ name: "officer-invite", who, windowSeconds: 86_400, most: 1 }])) === 0;
}

function inviteToFacility(door: OfficerDoor): void {
  const { deps } = door;
  const page = (
    t: Translate,
    request: OfficerRequest,
    staff: Staff,
    facility: FacilityView,
    problems?: readonly Problem[],
  ) => {
    const back = `/${t.locale}/officer/facilities/${facility.facilityId}`;
    const roles = rolesInvitableBy(staff.role).filter((role) => levelOf(role) === "facility");
    return invitePage({ t, action: `${back}/invite`, back, lead: facility.name, roles, request, problems });
  };
  door.get("/facilities/:facilityId/invite", async (request, reply, { staff, actor }) => {
    const found = await facilityOfAdmin(deps, actor, request.params.facilityId ?? "");
    if (!found.ok) return sendRefusal(request, reply, found);
    return sendPage(request, reply, page(wordsOf(request), request, staff, found.value.facility));
  });
  door.post("/facilities/:facilityId/invite", async (request, reply, { staff, actor }) => {
    const facilityId = request.params.facilityId ?? "";
    const found = await facilityOfAdmin(deps, actor, facilityId);
    if (!found.ok) return sendRefusal(request, reply, found);
    const t = wordsOf(request);
    if (!(await isFirst(door, request, staff))) return sendPage(request, reply, sentTwice(t));
    const { displayName, role } = { displayName: request.form.text("displayName"), role: request.form.text("role") };
    const invited = await inviteStaff(deps, actor, { displayName, role, facilityId });
    if (invited.ok) return sendPage(request, reply, oneTimeLink(t, door, invited.value));
    if (!invited.problems) return sendRefusal(request, reply, invited);
    return sendPage(request, reply, page(t, request, staff, found.value.facility, invited.problems));
  });
}

function inviteAbove(door: OfficerDoor): void {
  const { deps } = door;
  const page = async (t: Translate, request: OfficerRequest, staff: Staff, problems?: readonly Problem[]) => {
    const back = `/${t.locale}/officer/staff`;
    const action = `${back}/invite`;
    const stateId = staff.stateId ?? (queryNumber(request, "stateId") || Number(request.form.text("stateId")));
    if (!stateId) {
      const states = await listStates(deps);
      return {
        title: t("officer.staff.invite"),
        back,
        children: <StateChoice t={t} action={action} heading={t("officer.staff.invite")} states={states} />,
      };
    }
    const [states, districts] = await Promise.all([listStates(deps), listDistricts(deps, stateId)]);
    const state = states.find((each) => each.stateId === stateId);
    const whole = { value: "", label: t(staff.stateId ? "officer.choose" : "officer.staff.place.wholeState") };
    const places = {
      label: t("officer.staff.place"),
      options: [whole, ...placeChoices(t, districts)],
    };
    const hidden = { stateId: String(stateId) };
    return invitePage({
      t,
      action,
      back,
      lead: state ? t.place(state.name) : "",
      roles: rolesAbove(staff),
      places,
      hidden,
      request,
      problems,
    });
  };
  door.get("/staff/invite", async (request, reply, { staff }) => {
    if (rolesAbove(staff).length === 0) return sendRefusal(request, reply, refused("NOT_ALLOWED"));
    return sendPage(request, reply, await page(wordsOf(request), request, staff));
  });
  door.post("/staff/invite", async (request, reply, { staff, actor }) => {
    const t = wordsOf(request);
    if (!(await isFirst(door, request, staff))) return sendPage(request, reply, sentTwice(t));
    const role = request.form.text("role");
    const districtId = role === "district-admin" ? Number(request.form.text("place")) || undefined : undefined;
    const stateId = role === "state-admin" ? Number(request.form.text("stateId")) || undefined : undefined;
    const invited = await inviteStaff(deps, actor, {
      displayName: request.form.text("displayName"),
      role,
      districtId,
      stateId,
    });
    if (invited.ok) return sendPage(request, reply, oneTimeLink(t, door, invited.value));
    if (!invited.problems) return sendRefusal(request, reply, invited);
    return sendPage(request, reply, await page(t, request, staff, invited.problems));
  });
}

function sentTwice(t: Translate) {
  return {
    title: t("officer.staff.twice.title"),
    status: 409,
    children: (
      <>
        <h1>{t("officer.staff.twice.title")}</h1>
        <p class="sk-lead">{t("officer.staff.twice.lead")}</p>
        <ButtonLink href={`/${t.locale}/officer/staff`}>{t("officer.staff.toList")}</ButtonLink>
      </>
    ),
  };
}
