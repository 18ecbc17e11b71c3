// A certificate key was stolen: it signs nothing from now on, verifiers refuse all that it ever signed, and everybody who
// holds such a certificate gets a new one. Asked for again, it goes on where it was.
// SPDX-License-Identifier: Apache-2.0
import { enqueue } from "../../platform/jobs/enqueue.js";
import { uuidv7 } from "../../platform/random.js";
import type { Deps } from "../disclosure/index.js";
import * as store from "./reissue-store.js";

export type { Reissue } from "./reissue-store.js";

/** Undefined for a key that is not ours. */
export async function revokeCertificateKey(deps: Deps, keyId: string): Promise<store.Reissue | undefined> {
  const revoked = await deps.gate.keys.revokeCertificateKey(keyId);
  if (!revoked) return undefined;
  return deps.db.transaction(async (tx) => {
    const { reissueId } = await store.beginReissue(tx, { reissueId: uuidv7(), keyId, ...revoked });
    await enqueue(tx, "reissue-certificates", { reissueId }, `reissue-${reissueId}`);
    return (await store.findReissue(tx, reissueId))!;
  });
}

/** How far each is, that of the earliest theft first. */
export async function listReissues({ db }: Pick<Deps, "db">): Promise<store.Reissue[]> {
  return store.listReissues(db);
}
