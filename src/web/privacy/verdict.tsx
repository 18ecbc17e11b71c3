// The answer of an inquiry as a page: verdict, plots as SVG made here, and the same numbers in tables beside them.
// SPDX-License-Identifier: Apache-2.0
import type { ReleasedAnswer } from "../../modules/disclosure/index.js";
import type { MessageKey, Translate } from "../../platform/i18n/i18n.js";
import { assetUrl } from "../assets.js";
import { Banner, Details, Facts, Table } from "../components/index.js";

const width = 640;
const rowHeight = 46;

export function VerdictView({ t, answer }: { t: Translate; answer: ReleasedAnswer }) {
  return (
    <>
      <link rel="stylesheet" href={assetUrl("coverage.css")} />
      <Banner
        kind={answer.verdict === "INCONCLUSIVE" ? "info" : "warning"}
        title={t(`privacy.verdict.${answer.verdict}` as MessageKey)}
      >
        <p>{t(`privacy.verdict.${answer.verdict}.means` as MessageKey)}</p>
      </Banner>
      <Facts
        rows={[
          { key: t("privacy.verdict.rows"), value: t.number(answer.rows) },
          {
            key: t("privacy.verdict.linked"),
            value: answer.linked === null ? t("privacy.verdict.few") : t.number(answer.linked),
          },
          { key: t("privacy.verdict.ours"), value: answer.log10LR === null ? "–" : powerOfTen(answer.log10LR) },
          { key: t("privacy.verdict.canaries"), value: t.number(answer.canaries.hits) },
          ...(answer.need.length > 0 ? [{ key: t("privacy.verdict.need"), value: answer.need.join(", ") }] : []),
        ]}
      />
      <Dates t={t} answer={answer} />
      <Sources t={t} answer={answer} />
      <Table
        caption={t("privacy.verdict.columns")}
        columns={[
          { text: t("privacy.verdict.column") },
          { text: t("privacy.verdict.role") },
          { text: t("privacy.verdict.origin") },
        ]}
        rows={answer.columns.map(({ column, role, verdict }) => [
          column,
          t(`privacy.role.${role}` as MessageKey),
          t(`privacy.origin.${verdict}` as MessageKey),
        ])}
      />
      {answer.recycled.length > 0 ? (
        <Table
          caption={t("privacy.verdict.recycled")}
          columns={[{ text: t("privacy.verdict.leak") }, { text: t("privacy.verdict.share") }]}
          rows={answer.recycled.map(({ leak, share }) => [leak, shareWords(share)])}
        />
      ) : null}
      <p class="sk-hint">{t("privacy.verdict.warning")}</p>
    </>
  );
}

const powerOfTen = (log10: number): string => `10^${log10}`;
const shareWords = ([low, high]: readonly [number, number]): string =>
  `${Math.round(low * 100)}–${Math.round(high * 100)} %`;

/** When the content was copied: the posterior with its median and 95 % interval, and the window of looks where there is one. */
function Dates({ t, answer: { asOf, window } }: { t: Translate; answer: ReleasedAnswer }) {
  if (!asOf) return null;
  const { curve = [] } = asOf;
  const ends = curve.map(([on], i) => curve[i + 1]?.[0] ?? dayAfter(i > 0 ? stretch(curve[i - 1]![0], on) : 1, on));
  // The window may be far longer than the posterior: it is cut where the plot ends, and stands whole in the table.
  const days = [asOf.low, asOf.high, ...curve.map(([on]) => on), ...ends].map((on) => Date.parse(on));
  const [first, last] = [Math.min(...days) - 3 * dayMs, Math.max(...days) + 3 * dayMs];
  const x = (on: string) =>
    20 + ((width - 40) * (Math.min(last, Math.max(first, Date.parse(on))) - first)) / (last - first);
  const most = Math.max(0.01, ...curve.map(([, share]) => share));
  const words = (on: string, end: string) => (stretch(on, end) === 1 ? t.date(on) : `${t.date(on)} –`);
  return (
    <figure class="sk-figure sk-figure--plot">
      <figcaption id="dates-title">{t("privacy.verdict.dates")}</figcaption>
      <svg class="sk-chart" viewBox={`0 0 ${width} 150`} role="img" aria-labelledby="dates-title">
        {curve.map(([on, share], i) => (
          <rect
            key={on}
            x={x(on)}
            y={110 - (80 * share) / most}
            width={Math.max(1, x(ends[i]!) - x(on) - 1)}
            height={(80 * share) / most}
          />
        ))}
        <line x1={20} x2={width - 20} y1={110} y2={110} />
        <line x1={x(asOf.median)} x2={x(asOf.median)} y1={24} y2={112} />
        {window ? (
          <rect x={x(window.from)} y={114} width={Math.max(4, x(window.to) - x(window.from))} height={6} />
        ) : null}
        <text x={Math.min(width - 70, Math.max(70, x(asOf.median)))} y={18} text-anchor="middle">
          {t.date(asOf.median)}
        </text>
        <text x={20} y={144}>
          {t.date(asOf.low)}
        </text>
        <text x={width - 20} y={144} text-anchor="end">
          {t.date(asOf.high)}
        </text>
      </svg>
      <Table
        caption={t("privacy.verdict.dates")}
        hiddenCaption
        columns={[
          { text: t("privacy.verdict.date") },
          { text: t("privacy.verdict.from") },
          { text: t("privacy.verdict.to") },
        ]}
        rows={[
          [t("privacy.verdict.date.copied"), t.date(asOf.low), t.date(asOf.high)],
          ...(window ? [[t("privacy.verdict.date.looks"), t.date(window.from), t.date(window.to)]] : []),
        ]}
      />
      <Details summary={t("privacy.verdict.curve")}>
        <Table
          caption={t("privacy.verdict.curve")}
          hiddenCaption
          columns={[{ text: t("privacy.verdict.date") }, { text: t("privacy.verdict.probability"), numeric: true }]}
          rows={curve.map(([on, share], i) => [words(on, ends[i]!), `${Math.round(share * 100)} %`])}
        />
      </Details>
    </figure>
  );
}

const dayMs = 86_400_000;
const stretch = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / dayMs);
const dayAfter = (days: number, on: string): string =>
  new Date(Date.parse(on) + days * dayMs).toISOString().slice(0, 10);

/** Sources and what else might explain the sample, on one scale of powers of ten. */
function Sources({ t, answer }: { t: Translate; answer: ReleasedAnswer }) {
  const bars = [
    ...answer.sources.map(({ mask, tier, log10LR }) => ({
      name: t("privacy.verdict.account", { mask }),
      tier,
      log10LR,
    })),
    ...answer.alternatives.map(({ name, log10LR }) => ({ name: alternativeName(t, name), tier: "", log10LR })),
  ].slice(0, 12);
  const scale = Math.max(1, ...bars.map(({ log10LR }) => Math.abs(log10LR)));
  const middle = width / 2;
  return (
    <>
      {bars.length > 0 ? (
        <figure class="sk-figure sk-figure--plot">
          <figcaption id="sources-title">{t("privacy.verdict.sources")}</figcaption>
          <svg
            class="sk-chart"
            viewBox={`0 0 ${width} ${bars.length * rowHeight + 10}`}
            role="img"
            aria-labelledby="sources-title"
          >
            {bars.map(({ name, log10LR }, i) => {
              const length = ((middle - 20) * Math.abs(log10LR)) / scale;
              return (
                <g key={name}>
                  <text x={20} y={i * rowHeight + 16}>
                    {name.length > 60 ? `${name.slice(0, 59)}…` : name}
                  </text>
                  <rect
                    x={log10LR < 0 ? middle - length : middle}
                    y={i * rowHeight + 22}
                    width={Math.max(2, length)}
                    height={14}
                  />
                </g>
              );
            })}
            <line x1={middle} x2={middle} y1={20} y2={bars.length * rowHeight + 6} />
          </svg>
          <Table
            caption={t("privacy.verdict.sources")}
            hiddenCaption
            columns={[
              { text: t("privacy.verdict.explanation") },
              { text: t("privacy.verdict.tier") },
              { text: t("privacy.verdict.ratio"), numeric: true },
            ]}
            rows={bars.map(({ name, tier, log10LR }) => [
              name,
              tier === "" ? "–" : t(`privacy.tier.${tier}` as MessageKey),
              powerOfTen(log10LR),
            ])}
          />
        </figure>
      ) : null}
      {answer.notDistinguishable.length > 0 ? (
        <p>
          {t("privacy.verdict.set", {
            count: answer.notDistinguishable.length,
            masks: answer.notDistinguishable.join(", "),
          })}
        </p>
      ) : null}
    </>
  );
}

const contents = ["one-time", "own-doses"] as const;

function alternativeName(t: Translate, name: string): string {
  const [kind, ...rest] = name.split(":");
  const known = ["none-of-ours", "whole-database", "locality", "earlier-leak"];
  if (!known.includes(kind!)) return name;
  const content = contents.find((one) => rest.at(-1) === one);
  const words = [t(`privacy.alternative.${kind}` as MessageKey), rest.slice(0, content ? -1 : undefined).join(":")];
  return [...words, content ? t(`privacy.alternative.${content}`) : ""].filter((part) => part !== "").join(" ");
}
