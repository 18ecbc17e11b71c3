// A bar a day, as SVG made on the server. The same numbers stand in a table beside it.
// SPDX-License-Identifier: Apache-2.0
import type { DayFigure } from "../../modules/coverage/index.js";
import type { Translate } from "../../platform/i18n/i18n.js";

const width = 640;
const height = 250;
const left = 64;
const bottom = 34;
const top = 14;
const plotHeight = height - top - bottom;

export function DailyChart({ t, days }: { t: Translate; days: readonly DayFigure[] }) {
  const scaleTop = roundUp(Math.max(...days.map((day) => day.doses), 1));
  const step = (width - left) / days.length;
  const yOf = (doses: number) => top + plotHeight - (plotHeight * doses) / scaleTop;
  const total = days.reduce((sum, day) => sum + day.doses, 0);
  return (
    <figure class="sk-figure">
      <figcaption id="chart-title">{t("public.coverage.chart.title")}</figcaption>
      <svg class="sk-chart" viewBox={`0 0 ${width} ${height}`} role="img" aria-labelledby="chart-title chart-says">
        <desc id="chart-says">
          {t("public.coverage.chart.says", { total: t.number(total), most: t.number(scaleTopOf(days)) })}
        </desc>
        {[0, 0.5, 1].map((part) => (
          <g key={part}>
            <line x1={left} x2={width} y1={yOf(scaleTop * part)} y2={yOf(scaleTop * part)} />
            <text x={left - 8} y={yOf(scaleTop * part) + 5} text-anchor="end">
              {t.number(scaleTop * part)}
            </text>
          </g>
        ))}
        {days.map((day, index) => (
          <g key={day.day}>
            {day.doses > 0 ? (
              <rect
                x={round(left + index * step + 2)}
                y={round(yOf(day.doses))}
                width={round(step - 4)}
                height={round(top + plotHeight - yOf(day.doses))}
              />
            ) : null}
            {index % 7 === 5 ? (
              <text x={round(left + (index + 0.5) * step)} y={height - 10} text-anchor="middle">
                {shortDay(t, day.day)}
              </text>
            ) : null}
          </g>
        ))}
      </svg>
    </figure>
  );
}

function scaleTopOf(days: readonly DayFigure[]): number {
  return Math.max(...days.map((day) => day.doses), 0);
}

/** The next of 2, 4, 10, 20, 40, 100, … so that half of it is whole. */
function roundUp(doses: number): number {
  const power = 10 ** Math.floor(Math.log10(doses));
  return [2, 4, 10, 20].map((one) => one * power).find((one) => one >= doses)!;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function shortDay(t: Translate, day: string): string {
  const format = new Intl.DateTimeFormat(`${t.locale}-IN-u-nu-latn`, {
    day: "numeric",
    month: "short",
    timeZone: "UTC",
  });
  return format.format(new Date(`${day}T00:00:00.000Z`));
}
