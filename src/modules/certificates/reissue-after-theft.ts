// After a stolen key: some of the people whose certificates it signed get new ones, each in a transaction of their own that
// also says how far the work is. Whoever calls again goes on behind the last person.
// SPDX-License-Identifier: Apache-2.0
import { enqueue } from "../../platform/jobs/enqueue.js";
import type { Deps } from "../disclosure/index.js";
import { type PreparedReissue, prepareReissue, writeReissue } from "./reissue-certificates.js";
import { endReissue, findUndone, nextHolders, noteReissued } from "./reissue-store.js";
import { revokeStolen } from "./store.js";

const peopleAtOnce = 20;
const triesEach = 3;

/** "more" when there may be people left. Throws what can succeed later. Of several keys, one after the other. */
export async function reissueSome(deps: Deps): Promise<"more" | "done"> {
  const reissueId = await findUndone(deps.db);
  if (reissueId === undefined) return "done";
  const people = await nextHolders(deps.db, reissueId, peopleAtOnce);
  for (const beneficiaryId of people) await reissueOne(deps, reissueId, beneficiaryId);
  if (people.length === 0) await endReissue(deps.db, reissueId, deps.clock());
  return "more";
}

async function reissueOne(deps: Deps, reissueId: string, beneficiaryId: string): Promise<void> {
  for (let tries = 0; tries < triesEach; tries++) {
    const explanation = { kind: "key-revoked", reissueId } as const;
    const prepared = await prepareReissue(deps, { beneficiaryId, explanation });
    if (!prepared.ok) {
      if (prepared.code !== "DISCLOSURE_NOT_ALLOWED" && prepared.code !== "CERTIFICATE_DOSE_NOT_VALID")
        throw new Error(prepared.code);
      return leaveOut(deps, reissueId, beneficiaryId);
    }
    if (await putInForce(deps, reissueId, prepared.value)) return;
  }
  throw new RecordChanged();
}

/** False, and nothing written, when the record changed since the certificates were made. */
async function putInForce(deps: Deps, reissueId: string, prepared: PreparedReissue): Promise<boolean> {
  const { beneficiaryId } = prepared;
  try {
    await deps.db.transaction(async (tx) => {
      if (!(await writeReissue(tx, prepared, deps.clock()))) throw new RecordChanged();
      const notice = { beneficiaryId, template: "certificate-reissued", values: {}, cause: { reissueId } };
      await enqueue(tx, "send-notice", notice);
      await noteReissued(tx, reissueId, beneficiaryId, { isReissued: true });
    });
    return true;
  } catch (error) {
    if (error instanceof RecordChanged) return false;
    throw error;
  }
}
class RecordChanged extends Error {}

/** Nothing supports a new certificate: the person is being erased, or all doses were entered in error. */
async function leaveOut(deps: Deps, reissueId: string, beneficiaryId: string): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const wereRevoked = await revokeStolen(tx, beneficiaryId, reissueId, deps.clock());
    // A correction came first: the person has new ones already.
    if (wereRevoked) await noteReissued(tx, reissueId, beneficiaryId, { isReissued: false });
  });
}
