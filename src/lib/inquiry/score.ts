// How good the answers are, where the truth is known: the score table of the design.
// SPDX-License-Identifier: Apache-2.0
import type { Answer } from "./answer.js";
import type { BaselineAnswers } from "./baselines.js";
import type { Truth } from "./format.js";
import { shareInterval } from "./statistics.js";

export interface Scored {
  readonly truth: Truth;
  readonly answer: Answer;
  readonly baselines: BaselineAnswers;
}

const percent = (k: number, n: number): string =>
  n === 0 ? "-" : `${((100 * k) / n).toFixed(k === n || k === 0 ? 0 : 1)} % (${k}/${n})`;
const saysOurs = ({ verdict }: Answer): boolean => verdict.startsWith("OURS") || verdict === "MIXED";
const factor = ({ factors }: Truth, name: string): number => Number(factors[name] ?? 0);
const elsewhere = new Set(["locality", "register", "fabricated"]);
const dayMs = 86_400_000;

/** Upper 95 % bound of a share (one-sided, exact): 0 in n gives about 3/n. */
function upperBound(k: number, n: number): number {
  return k === 0 ? 1 - 0.05 ** (1 / Math.max(1, n)) : shareInterval(k, n)[1];
}

export function scoreTable(all: readonly Scored[]): string[] {
  const accuses = (names: readonly string[], { actors }: Truth) => names.some((name) => !actors.includes(name));
  const falsely = (name: string, of: (scored: Scored) => readonly string[]) => {
    const k = all.filter((scored) => accuses(of(scored), scored.truth)).length;
    return `${name.padEnd(44)} ${percent(k, all.length)}, 95 % bound ${(100 * upperBound(k, all.length)).toFixed(2)} %`;
  };
  const named = ({ answer }: Scored) => answer.sources.map(({ actor }) => actor);
  return [
    falsely("false accusation", named),
    falsely("  overlap count", ({ baselines }) => baselines.overlap),
    falsely("  guilt model 2011", ({ baselines }) => baselines.guilt),
    falsely("  likelihood without localities", ({ baselines }) => baselines.likelihood),
    ...oneActor(all),
    ...oursLines(all),
    ...datingLines(all),
    ...mixtureLines(all),
    ...calibrationLines(all),
    line("INCONCLUSIVE", percent(all.filter(({ answer }) => answer.verdict === "INCONCLUSIVE").length, all.length)),
  ];
}

const line = (name: string, text: string): string => `${name.padEnd(44)} ${text}`;

function oneActor(all: readonly Scored[]): string[] {
  const cases = all.filter(({ truth }) => truth.actors.length === 1);
  const easy = cases.filter(
    ({ truth }) =>
      truth.factors["sampling"] === "random" && factor(truth, "noise") <= 0.2 && factor(truth, "columns") >= 5,
  );
  const first = (list: readonly Scored[], of: (scored: Scored) => string | undefined) =>
    percent(list.filter((scored) => of(scored) === scored.truth.actors[0]).length, list.length);
  const source = ({ answer }: Scored) => answer.sources[0]?.actor;
  const cells: readonly (readonly [string, number, number, number])[] = [
    ["  n=20, overlap <= .6", 20, 0, 0.6],
    ["  n=50, overlap <= .9", 50, 0, 0.9],
    ["  n=100 and more, overlap <= .97", 100, 0, 0.97],
  ];
  const held = cases.filter(({ truth, answer }) =>
    [...answer.notDistinguishable, ...answer.sources.map(({ actor }) => actor)].includes(truth.actors[0]!),
  );
  const sizes = cases
    .map(({ answer }) => answer.notDistinguishable.length)
    .filter((size) => size > 0)
    .sort((a, b) => a - b);
  return [
    line("top-1, all cases of one actor", first(cases, source)),
    line(
      "  overlap count",
      first(cases, ({ baselines }) => baselines.overlap[0]),
    ),
    line(
      "  guilt model 2011",
      first(cases, ({ baselines }) => baselines.guilt[0]),
    ),
    line(
      "  likelihood without localities",
      first(cases, ({ baselines }) => baselines.likelihood[0]),
    ),
    line("top-1, random, noise <= .2, 5 columns or more", first(easy, source)),
    ...cells.map(([name, n, low, high]) =>
      line(
        name,
        first(
          easy.filter(
            ({ truth }) =>
              (n === 100 ? factor(truth, "n") >= 100 : factor(truth, "n") === n) &&
              factor(truth, "overlap") >= low &&
              factor(truth, "overlap") <= high,
          ),
          source,
        ),
      ),
    ),
    line(
      "set holds the true actor",
      `${percent(held.length, cases.length)}, median size of sets ${sizes[sizes.length >> 1] ?? "-"}`,
    ),
  ];
}

function isRight({ truth, answer }: Scored): boolean {
  if (truth.truth === "recycled") return answer.verdict === "RECYCLED";
  return elsewhere.has(truth.truth) ? !saysOurs(answer) && answer.verdict !== "RECYCLED" : saysOurs(answer);
}

const hasExclusive = ({ answer }: Scored): boolean =>
  answer.columns.some(({ role }) => ["idLast4", "lastOn", "dose1On", "dose2On", "batch", "facility"].includes(role));
const hitsOnly = ({ truth }: Scored): boolean => truth.factors["sampling"] === "hits" && truth.truth !== "live";

function oursLines(all: readonly Scored[]): string[] {
  const scored = all.filter((one) => hasExclusive(one) && !hitsOnly(one));
  const clear = scored.filter(({ truth }) => factor(truth, "n") >= 20 && factor(truth, "noise") <= 0.2);
  return [
    line("ours or not, n >= 20, noise <= .2", percent(clear.filter(isRight).length, clear.length)),
    line("ours or not, all", percent(scored.filter(isRight).length, scored.length)),
  ];
}

function datingLines(all: readonly Scored[]): string[] {
  const dated = all.filter(
    ({ truth, answer }) => ["whole", "export"].includes(truth.truth) && truth.asOf && answer.asOf,
  );
  const lines = (name: string, cases: readonly Scored[]) => {
    const errors = cases
      .map(({ truth, answer }) => Math.abs(Date.parse(answer.asOf!.median) - Date.parse(truth.asOf!)) / dayMs)
      .sort((a, b) => a - b);
    const covered = cases.filter(
      ({ truth, answer }) => answer.asOf!.low <= truth.asOf! && truth.asOf! <= answer.asOf!.high,
    ).length;
    return line(name, `median ${errors[errors.length >> 1] ?? "-"} days, covered ${percent(covered, cases.length)}`);
  };
  return [
    lines("dating, all", dated),
    lines(
      "dating, n = 100",
      dated.filter(({ truth }) => factor(truth, "n") === 100 && factor(truth, "columns") >= 5),
    ),
  ];
}

function mixtureLines(all: readonly Scored[]): string[] {
  const mixed = all.filter(({ truth }) => truth.truth === "mixture");
  const exact = (list: readonly Scored[]) =>
    percent(
      list.filter(
        ({ truth, answer }) =>
          answer.sources
            .map(({ actor }) => actor)
            .sort()
            .join() === [...truth.actors].sort().join(),
      ).length,
      list.length,
    );
  const clear = ({ truth }: Scored) => factor(truth, "noise") <= 0.2 && factor(truth, "columns") >= 5;
  const threeInSixty = mixed.filter(({ truth }) => truth.actors.length === 3 && factor(truth, "n") === 60);
  return [
    line("mixture, exact set", exact(mixed)),
    line("  3 sources, n=60", exact(threeInSixty)),
    line("  3 sources, n=60, noise <= .2, 5 columns", exact(threeInSixty.filter(clear))),
    line(
      "  n >= 50, noise <= .2, 5 columns or more",
      exact(mixed.filter((one) => clear(one) && factor(one.truth, "n") >= 50)),
    ),
  ];
}

/** Expected calibration error over ten bins, and the log-likelihood-ratio cost (Brümmer & du Preez 2006). */
function calibrationLines(all: readonly Scored[]): string[] {
  const scored = all
    .filter((one) => hasExclusive(one))
    .map(({ truth, answer }) => ({
      ours: !elsewhere.has(truth.truth),
      log10LR: Math.max(-6, Math.min(6, answer.ours.log10LR)),
    }));
  const bins = Array.from({ length: 10 }, () => ({ count: 0, sum: 0, hits: 0 }));
  for (const { ours, log10LR } of scored) {
    const p = 1 / (1 + 10 ** -log10LR);
    const bin = bins[Math.min(9, Math.floor(p * 10))]!;
    bin.count++;
    bin.sum += p;
    bin.hits += ours ? 1 : 0;
  }
  const ece =
    bins.reduce((sum, { sum: expected, hits }) => sum + Math.abs(expected - hits), 0) / Math.max(1, scored.length);
  const cost = (list: typeof scored, sign: number) =>
    list.reduce((sum, { log10LR }) => sum + Math.log2(1 + 10 ** (sign * log10LR)), 0) / Math.max(1, list.length);
  const cllr =
    (cost(
      scored.filter(({ ours }) => ours),
      -1,
    ) +
      cost(
        scored.filter(({ ours }) => !ours),
        1,
      )) /
    2;
  return [line("calibration of ours", `ECE ${ece.toFixed(3)}, Cllr ${cllr.toFixed(3)}`)];
}
