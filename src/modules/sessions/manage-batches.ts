// Stock of a facility: taken in, listed, withdrawn. A withdrawn batch is never used again.
// SPDX-License-Identifier: Apache-2.0
import { dateInIndia, type IsoDate } from "../../platform/clock.js";
import { done, invalid, type Outcome, refused } from "../../platform/errors.js";
import { isUuid } from "../../platform/random.js";
import type { Deps } from "../disclosure/index.js";
import { facilityOfAdmin } from "../facilities/index.js";
import type { StaffActor } from "../staff/index.js";
import * as store from "./batch-store.js";
import { type SessionRefusal, sessionProducts } from "./plan-session.js";
import { batchState, checkBatch } from "./rules.js";
import type { BatchInput, BatchView } from "./types.js";

type BatchDeps = Pick<Deps, "db" | "clock">;
type Change = Outcome<{ batchId: string }, SessionRefusal>;

export function withState<Row extends Omit<BatchView, "state">>(
  row: Row,
  today: IsoDate,
): Row & { state: BatchView["state"] } {
  return { ...row, state: batchState(row, today) };
}

/** Everything that a facility has or had, what can be used first. For the facility's own staff; holds nothing personal. */
export async function listBatches(deps: BatchDeps, facilityId: string): Promise<BatchView[]> {
  const today = dateInIndia(deps.clock());
  return (await store.selectBatches(deps.db, facilityId)).map((row) => withState(row, today));
}

/** `batchId` is made with the form: a form sent twice takes the batch in once. */
export async function addBatch(
  deps: BatchDeps,
  actor: StaffActor,
  input: BatchInput & { batchId: string; facilityId: string },
): Promise<Change> {
  const found = await facilityOfAdmin(deps, actor, input.facilityId);
  if (!found.ok) return found;
  if (!found.value.facility.isActive) return refused("FACILITY_CLOSED");
  if (!isUuid(input.batchId)) return refused("BATCH_NOT_FOUND");
  const at = deps.clock();
  const problems = checkBatch(input, { today: dateInIndia(at), products: sessionProducts() });
  if (problems.length > 0) return invalid(problems);
  const { batchId, facilityId, product, lotNumber, expiresOn } = input;
  const added = await store.insertBatch(deps.db, {
    batchId,
    facilityId,
    product,
    lotNumber,
    expiresOn,
    doses: Number(input.dosesReceived),
    at,
  });
  return added === "exists" ? invalid([{ field: "lotNumber", code: "BATCH_EXISTS" }]) : done({ batchId });
}

export async function withdrawBatch(
  deps: BatchDeps,
  actor: StaffActor,
  input: { batchId: string; facilityId: string },
): Promise<Change> {
  const found = await facilityOfAdmin(deps, actor, input.facilityId);
  if (!found.ok) return found;
  if (!isUuid(input.batchId)) return refused("BATCH_NOT_FOUND");
  const withdrawn = await store.markWithdrawn(deps.db, input.facilityId, input.batchId, deps.clock());
  return withdrawn ? done({ batchId: input.batchId }) : refused("BATCH_NOT_FOUND");
}
