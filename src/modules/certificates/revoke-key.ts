// A certificate key was stolen: it signs nothing from now on, verifiers refuse all that it ever signed, and everybody who
// holds such a certificate gets a new one. Asked for again, it goes on where it was.
// SPDX-License-Identifier: Apache-2.0
import { enqueue } from "../../platform/jobs/enqueue.js";
import { uuidv7 } from "../../platform/random.js";
import type { Deps, RevokedKey } from "../disclosure/index.js";
import * as store from "./reissue-store.js";

export type { Reissue } from "./reissue-store.js";

/**
 * All of the keys end before the first certificate is made anew, so that nobody gets one twice. Undefined, and nothing
 * done, when one of them is not ours.
 */
export async function revokeCertificateKeys(
  deps: Deps,
  keyIds: readonly string[],
): Promise<readonly store.Reissue[] | undefined> {
  const ours = new Set((await deps.gate.certificateKeys()).map(({ keyId }) => keyId));
  if (!keyIds.every((keyId) => ours.has(keyId))) return undefined;
  const revoked: [string, RevokedKey][] = [];
  for (const keyId of keyIds) revoked.push([keyId, (await deps.gate.keys.revokeCertificateKey(keyId))!]);
  await deps.db.transaction(async (tx) => {
    for (const [keyId, key] of revoked) await store.beginReissue(tx, { reissueId: uuidv7(), keyId, ...key });
    await enqueue(tx, "reissue-certificates", {}, "reissue-certificates");
  });
  return (await store.listReissues(deps.db)).filter(({ keyId }) => keyIds.includes(keyId));
}

/** How far each is, that of the earliest theft first. */
export async function listReissues({ db }: Pick<Deps, "db">): Promise<store.Reissue[]> {
  return store.listReissues(db);
}
