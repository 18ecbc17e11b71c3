// Telling a person of looks at their record: on their page in full, by a message that names no place and nothing of
// health, since a number may have gone to somebody else.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable, Tx } from "../../platform/db/db.js";
import { enqueue } from "../../platform/jobs/enqueue.js";
import { uuidv7 } from "../../platform/random.js";
import * as store from "./store.js";
import type { AccessNotice, NoticeKind } from "./types.js";

export interface NewNotice {
  readonly beneficiaryId: string;
  readonly kind: NoticeKind;
  /** Who it was; shown on the person's page only. */
  readonly organisation: string | null;
  readonly now: Date;
}

/** In the transaction of what is told. */
export async function tellOfAccess(tx: Tx, { beneficiaryId, kind, organisation, now }: NewNotice): Promise<void> {
  const noticeId = uuidv7(now.getTime());
  await store.insertNotice(tx, { beneficiaryId, kind, organisation, now, noticeId });
  await enqueue(tx, "send-notice", { beneficiaryId, template: kind, values: {}, cause: { noticeId } });
}

const shownDays = 90;

/** Newest first, of the last 90 days. The caller has made sure that these people are the reader's own. */
export async function listAccessNotices(
  deps: { readonly db: Queryable; readonly clock: () => Date },
  beneficiaryIds: readonly string[],
): Promise<AccessNotice[]> {
  const since = new Date(deps.clock().getTime() - shownDays * 86_400_000);
  return beneficiaryIds.length === 0 ? [] : store.notices(deps.db, beneficiaryIds, since);
}
