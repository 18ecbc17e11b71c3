// Limits that hold across processes: counters in the database under keyed hashes, one statement a request.
// Who is counted (a number, an address, a device) never stands in the table, only a hash that needs our key.
// SPDX-License-Identifier: Apache-2.0
import { isIPv6 } from "node:net";
import type { Queryable } from "../db/db.js";
import type { Macs } from "../macs.js";

export interface Limit {
  /** What is limited, for instance "otp-by-address". */
  readonly name: string;
  /** Who is counted. */
  readonly who: string;
  readonly windowSeconds: number;
  readonly most: number;
}

export interface LimitDeps {
  readonly db: Queryable;
  readonly macs: Macs;
  readonly clock: () => Date;
}

/** Takes one use of each limit, or none if one is used up. Answers the seconds to wait; 0 means go on. */
export async function takeLimits(deps: LimitDeps, limits: readonly Limit[]): Promise<number> {
  const [row] = await deps.db.rows<{ wait: number }>(
    "SELECT registry.take_limits($1, $2::bytea[], $3::int[], $4::int[]) AS wait",
    [
      deps.clock(),
      limits.map(({ name, who }) => deps.macs.mac("limit", name, who)),
      limits.map(({ windowSeconds }) => windowSeconds),
      limits.map(({ most }) => most),
    ],
  );
  return row!.wait;
}

/** How many more uses a limit has now; takes none. */
export async function usesLeft(deps: LimitDeps, { name, who, windowSeconds, most }: Limit): Promise<number> {
  const [row] = await deps.db.rows<{ left: number }>('SELECT registry.uses_left($1, $2, $3, $4) AS "left"', [
    deps.clock(),
    deps.macs.mac("limit", name, who),
    windowSeconds,
    most,
  ]);
  return row!.left;
}

/** Gives one use back that was taken before it could be known whether it counts. */
export async function giveBack(deps: LimitDeps, { name, who }: Limit): Promise<void> {
  await deps.db.rows("UPDATE registry.rate_limits SET used = used - 1 WHERE key = $1 AND used > 0", [
    deps.macs.mac("limit", name, who),
  ]);
}

/** The part of an address that stands for one subscriber: a whole IPv4 address, the first 64 bits of an IPv6 one. */
export function subscriberOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped) return mapped[1]!;
  if (!isIPv6(address)) return address;
  const [head = "", tail] = address.split("%")[0]!.split("::");
  const left = head ? head.split(":") : [];
  const right = tail ? tail.split(":") : [];
  const groups =
    tail === undefined
      ? left
      : [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0"), ...right];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":");
}
