// Letters as outlines in an SVG of Co-WIN's measures: filled paths for glyphs, unfilled ones for noise, in no order. Clients
// that solve captchas sort the filled ones by their first x. The outlines are those of the font that papers are set in.
// SPDX-License-Identifier: Apache-2.0
import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Font, parse } from "opentype.js/dist/opentype.mjs";
import { projectRoot } from "../../platform/root.js";

const [width, height] = [150, 50];
const noiseLines = 3;
const colours = ["#222", "#333"];

let font: Font | undefined;
function fontOfPapers(): Font {
  if (!font) {
    const bytes = readFileSync(join(projectRoot, "data/fonts/NotoSans_600SemiBold.ttf"));
    font = parse(new Uint8Array(bytes).buffer);
  }
  return font;
}

export function drawLetters(text: string): string {
  const pitch = (width - 20) / text.length;
  const glyphs = [...text].map((letter, at) => {
    const [x, y] = [10 + at * pitch + randomInt(5), 34 + randomInt(7) - 3];
    const outline = fontOfPapers()
      .charToGlyph(letter)
      .getPath(x, y, 30 + randomInt(7))
      .toPathData(2);
    return `<path fill="${colours[randomInt(colours.length)]}" d="${outline}"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0,0,${width},${height}">${shuffled([...glyphs, ...Array.from({ length: noiseLines }, noise)]).join("")}</svg>`;
}

function noise(): string {
  const points = [randomInt(30), 30 + randomInt(45), 75 + randomInt(45), 120 + randomInt(30)].map(
    (x) => `${x} ${randomInt(height)}`,
  );
  return `<path d="M${points[0]} C${points[1]},${points[2]},${points[3]}" stroke="#777" fill="none"/>`;
}

function shuffled<T>(list: readonly T[]): T[] {
  return list
    .map((one) => ({ one, at: randomInt(2 ** 32) }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}
