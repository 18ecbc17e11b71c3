// Staff that an admin answers for: the list, a new link, removal.
// SPDX-License-Identifier: Apache-2.0
import { listStaff, removeStaff, renewInvitation, type StaffLine } from "../../modules/staff/index.js";
import { refused } from "../../platform/errors.js";
import type { MessageKey, Translate } from "../../platform/i18n/i18n.js";
import { Button, ButtonLink, Empty, Form, SummaryList, Table, Tag } from "../components/index.js";
import { sendPage, sendRefusal, wordsOf } from "../page.js";
import { type OfficerDoor, queryText } from "./door.js";
import { oneTimeLink } from "./one-time-link.js";
import { Confirmation, OfficerNav, roleName, rolesAbove } from "./parts.js";

export function staffPages(door: OfficerDoor): void {
  listPage(door);
  linkPage(door);
  removePages(door);
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
          <OfficerNav t={t} role={staff.role} here="staff" />
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
