// Plans a session: make a draft, change it, publish it. A published session is no longer changed, since people
// have booked by it; it is held or cancelled.
// SPDX-License-Identifier: Apache-2.0
import { dateInIndia } from "../../platform/clock.js";
import { done, invalid, type Outcome, refused } from "../../platform/errors.js";
import { isUuid } from "../../platform/random.js";
import type { Deps } from "../disclosure/index.js";
import { type FacilityView, facilityOfAdmin, type ManageRefusal } from "../facilities/index.js";
import type { Staff, StaffActor } from "../staff/index.js";
import { currentProgramme } from "../vaccines/index.js";
import type { SessionCode } from "./errors.js";
import { readPlan } from "./rules.js";
import { findSession } from "./search-sessions.js";
import * as store from "./store.js";
import type { SessionInput, SessionPlan, SessionView } from "./types.js";

type SessionDeps = Pick<Deps, "db" | "clock">;
export type SessionRefusal = SessionCode | ManageRefusal | "FACILITY_CLOSED" | "INPUT_INVALID";
type Change = Outcome<{ sessionId: string }, SessionRefusal>;

/** The products that sessions can be held with: those of the programme's rule file. */
export function sessionProducts(): readonly string[] {
  return [...currentProgramme().products.keys()];
}

function planFor(
  deps: SessionDeps,
  facility: FacilityView,
  input: SessionInput,
): Outcome<SessionPlan, "INPUT_INVALID"> {
  const { plan, problems } = readPlan(input, {
    today: dateInIndia(deps.clock()),
    products: sessionProducts(),
    feeType: facility.feeType,
  });
  return problems.length > 0 ? invalid(problems) : done(plan);
}

/** `sessionId` is made with the form: a form sent twice makes one draft. */
export async function createSession(
  deps: SessionDeps,
  actor: StaffActor,
  input: SessionInput & { sessionId: string; facilityId: string },
): Promise<Change> {
  const found = await facilityOfAdmin(deps, actor, input.facilityId);
  if (!found.ok) return found;
  const { staff, facility } = found.value;
  if (!facility.isActive) return refused("FACILITY_CLOSED");
  if (!isUuid(input.sessionId)) return refused("SESSION_NOT_FOUND");
  const plan = planFor(deps, facility, input);
  if (!plan.ok) return plan;
  await store.insertSession(deps.db, input, plan.value, staff.staffId, deps.clock());
  return done({ sessionId: input.sessionId });
}

/** The session and the admin who may manage it. */
export async function sessionOfAdmin(
  deps: SessionDeps,
  actor: StaffActor,
  sessionId: string,
): Promise<Outcome<{ staff: Staff; session: SessionView }, SessionRefusal>> {
  const session = await findSession(deps, sessionId);
  if (!session) return refused("SESSION_NOT_FOUND");
  const found = await facilityOfAdmin(deps, actor, session.facility.facilityId);
  if (!found.ok)
    return found.code === "FACILITY_OUTSIDE_JURISDICTION" ? refused("SESSION_OUTSIDE_JURISDICTION") : found;
  return done({ staff: found.value.staff, session });
}

export async function changeSession(
  deps: SessionDeps,
  actor: StaffActor,
  input: SessionInput & { sessionId: string },
): Promise<Change> {
  const found = await sessionOfAdmin(deps, actor, input.sessionId);
  if (!found.ok) return found;
  const { session } = found.value;
  if (session.status !== "draft") return refused("SESSION_NOT_DRAFT");
  const plan = planFor(deps, session.facility, input);
  if (!plan.ok) return plan;
  const key = { sessionId: session.sessionId, facilityId: session.facility.facilityId };
  const isDraft = await deps.db.transaction((tx) => store.replaceDraft(tx, key, plan.value));
  return isDraft ? done({ sessionId: session.sessionId }) : refused("SESSION_NOT_DRAFT");
}

/** Publishing twice is publishing once. */
export async function publishSession(
  deps: SessionDeps,
  actor: StaffActor,
  input: { sessionId: string },
): Promise<Change> {
  const found = await sessionOfAdmin(deps, actor, input.sessionId);
  if (!found.ok) return found;
  const { session } = found.value;
  if (session.status === "cancelled") return refused("SESSION_ALREADY_CANCELLED");
  if (!session.facility.isActive) return refused("FACILITY_CLOSED");
  if (session.heldOn < dateInIndia(deps.clock())) return refused("SESSION_IS_OVER");
  await store.markPublished(deps.db, session.sessionId, deps.clock());
  return done({ sessionId: session.sessionId });
}
