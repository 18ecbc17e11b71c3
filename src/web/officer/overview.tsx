// The admin's first page: the jurisdiction in figures, and what needs attention.
// SPDX-License-Identifier: Apache-2.0

import { type AefiCounts, listAefi } from "../../modules/aefi/index.js";
import { type Overview, overviewOf } from "../../modules/sessions/index.js";
import type { Staff } from "../../modules/staff/index.js";
import type { Translate } from "../../platform/i18n/i18n.js";
import { Banner, ButtonLink, Empty, Table } from "../components/index.js";
import { sendPage, sendRefusal, wordsOf } from "../page.js";
import { productName } from "../product-name.js";
import type { OfficerDoor } from "./door.js";
import { Figure, Figures, OfficerNav } from "./parts.js";

export function overviewPages(door: OfficerDoor): void {
  door.get("", async (request, reply, { staff, actor }) => {
    const t = wordsOf(request);
    const [overview, reactions] = await Promise.all([overviewOf(door.deps, actor), listAefi(door.deps, actor)]);
    if (!overview.ok) return sendRefusal(request, reply, overview);
    if (!reactions.ok) return sendRefusal(request, reply, reactions);
    return sendPage(request, reply, {
      title: t("officer.overview.title"),
      wide: true,
      children: <OverviewPage t={t} staff={staff} overview={overview.value} reactions={reactions.value} />,
    });
  });
}

interface OverviewProps {
  t: Translate;
  staff: Staff;
  overview: Overview;
  reactions: AefiCounts;
}

function OverviewPage({ t, staff, overview, reactions }: OverviewProps) {
  const { minor, severe, serious } = reactions;
  const base = `/${t.locale}/officer`;
  return (
    <>
      <OfficerNav t={t} role={staff.role} here="overview" />
      <h1>{staff.placeName ?? t("officer.wholeCountry")}</h1>
      <Figures>
        <Figure label={t("officer.overview.today")} value={t.number(overview.sessionsToday)} />
        <Figure label={t("officer.overview.ahead")} value={t.number(overview.sessionsAhead)} />
        <Figure
          label={t("officer.overview.places")}
          value={t.number(overview.places)}
          note={t("officer.overview.taken", { count: overview.taken })}
        />
        <Figure label={t("officer.overview.doses")} value={t.number(overview.dosesToday)} />
        <Figure
          label={t("officer.overview.reactions")}
          value={t.number(minor + severe + serious)}
          note={t("officer.overview.reactions.grave", { severe, serious })}
        />
      </Figures>
      {overview.drafts > 0 ? (
        <Banner kind="info">
          <p>
            {t("officer.overview.drafts", { count: overview.drafts })}{" "}
            <a href={`${base}/sessions`}>{t("officer.overview.drafts.link")}</a>
          </p>
        </Banner>
      ) : null}
      <div class="sk-actions">
        <ButtonLink
          href={staff.facilityId ? `${base}/facilities/${staff.facilityId}/sessions/new` : `${base}/facilities`}
        >
          {t(staff.facilityId ? "officer.session.new" : "officer.facilities.open")}
        </ButtonLink>
      </div>
      <h2>{t("officer.overview.stock")}</h2>
      {overview.lowStock.length === 0 ? (
        <Empty>{t("officer.overview.stock.none")}</Empty>
      ) : (
        <LowStock t={t} stock={overview.lowStock} />
      )}
    </>
  );
}

function LowStock({ t, stock }: { t: Translate; stock: Overview["lowStock"] }) {
  return (
    <Table
      caption={t("officer.overview.stock.caption")}
      columns={[
        { text: t("officer.facility") },
        { text: t("officer.batch.left"), numeric: true },
        { text: t("officer.product") },
        { text: t("officer.batch.expires") },
        { text: t("officer.batch.lot") },
      ]}
      rows={stock.map((batch) => [
        <a href={`/${t.locale}/officer/facilities/${batch.facilityId}/batches`}>{batch.facilityName}</a>,
        t.number(batch.dosesLeft),
        productName(batch.product),
        t.date(batch.expiresOn),
        batch.lotNumber,
      ])}
    />
  );
}
