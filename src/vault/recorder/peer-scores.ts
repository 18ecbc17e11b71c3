// Who looked unusually, compared with peers: the same role at facilities that were about as busy. Counts in, reasons with
// numbers out; a reason is given when chance would do as much to one in a million. Pure.
// SPDX-License-Identifier: Apache-2.0

/** What one member of staff did on one day. */
export interface StaffDay {
  readonly actor: string;
  readonly role: string;
  readonly facility: string;
  readonly looks: number;
  readonly people: number;
  /** Of these people: those for whom nobody changed anything that day. */
  readonly idle: number;
  /** Of these looks: those between 22:00 and 06:00. */
  readonly night: number;
}
/** In closed words, as locales name them ("privacy.reason.<reason>"). */
export interface Reason {
  readonly reason: "many-people" | "nothing-done" | "at-night";
  readonly count: number;
  /** Out of how many. */
  readonly of: number;
  /** What is usual among peers: people a day, or per cent. */
  readonly usual: number;
}
export interface Unusual {
  readonly actor: string;
  readonly reasons: readonly Reason[];
}

const rare = 1e-6;
/** Fewer peers say nothing; then all of the role are. */
const leastPeers = 10;
/** How busy a facility was, by people seen there that day. */
const busyness = [20, 100, 300];

export function unusualOf(days: readonly StaffDay[]): Unusual[] {
  const seenAt = new Map<string, number>();
  for (const { facility, people } of days) seenAt.set(facility, Math.max(seenAt.get(facility) ?? 0, people));
  const sizeOf = (day: StaffDay): number => busyness.filter((limit) => seenAt.get(day.facility)! > limit).length;
  const byRole = Map.groupBy(days, ({ role }) => role);
  const byPeers = Map.groupBy(days, (day) => `${day.role} ${sizeOf(day)}`);
  return days.flatMap((day) => {
    const near = byPeers.get(`${day.role} ${sizeOf(day)}`)!.filter((one) => one !== day);
    const peers = near.length >= leastPeers ? near : byRole.get(day.role)!.filter((one) => one !== day);
    if (peers.length < leastPeers) return [];
    const reasons = reasonsOf(day, peers);
    return reasons.length > 0 ? [{ actor: day.actor, reasons }] : [];
  });
}

function reasonsOf(day: StaffDay, peers: readonly StaffDay[]): Reason[] {
  const reasons: Reason[] = [];
  const counts = peers.map(({ people }) => people);
  if (tailOfCounts(day.people, counts) < rare)
    reasons.push({ reason: "many-people", count: day.people, of: day.people, usual: median(counts) });
  const idle = rateOf(peers.map((one) => [one.idle, one.people]));
  if (tailOfShare(day.idle, day.people, idle) < rare)
    reasons.push({ reason: "nothing-done", count: day.idle, of: day.people, usual: Math.round(idle * 100) });
  const night = rateOf(peers.map((one) => [one.night, one.looks]));
  if (tailOfShare(day.night, day.looks, night) < rare)
    reasons.push({ reason: "at-night", count: day.night, of: day.looks, usual: Math.round(night * 100) });
  return reasons;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}

/** Never quite 0: what peers have not done yet may still be honest. */
function rateOf(pairs: readonly (readonly [number, number])[]): number {
  const [part, whole] = pairs.reduce(([a, b], [c, d]) => [a + c, b + d], [0, 0]);
  return (part + 1) / (whole + 20);
}

/**
 * P(X ≥ k) for counts like these: negative binomial by moments, at least as wide as Poisson. The largest tenth of the
 * peers is left out, or two who do the same would hide each other; what is left is widened for it.
 */
export function tailOfCounts(k: number, counts: readonly number[]): number {
  const kept = counts.toSorted((a, b) => a - b).slice(0, Math.ceil(counts.length * 0.9));
  const mean = Math.max(1, kept.reduce((sum, one) => sum + one, 0) / kept.length);
  const spread = kept.reduce((sum, one) => sum + (one - mean) ** 2, 0) / kept.length;
  const variance = Math.max(mean * 1.5, spread * 2);
  // Negative binomial with size r and success probability p = mean/variance.
  const p = mean / variance;
  const r = (mean * p) / (1 - p);
  let term = r * Math.log(p);
  let below = 0;
  for (let x = 0; x < k; x++) {
    below += Math.exp(term);
    term += Math.log((r + x) / (x + 1)) + Math.log(1 - p);
  }
  return k > mean ? Math.max(0, 1 - below) : 1;
}

/** P(X ≥ k) of n at a rate: the bound of Chernoff, which never says too little. */
export function tailOfShare(k: number, n: number, rate: number): number {
  if (n === 0 || k / n <= rate) return 1;
  const q = k / n;
  const divergence = q * Math.log(q / rate) + (q === 1 ? 0 : (1 - q) * Math.log((1 - q) / (1 - rate)));
  return Math.exp(-n * divergence);
}
