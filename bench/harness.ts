// Benchmarks: our path and its ceiling in turn, on the same machine, in the same run, several rounds; medians, ratio
// and spread. Never part of the tests.
// SPDX-License-Identifier: Apache-2.0
import { loadavg } from "node:os";
import { processorSeconds } from "./processor.js";

/** Does the work for `seconds` and says how many a second. */
export type Measured = (seconds: number) => Promise<number>;

export interface Comparison {
  readonly name: string;
  readonly unit: string;
  /** What is compared with what, for the reader. */
  readonly what: string;
  /** The ratio that the project holds itself to, where it has set one. */
  readonly target?: number;
  readonly ours: Measured;
  readonly ceiling: Measured;
}
export interface Result {
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  readonly ceiling: number;
  readonly ratio: number;
  readonly target?: number;
  readonly rounds: number;
  /** (largest − smallest) ÷ median of the rounds' ratios. */
  readonly spread: number;
  /** Processor time of one, in microseconds, of all processes together; where the system tells. */
  readonly processor?: { readonly ours: number; readonly ceiling: number };
  /** Processes that wanted the machine besides us, when it began. */
  readonly busy: number;
}

/** A figure that has no ceiling beside it. */
export interface Fact {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}
export type Tell = (fact: Fact) => void;

export interface Benchmark {
  readonly name: string;
  readonly what: string;
  /** Sets up what it needs, compares, and puts everything away. */
  run(compare: (comparison: Comparison) => Promise<void>, tell: Tell): Promise<void>;
}

export interface Pace {
  readonly rounds: number;
  readonly seconds: number;
}
export const fullPace: Pace = { rounds: 5, seconds: 4 };
export const quickPace: Pace = { rounds: 3, seconds: 1 };

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

export async function compareInTurn(comparison: Comparison, { rounds, seconds }: Pace): Promise<Result> {
  const { name, unit } = comparison;
  const busy = loadavg()[0]!;
  await comparison.ours(seconds / 2);
  await comparison.ceiling(seconds / 2);
  const ours: Round[] = [];
  const ceiling: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await roundOf(comparison.ours, seconds));
    ceiling.push(await roundOf(comparison.ceiling, seconds));
  }
  const ratios = ours.map(({ rate }, round) => rate / ceiling[round]!.rate);
  const ratio = median(ratios);
  const spread = (Math.max(...ratios) - Math.min(...ratios)) / ratio;
  const target = comparison.target === undefined ? {} : { target: comparison.target };
  const rates = { ours: median(ours.map(({ rate }) => rate)), ceiling: median(ceiling.map(({ rate }) => rate)) };
  const used = { ours: processorOf(ours), ceiling: processorOf(ceiling) };
  const processor = used.ours && used.ceiling ? { processor: { ours: used.ours, ceiling: used.ceiling } } : {};
  return { name, unit, ...rates, ratio, ...target, rounds, spread, ...processor, busy };
}

interface Round {
  /** How many a second. */
  readonly rate: number;
  readonly microseconds: number | undefined;
}

async function roundOf(measured: Measured, seconds: number): Promise<Round> {
  const [usedBefore, begun] = [processorSeconds(), performance.now()];
  const rate = await measured(seconds);
  const done = (rate * (performance.now() - begun)) / 1_000;
  const used = processorSeconds();
  const isKnown = used !== undefined && usedBefore !== undefined;
  return { rate, microseconds: isKnown ? ((used - usedBefore) * 1e6) / done : undefined };
}

function processorOf(rounds: readonly Round[]): number | undefined {
  const known = rounds.flatMap(({ microseconds }) => microseconds ?? []);
  return known.length > 0 ? median(known) : undefined;
}

/** Keeps `inFlight` calls going for the time, and counts those that ended in it. */
export function inParallel(inFlight: number, call: () => Promise<unknown>): Measured {
  return async (seconds) => {
    const begun = performance.now();
    const end = begun + seconds * 1_000;
    let done = 0;
    const worker = async () => {
      while (performance.now() < end) {
        await call();
        done++;
      }
    };
    await Promise.all(Array.from({ length: inFlight }, worker));
    return (done * 1_000) / (performance.now() - begun);
  };
}

/** Makes so many calls. */
export async function inTotal(calls: number, inFlight: number, call: () => Promise<unknown>): Promise<void> {
  let begun = 0;
  const worker = async () => {
    while (begun++ < calls) await call();
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
}

/** Calls without waiting for anything, a hundred between two looks at the clock. */
export function inSequence(call: () => unknown): Measured {
  return async (seconds) => {
    const begun = performance.now();
    const end = begun + seconds * 1_000;
    let done = 0;
    while (performance.now() < end) {
      for (let n = 0; n < 100; n++) call();
      done += 100;
    }
    return (done * 1_000) / (performance.now() - begun);
  };
}
