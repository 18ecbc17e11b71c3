// The few formulas of statistics that the inquiry stands on.
// SPDX-License-Identifier: Apache-2.0

/** log Σ exp, without overflow. */
export function logSum(values: readonly number[]): number {
  const most = Math.max(...values);
  return most === Number.NEGATIVE_INFINITY
    ? most
    : most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
}

/** Exact binomial bounds of a share, 95 % (Clopper & Pearson 1934), by bisection of the tail. */
export function shareInterval(k: number, n: number): [number, number] {
  if (n === 0) return [0, 1];
  const low = k === 0 ? 0 : bisect((p) => tail(k, n, p) < 0.025);
  const high = k === n ? 1 : bisect((p) => 1 - tail(k + 1, n, p) > 0.025);
  return [low, high];
}

function bisect(isBelow: (p: number) => boolean): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if (isBelow(middle)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(X ≥ k) for X ~ Bin(n, p). */
function tail(k: number, n: number, p: number): number {
  if (p <= 0) return k <= 0 ? 1 : 0;
  let sum = 0;
  for (let i = k; i <= n; i++) sum += Math.exp(logChoose(n, i) + i * Math.log(p) + (n - i) * Math.log1p(-p));
  return Math.min(1, sum);
}

const logFactorials = [0, 0];
function logFactorial(n: number): number {
  for (let i = logFactorials.length; i <= n; i++) logFactorials.push(logFactorials[i - 1]! + Math.log(i));
  return logFactorials[n]!;
}
const logChoose = (n: number, k: number): number => logFactorial(n) - logFactorial(k) - logFactorial(n - k);

/** Shares that components have in rows, by expectation and maximisation (Dempster, Laird & Rubin 1977): concave. */
export function mixtureOf(components: readonly Float64Array[]): {
  shares: number[];
  logLikelihood: number;
  densities: Float64Array;
} {
  const n = components[0]!.length;
  let shares = components.map(() => 1 / components.length);
  let logLikelihood = Number.NEGATIVE_INFINITY;
  const densities = new Float64Array(n);
  for (let round = 0; round < 60; round++) {
    const next = components.map(() => 0);
    let sum = 0;
    for (let r = 0; r < n; r++) {
      let total = 0;
      for (let c = 0; c < components.length; c++) total += shares[c]! * components[c]![r]!;
      densities[r] = total;
      sum += Math.log(total);
      for (let c = 0; c < components.length; c++) next[c]! += (shares[c]! * components[c]![r]!) / total;
    }
    const gain = sum - logLikelihood;
    logLikelihood = sum;
    if (gain < 0.01 || components.length === 1) break;
    shares = next.map((weight) => weight / n);
  }
  return { shares, logLikelihood, densities };
}

/** The log likelihood of one component beside a constant 1, at the best share: one number, found by Newton's steps. */
export function twoSharesOf(component: Float64Array): number {
  const inside = component.filter((p) => p > 0);
  const outside = component.length - inside.length;
  const logAt = (share: number) =>
    inside.reduce((sum, p) => sum + Math.log1p(share * (p - 1)), outside * Math.log1p(-share));
  let share = Math.min(0.999, Math.max(0.001, inside.length / component.length));
  for (let round = 0; round < 20; round++) {
    let [slope, bend] = [-outside / (1 - share), -outside / (1 - share) ** 2];
    for (const p of inside) {
      const term = (p - 1) / (1 + share * (p - 1));
      slope += term;
      bend -= term * term;
    }
    const next = Math.min(0.9999, Math.max(0, bend === 0 ? share : share - slope / bend));
    if (Math.abs(next - share) < 1e-5) break;
    share = next;
  }
  return logAt(share);
}
