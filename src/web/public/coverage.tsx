// "Doses given": the public figures of the country and of each state, as numbers, chart, map, tables and a file.
// Nothing here is about a person, so the pages may be kept by caches for five minutes.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import {
  type Coverage,
  type CoverageRow,
  coverageLines,
  type Figure,
  findCoverage,
  smallestShown,
} from "../../modules/coverage/index.js";
import type { Deps } from "../../modules/disclosure/index.js";
import { refused } from "../../platform/errors.js";
import { isLocale, type Translate } from "../../platform/i18n/i18n.js";
import { keepFor } from "../../platform/kept.js";
import { subscriberOf, takeLimits } from "../../platform/limits/index.js";
import { assetUrl } from "../assets.js";
import { ButtonLink, Details, Empty, Table } from "../components/index.js";
import { sendPage, sendRefusal, wordsOf } from "../page.js";
import { DailyChart } from "./daily-chart.js";
import { TileMap } from "./tile-map.js";

type CoverageDeps = Pick<Deps, "db" | "clock" | "macs">;
type Find = (stateId: number | null) => ReturnType<typeof findCoverage>;
const kept = "public, max-age=300";
const filesInTenMinutes = 30;

export function coveragePages(app: FastifyInstance, deps: CoverageDeps): void {
  // Each page sums up the whole table.
  const keep = keepFor<Awaited<ReturnType<Find>>>({ seconds: 60, most: 100 });
  const find: Find = (stateId) => keep(String(stateId), () => findCoverage(deps, stateId));
  app.get("/coverage", async (_request, reply) => reply.redirect("/en/coverage", 302));
  app.get("/:lang/coverage", (request, reply) => coveragePage(find, request, reply, null));
  app.get("/:lang/coverage/:stateId", (request, reply) => {
    const { stateId } = request.params as { stateId: string };
    return /^\d{1,6}$/.test(stateId) ? coveragePage(find, request, reply, Number(stateId)) : reply.callNotFound();
  });
  app.get("/coverage.csv", async (request, reply) => {
    const query = request.query as Record<string, unknown>;
    const [stateId, districtId] = [readId(query.state), readId(query.district)];
    if (stateId === undefined || districtId === undefined) return sendRefusal(request, reply, refused("NOT_FOUND"));
    const who = subscriberOf(request.ip);
    const limit = { name: "coverage-file", who, windowSeconds: 600, most: filesInTenMinutes };
    const seconds = await takeLimits(deps, [limit]);
    if (seconds > 0) return sendRefusal(request, reply, refused("TOO_MANY_REQUESTS", { seconds }));
    const lines = await coverageLines(deps, { stateId, districtId });
    if (!lines.ok) return sendRefusal(request, reply, lines);
    return reply
      .headers({ "Cache-Control": kept, "Content-Disposition": 'attachment; filename="doses-given.csv"' })
      .type("text/csv; charset=utf-8")
      .send(csvOf(lines.value));
  });
}

/** Null when it is not asked for, undefined when it is no id. */
function readId(value: unknown): number | null | undefined {
  if (value === undefined || value === "") return null;
  return typeof value === "string" && /^\d{1,6}$/.test(value) ? Number(value) : undefined;
}

async function coveragePage(
  find: Find,
  request: FastifyRequest,
  reply: FastifyReply,
  stateId: number | null,
): Promise<FastifyReply> {
  if (!isLocale((request.params as { lang: string }).lang)) return reply.callNotFound() as unknown as FastifyReply;
  const found = await find(stateId);
  if (!found.ok) return sendRefusal(request, reply, found);
  const t = wordsOf(request);
  const { stateName } = found.value;
  const title = stateName ? t("public.coverage.titleOf", { place: t.place(stateName) }) : t("public.coverage.title");
  reply.header("Cache-Control", kept);
  return sendPage(request, reply, {
    title,
    wide: true,
    back: stateName ? `/${t.locale}/coverage` : undefined,
    children: <CoveragePage t={t} title={title} coverage={found.value} />,
  });
}

function CoveragePage({ t, title, coverage }: { t: Translate; title: string; coverage: Coverage }) {
  const isCountry = coverage.stateId === null;
  return (
    <>
      <link rel="stylesheet" href={assetUrl("coverage.css")} />
      <h1>{title}</h1>
      <p class="sk-lead">{t("public.coverage.lead", { until: t.date(coverage.until) })}</p>
      <dl class="sk-counts">
        {[coverage.whole.total, ...coverage.whole.byDose].map((figure, index) => (
          <div key={index}>
            <dt>{t(figureWords[index]!)}</dt>
            <dd>{textOf(t, figure)}</dd>
            {figure.doses > 0 && figure.hasMore ? <dd class="sk-counts__note">{t("public.coverage.more")}</dd> : null}
          </div>
        ))}
      </dl>
      <div class="sk-split">
        <div>
          {isCountry ? <TileMap t={t} places={coverage.places} words={(place) => textOf(t, place.total)} /> : null}
          <DailyChart t={t} days={coverage.days} />
          <Details summary={t("public.coverage.days.open")}>
            <DaysTable t={t} coverage={coverage} />
          </Details>
        </div>
        <div>
          <PlacesTable t={t} coverage={coverage} />
          <ProductsTable t={t} coverage={coverage} />
        </div>
      </div>
      <p>
        <ButtonLink kind="secondary" href={isCountry ? "/coverage.csv" : `/coverage.csv?state=${coverage.stateId}`}>
          {t("public.coverage.csv")}
        </ButtonLink>
      </p>
      <h2>{t("public.coverage.small.title")}</h2>
      <p>{t("public.coverage.small.text", { smallest: smallestShown })}</p>
      <p>{t("public.coverage.place.text")}</p>
    </>
  );
}

const figureWords = [
  "public.coverage.total",
  "public.coverage.dose1",
  "public.coverage.dose2",
  "public.coverage.dose3",
] as const;

function textOf(t: Translate, { doses, hasMore }: Figure): string {
  if (doses === 0) return hasMore ? t("public.coverage.few", { smallest: smallestShown }) : t.number(0);
  return t.number(doses);
}

function columnsOf(t: Translate, first: string) {
  return [{ text: first }, ...figureWords.map((key) => ({ text: t(key), numeric: true }))];
}

/** Names of products are not translated; they are marked as English where the page is not. */
function Name({ t, children }: { t: Translate; children: string }) {
  return <span lang={t.locale === "en" ? undefined : "en"}>{children}</span>;
}

function PlacesTable({ t, coverage }: { t: Translate; coverage: Coverage }) {
  const isCountry = coverage.stateId === null;
  const caption = isCountry ? t("public.coverage.states") : t("public.coverage.districts");
  // A state has many districts; those without a dose are counted, not listed.
  const listed = coverage.places.filter((place) => isCountry || place.total.doses > 0 || place.total.hasMore);
  const left = coverage.places.length - listed.length;
  const rows = listed.map((place) => [
    isCountry ? <a href={`/${t.locale}/coverage/${place.id}`}>{t.place(place.name)}</a> : t.place(place.name),
    ...[place.total, ...place.byDose].map((figure) => textOf(t, figure)),
  ]);
  const columns = columnsOf(t, isCountry ? t("public.coverage.state") : t("public.coverage.district"));
  return (
    <>
      {listed.length > 0 ? <Table caption={caption} columns={columns} rows={rows} /> : null}
      {left > 0 ? <p class="sk-hint">{t("public.coverage.districts.none", { count: left })}</p> : null}
    </>
  );
}

function ProductsTable({ t, coverage }: { t: Translate; coverage: Coverage }) {
  if (coverage.products.length === 0) return <Empty>{t("public.coverage.nothing")}</Empty>;
  const rows = coverage.products.map(({ product, total, byDose }) => [
    <Name t={t}>{product.replaceAll("_", " ")}</Name>,
    ...[total, ...byDose].map((figure) => textOf(t, figure)),
  ]);
  return (
    <Table caption={t("public.coverage.products")} columns={columnsOf(t, t("public.coverage.product"))} rows={rows} />
  );
}

function DaysTable({ t, coverage }: { t: Translate; coverage: Coverage }) {
  const columns = [{ text: t("public.coverage.day") }, { text: t("public.coverage.total"), numeric: true }];
  const rows = coverage.days.toReversed().map(({ day, doses }) => [t.date(day), t.number(doses)]);
  return <Table caption={t("public.coverage.chart.title")} columns={columns} rows={rows} hiddenCaption />;
}

const csvColumns = "shown_on,state,district,product,dose_number,doses";

/** RFC 4180. A name that a spreadsheet would take for a formula is quoted and gets an apostrophe. */
function csvOf(rows: readonly CoverageRow[]): string {
  const cell = (text: string) => {
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const line = (row: CoverageRow) =>
    [
      row.shownOn,
      cell(row.stateName),
      cell(row.districtName),
      cell(row.product),
      row.doseNumber,
      row.doses ?? `fewer than ${smallestShown}`,
    ].join(",");
  return `${[csvColumns, ...rows.map(line)].join("\r\n")}\r\n`;
}
