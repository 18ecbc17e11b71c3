// The lists of revoked certificates, signed by the vault, as verifiers download them. There may be thousands: a list is
// signed when somebody asks for it, and again only when it changed, its key did, or a day has passed. Whether something
// changed is looked up once a minute at most.
// SPDX-License-Identifier: Apache-2.0
import { issuerNames, keyThumbprint } from "../../lib/certificate/index.js";
import { nodePrimitives } from "../../lib/certificate/node-primitives.js";
import type { Deps, SignedStatusList } from "../disclosure/index.js";
import { type KeySource, signingKeys } from "./published-keys.js";
import { changedStatusLists, lastStatusList, revokedPlaces } from "./store.js";

const primitives = nodePrimitives();

export interface PublishedStatusList extends SignedStatusList {
  readonly list: number;
}
/** Lists are numbered from 1. */
export interface StatusLists {
  one(list: number): Promise<PublishedStatusList | undefined>;
  all(): Promise<readonly PublishedStatusList[]>;
  /** What is revoked in all of them. */
  revoked(): Promise<readonly { readonly list: number; readonly place: number }[]>;
}

const lookAgainMs = 60_000;
/** A revocation is seen when it is committed, which may be after the time that it says. */
const lateMs = 5 * 60_000;
/** A list counts for a week (src/vault/opener/status-list.ts). */
const signAgainMs = 86_400_000;
const mostHeld = 2_000;

interface Held {
  readonly signed: Promise<PublishedStatusList>;
  readonly at: number;
}

export function statusListsOf({
  db,
  gate,
  clock,
  origin,
}: Pick<Deps, "db" | "gate" | "clock" | "origin">): StatusLists {
  const names = issuerNames(origin);
  const held = new Map<number, Held>();
  let looked: { readonly last: Promise<number>; readonly at: number } | undefined;
  let signers = "";

  /** The number of the last list, after what is no longer true was forgotten. */
  function look(): Promise<number> {
    const now = clock().getTime();
    if (!looked || Math.abs(now - looked.at) > lookAgainMs) {
      looked = { last: forgetOld(now, looked?.at ?? now), at: now };
      looked.last.catch(() => {
        looked = undefined;
      });
    }
    return looked.last;
  }

  async function forgetOld(now: number, lookedAt: number): Promise<number> {
    const since = new Date(Math.min(lookedAt, now) - lateMs);
    const [last, changed, { ES256, EdDSA }] = await Promise.all([
      lastStatusList(db),
      changedStatusLists(db, since),
      signingKeys({ gate, clock }),
    ]);
    const nowSigning = `${ES256.keyId} ${EdDSA.keyId}`;
    if (nowSigning !== signers) held.clear();
    signers = nowSigning;
    for (const { list, revoked } of changed)
      if ((await held.get(list)?.signed)?.revoked.length !== revoked) held.delete(list);
    for (const [list, { at }] of held) if (Math.abs(now - at) > signAgainMs) held.delete(list);
    return last;
  }

  function signed(list: number): Promise<PublishedStatusList> {
    const known = held.get(list) ?? { signed: sign(list), at: clock().getTime() };
    held.delete(list);
    held.set(list, known);
    const [oldest] = held.keys();
    if (held.size > mostHeld && oldest !== undefined) held.delete(oldest);
    known.signed.catch(() => held.delete(list));
    return known.signed;
  }
  const sign = async (list: number): Promise<PublishedStatusList> => ({
    list,
    ...(await gate.statusList({ list, issuerUrl: names.url, issuerDid: names.did })),
  });

  return {
    async one(list) {
      const last = await look();
      return Number.isInteger(list) && list >= 1 && list <= last ? signed(list) : undefined;
    },
    async all() {
      const lists: PublishedStatusList[] = [];
      for (let list = 1, last = await look(); list <= last; list++) lists.push(await signed(list));
      return lists;
    },
    revoked: () => revokedPlaces(db),
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
  const rids = (await statusLists.revoked()).map(({ list, place }) => `${list}-${place}`);
  return { kid, method: "rid", ctr: rids.length + 1, rids };
}
