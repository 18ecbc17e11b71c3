// Staff that an admin answers for: list, invite, new link, remove. A one-time link is shown on the answer to the form
// and nowhere else; it is worth a passkey, so it is neither stored nor put into an address that stays in a history.
// SPDX-License-Identifier: Apache-2.0
import encodeQR from "qr";
import { type FacilityView, facilityOfAdmin, listDistricts, listStates } from "../../modules/facilities/index.js";
import {
  type Invitation,
  inviteStaff,
  levelOf,
  listStaff,
  type Role,
  removeStaff,
  renewInvitation,
  rolesInvitableBy,
  type Staff,
  type StaffLine,
} from "../../modules/staff/index.js";
import { type Problem, refused } from "../../platform/errors.js";
import type { MessageKey, Translate } from "../../platform/i18n/i18n.js";
import { takeLimits } from "../../platform/limits/index.js";
import { uuidv7 } from "../../platform/random.js";
import {
  Banner,
  Button,
  ButtonLink,
  type Choice,
  Empty,
  Form,
  Radios,
  Select,
  SummaryList,
  Table,
  Tag,
  TextInput,
} from "../components/index.js";
import { sendPage, sendRefusal, wordsOf } from "../page.js";
import { type OfficerDoor, type OfficerRequest, queryNumber, queryText } from "./door.js";
import { StateChoice } from "./facility-form.js";
import { Confirmation, OfficerNav } from "./parts.js";

export function staffPages(door: OfficerDoor): void {
  listPage(door);
  inviteToFacility(door);
  inviteAbove(door);
  linkPage(door);
  removePages(door);
}

function roleName(t: Translate, role: Role): string {
  return t(`common.role.${role}` as MessageKey);
}

/** Roles above the facility that the admin may invite. */
function rolesAbove(staff: Staff): Role[] {
  return rolesInvitableBy(staff.role).filter((role) => levelOf(role) !== "facility");
}

function listPage({ deps, get }: OfficerDoor): void {
  get("/staff", async (request, reply, { staff, actor }) => {
    const t = wordsOf(request);
    const lines = await listStaff(deps, actor);
    if (!lines.ok) return sendRefusal(request, reply, lines);
    const path = `/${t.locale}/officer`;
    return sendPage(request, reply, {
      title: t("officer.staff.title"),
      wide: true,
      children: (
        <>
          <OfficerNav t={t} here="staff" />
          <Confirmation t={t} done={queryText(request, "done")} />
          <h1>{t("officer.staff.title")}</h1>
          {staff.facilityId ? (
            <ButtonLink href={`${path}/facilities/${staff.facilityId}/invite`}>{t("officer.staff.invite")}</ButtonLink>
          ) : (
            <p>{t("officer.staff.viaFacility")}</p>
          )}
          {rolesAbove(staff).length > 0 ? (
            <ButtonLink href={`${path}/staff/invite`}>{t("officer.staff.inviteAbove")}</ButtonLink>
          ) : null}
          {lines.value.length === 0 ? (
            <Empty>{t("officer.staff.none")}</Empty>
          ) : (
            <StaffTable t={t} lines={lines.value} />
          )}
        </>
      ),
    });
  });
}

function StaffTable({ t, lines }: { t: Translate; lines: readonly StaffLine[] }) {
  const path = `/${t.locale}/officer/staff`;
  const kinds = { enrolled: "green", invited: "blue", "invitation-expired": "amber", removed: "grey" } as const;
  return (
    <Table
      caption={t("officer.staff.title")}
      hiddenCaption
      columns={[
        { text: t("officer.staff.name") },
        { text: t("officer.staff.role") },
        { text: t("officer.staff.place") },
        { text: t("officer.state") },
        { text: t("officer.staff.lastSignIn") },
        { text: t("officer.actions") },
      ]}
      rows={lines.map((line) => [
        line.displayName,
        roleName(t, line.role),
        line.placeName ?? t("officer.wholeCountry"),
        <Tag kind={kinds[line.state]}>{t(`officer.staff.state.${line.state}` as MessageKey)}</Tag>,
        line.lastSignInAt ? t.instant(line.lastSignInAt) : t("officer.staff.never"),
        line.state === "removed" ? null : (
          <span class="sk-row-actions">
            <a href={`${path}/${line.staffId}/link`}>
              {t("officer.staff.newLink")}
              <span class="sk-hidden"> {line.displayName}</span>
            </a>
            <a href={`${path}/${line.staffId}/remove`}>
              {t("common.remove")}
              <span class="sk-hidden"> {line.displayName}</span>
            </a>
          </span>
        ),
      ])}
    />
  );
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
      options: [whole, ...districts.map((d) => ({ value: String(d.districtId), label: d.name }))],
    };
    const hidden = { stateId: String(stateId) };
    return invitePage({
      t,
      action,
      back,
      lead: state?.name ?? "",
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

function linkPage(door: OfficerDoor): void {
  const { deps } = door;
  door.get("/staff/:staffId/link", async (request, reply, { actor }) => {
    const t = wordsOf(request);
    const lines = await listStaff(deps, actor);
    if (!lines.ok) return sendRefusal(request, reply, lines);
    const line = lines.value.find((each) => each.staffId === request.params.staffId && each.state !== "removed");
    if (!line) return sendRefusal(request, reply, refused("STAFF_NOT_FOUND"));
    const back = `/${t.locale}/officer/staff`;
    return sendPage(request, reply, {
      title: t("officer.staff.newLink"),
      back,
      children: (
        <>
          <h1>{t("officer.staff.newLink.question")}</h1>
          <StaffSummary t={t} line={line} />
          <p>{t("officer.staff.newLink.means")}</p>
          <Form action={`${back}/${line.staffId}/link`}>
            <Button>{t("officer.staff.makeLink")}</Button>
          </Form>
        </>
      ),
    });
  });
  door.post("/staff/:staffId/link", async (request, reply, { actor }) => {
    const renewed = await renewInvitation(deps, actor, { staffId: request.params.staffId ?? "" });
    if (!renewed.ok) return sendRefusal(request, reply, renewed);
    return sendPage(request, reply, oneTimeLink(wordsOf(request), door, renewed.value));
  });
}

function removePages({ deps, get, post }: OfficerDoor): void {
  get("/staff/:staffId/remove", async (request, reply, { actor }) => {
    const t = wordsOf(request);
    const lines = await listStaff(deps, actor);
    if (!lines.ok) return sendRefusal(request, reply, lines);
    const line = lines.value.find((each) => each.staffId === request.params.staffId && each.state !== "removed");
    if (!line) return sendRefusal(request, reply, refused("STAFF_NOT_FOUND"));
    const back = `/${t.locale}/officer/staff`;
    return sendPage(request, reply, {
      title: t("officer.staff.remove"),
      back,
      children: (
        <>
          <h1>{t("officer.staff.remove.question")}</h1>
          <StaffSummary t={t} line={line} />
          <p>{t("officer.staff.remove.means")}</p>
          <Form action={`${back}/${line.staffId}/remove`}>
            <Button kind="warning">{t("officer.staff.remove")}</Button>
          </Form>
          <a href={back}>{t("common.cancel")}</a>
        </>
      ),
    });
  });
  post("/staff/:staffId/remove", async (request, reply, { actor }) => {
    const removed = await removeStaff(deps, actor, { staffId: request.params.staffId ?? "" });
    if (!removed.ok) return sendRefusal(request, reply, removed);
    return reply.redirect(`/${wordsOf(request).locale}/officer/staff?done=staff-removed`, 303);
  });
}

function StaffSummary({ t, line }: { t: Translate; line: StaffLine }) {
  return (
    <SummaryList
      rows={[
        { key: t("officer.staff.name"), value: line.displayName },
        { key: t("officer.staff.role"), value: roleName(t, line.role) },
        { key: t("officer.staff.place"), value: line.placeName ?? t("officer.wholeCountry") },
      ]}
    />
  );
}

/** Where a one-time link leads. Passkeys need a name, so on this machine it is localhost (see `relyingPartyOf`). */
export function enrolmentUrl(origin: string, locale: string, token: string): string {
  return `${origin.replace(/^http:\/\/(127\.0\.0\.1|\[::1\])(?=:|$)/, "http://localhost")}/${locale}/staff/enrol/${token}`;
}

function oneTimeLink(t: Translate, door: OfficerDoor, invitation: Invitation) {
  const url = enrolmentUrl(door.options.origin, t.locale, invitation.token);
  const picture = `data:image/svg+xml;base64,${Buffer.from(encodeQR(url, "svg")).toString("base64")}`;
  return {
    title: t("officer.staff.link.title"),
    children: (
      <>
        <h1>{t("officer.staff.link.title")}</h1>
        <p class="sk-lead">{t("officer.staff.link.lead")}</p>
        <p>
          <code>{url}</code>
        </p>
        <p>
          <img class="sk-qr" src={picture} alt={t("officer.staff.link.qr")} width="220" height="220" />
        </p>
        <Banner kind="warning">
          <p>{t("officer.staff.link.once", { until: t.instant(invitation.expiresAt) })}</p>
        </Banner>
        <ButtonLink kind="secondary" href={`/${t.locale}/officer/staff`}>
          {t("officer.staff.toList")}
        </ButtonLink>
      </>
    ),
  };
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
