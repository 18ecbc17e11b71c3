// Parts that several officer pages show: the row of links on top, the confirmation after a redirect, figures, tags.
// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";
import type { FacilityView } from "../../modules/facilities/index.js";
import type { BatchView, SessionView } from "../../modules/sessions/index.js";
import { levelOf, type Role, rolesInvitableBy, type Staff } from "../../modules/staff/index.js";
import type { MessageKey, Translate } from "../../platform/i18n/i18n.js";
import { Banner, Tag } from "../components/index.js";

const sections = ["overview", "facilities", "sessions", "staff", "tickets"] as const;
export type Section = (typeof sections)[number];

/** The officer's pages, each in reach of each. Admins of a facility decide no requests. */
export function OfficerNav({ t, role, here }: { t: Translate; role: Role; here?: Section | undefined }) {
  return (
    <nav class="sk-nav" aria-label={t("officer.nav.label")}>
      <ul>
        {sections
          .filter((section) => section !== "tickets" || role !== "facility-admin")
          .map((section) => (
            <li key={section}>
              <a
                href={section === "overview" ? `/${t.locale}/officer` : `/${t.locale}/officer/${section}`}
                aria-current={section === here ? "page" : undefined}
              >
                {t(`officer.nav.${section}` as MessageKey)}
              </a>
            </li>
          ))}
      </ul>
    </nav>
  );
}

/** What a finished change says on the page after it; an unknown word in the address says nothing. */
const confirmations = [
  "facility-opened",
  "facility-changed",
  "facility-closed",
  "session-created",
  "session-changed",
  "session-published",
  "session-cancelled",
  "batch-added",
  "batch-withdrawn",
  "staff-removed",
  "ticket-proposed",
  "ticket-decided",
] as const;

export function Confirmation({ t, done, told }: { t: Translate; done: string; told?: number | undefined }) {
  const known = confirmations.find((each) => each === done);
  if (!known) return null;
  return (
    <Banner kind="success">
      <p>{t(`officer.done.${known}` as MessageKey)}</p>
      {known === "session-cancelled" && told !== undefined ? <p>{t("officer.cancel.told", { count: told })}</p> : null}
    </Banner>
  );
}

export function Figures({ children }: { children: ComponentChildren }) {
  return <dl class="sk-counts">{children}</dl>;
}

export function Figure({ label, value, note }: { label: string; value: string; note?: string | undefined }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
      {note ? <dd class="sk-counts__note">{note}</dd> : null}
    </div>
  );
}

export function placeLine(t: Translate, facility: FacilityView): string {
  return `${t.place(facility.districtName)}, ${t.place(facility.stateName)}, ${facility.pincode}`;
}

export function ageText(t: Translate, session: Pick<SessionView, "minAge" | "maxAge">): string {
  return session.maxAge === null
    ? t("officer.age.from", { from: session.minAge })
    : t("officer.age.range", { from: session.minAge, to: session.maxAge });
}

export function feeText(t: Translate, feeRupees: number): string {
  return feeRupees === 0 ? t("officer.fee.free") : t("officer.fee.rupees", { rupees: feeRupees });
}

export function SessionTag({ t, status }: { t: Translate; status: SessionView["status"] }) {
  const kind = status === "published" ? "green" : status === "draft" ? "amber" : "red";
  return <Tag kind={kind}>{t(`officer.session.status.${status}` as MessageKey)}</Tag>;
}

export function BatchTag({ t, state }: { t: Translate; state: BatchView["state"] }) {
  const kind = state === "usable" ? "green" : state === "used-up" ? "grey" : "red";
  return <Tag kind={kind}>{t(`officer.batch.state.${state}` as MessageKey)}</Tag>;
}

export function roleName(t: Translate, role: Role): string {
  return t(`common.role.${role}` as MessageKey);
}

/** Roles above the facility that the admin may invite. */
export function rolesAbove(staff: Staff): Role[] {
  return rolesInvitableBy(staff.role).filter((role) => levelOf(role) !== "facility");
}
