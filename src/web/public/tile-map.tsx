// The country as tiles, one a state, laid out by hand in data/tile-grid.json: no boundary is drawn. Each tile is a
// link with the state's name and number in words; shade, code and short number are for the eye.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PlaceFigures } from "../../modules/coverage/index.js";
import type { Translate } from "../../platform/i18n/i18n.js";
import { projectRoot } from "../../platform/root.js";

export interface TileGrid {
  readonly columns: number;
  readonly rows: number;
  readonly tiles: readonly {
    readonly stateId: number;
    readonly code: string;
    readonly column: number;
    readonly row: number;
  }[];
}
export const tileGrid = JSON.parse(readFileSync(join(projectRoot, "data", "tile-grid.json"), "utf8")) as TileGrid;

const size = 64;
const inner = 58;

export function TileMap({
  t,
  places,
  words,
}: {
  t: Translate;
  places: readonly PlaceFigures[];
  words: (place: PlaceFigures) => string;
}) {
  const byId = new Map(places.map((place) => [place.id, place]));
  const limits = shadeLimits(places.map((place) => place.total.doses));
  return (
    <figure class="sk-figure sk-map">
      <figcaption>{t("public.coverage.map.title")}</figcaption>
      <svg
        viewBox={`0 0 ${tileGrid.columns * size} ${tileGrid.rows * size}`}
        role="group"
        aria-label={t("public.coverage.map.title")}
      >
        {tileGrid.tiles.map((tile) => {
          const place = byId.get(tile.stateId);
          if (!place) return null;
          const short = place.total.doses > 0 ? inShort(place.total.doses) : place.total.hasMore ? "<11" : "0";
          const [x, y] = [tile.column * size + 3, tile.row * size + 3];
          return (
            <a
              key={tile.stateId}
              href={`/${t.locale}/coverage/${tile.stateId}`}
              class={`sk-shade-${shadeOf(place.total.doses, limits)}`}
            >
              <title>{`${t.place(place.name)}: ${words(place)}`}</title>
              <rect x={x} y={y} width={inner} height={inner} rx="6" />
              <text x={x + inner / 2} y={y + 28}>
                {tile.code}
              </text>
              <text class="sk-map__small" x={x + inner / 2} y={y + 49}>
                {short}
              </text>
            </a>
          );
        })}
      </svg>
      <ul class="sk-legend">
        {[0, ...limits].map((from, shade) => (
          <li key={from} class={`sk-shade-${shade}`}>
            <svg viewBox="0 0 20 20" aria-hidden="true">
              <rect x="1" y="1" width="18" height="18" rx="3" />
            </svg>
            {shade === 0 ? t("public.coverage.map.none") : t("public.coverage.map.from", { from: t.number(from) })}
          </li>
        ))}
      </ul>
    </figure>
  );
}

/** Lower limits of up to four shades, each about a quarter of the places that have doses. */
export function shadeLimits(doses: readonly number[]): number[] {
  const some = doses.filter((one) => one > 0).sort((a, b) => a - b);
  const quarters = [0, 0.25, 0.5, 0.75].map((part) => some[Math.floor(part * some.length)]);
  return [...new Set(quarters.filter((one) => one !== undefined))];
}

export function shadeOf(doses: number, limits: readonly number[]): number {
  return limits.filter((limit) => doses > 0 && doses >= limit).length;
}

/** 950, 1.2k, 34k, 1.2L (lakh), 3.4Cr (crore). */
export function inShort(doses: number): string {
  for (const [unit, letter] of [
    [1e7, "Cr"],
    [1e5, "L"],
    [1e3, "k"],
  ] as const) {
    if (doses >= unit) return `${(doses / unit).toFixed(doses >= 10 * unit ? 0 : 1).replace(/\.0$/, "")}${letter}`;
  }
  return String(doses);
}
