// The lists of revoked certificates, signed by the vault, as verifiers download them. Signed anew once a minute at most:
// whoever asks gets what the last signing gave.
// SPDX-License-Identifier: Apache-2.0
import { issuerNames, keyThumbprint } from "../../lib/certificate/index.js";
import { nodePrimitives } from "../../lib/certificate/node-primitives.js";
import type { Deps, SignedStatusList } from "../disclosure/index.js";
import type { KeySource } from "./published-keys.js";
import { lastStatusList } from "./store.js";

const primitives = nodePrimitives();

export interface PublishedStatusList extends SignedStatusList {
  readonly list: number;
}
/** All lists, from number 1 on. */
export type StatusLists = () => Promise<readonly PublishedStatusList[]>;

const freshMs = 60_000;

export function statusListsOf({
  db,
  gate,
  clock,
  origin,
}: Pick<Deps, "db" | "gate" | "clock" | "origin">): StatusLists {
  const names = issuerNames(origin);
  let known: { readonly lists: Promise<readonly PublishedStatusList[]>; readonly at: number } | undefined;
  async function signed(): Promise<readonly PublishedStatusList[]> {
    const lists: PublishedStatusList[] = [];
    for (let list = 1, last = await lastStatusList(db); list <= last; list++)
      lists.push({ list, ...(await gate.statusList({ list, issuerUrl: names.url, issuerDid: names.did })) });
    return lists;
  }
  return () => {
    const now = clock().getTime();
    if (!known || Math.abs(now - known.at) > freshMs) {
      known = { lists: signed(), at: now };
      known.lists.catch(() => {
        known = undefined;
      });
    }
    return known.lists;
  };
}

/**
 * The revoked SMART Health Cards of a key, as their specification wants them (unsigned; our own cards name a signed list
 * besides). Undefined for a key that is not ours.
 */
export async function revokedCards(
  { gate, statusLists }: Pick<KeySource, "gate"> & { readonly statusLists: StatusLists },
  kid: string,
): Promise<object | undefined> {
  const keys = (await gate.certificateKeys()).filter(({ algorithm }) => algorithm === "ES256");
  const names = await Promise.all(keys.map((key) => keyThumbprint(key, primitives)));
  if (!names.includes(kid)) return undefined;
  const rids = (await statusLists()).flatMap(({ list, revoked }) => revoked.map((place) => `${list}-${place}`));
  return { kid, method: "rid", ctr: rids.length + 1, rids };
}
