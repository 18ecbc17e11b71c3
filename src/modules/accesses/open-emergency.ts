// Opens the record of an emergency for the one who asked, and lets a second person of the site confirm or deny it.
// How long it stays open the recorder decides; the second person sees nothing of the record.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome, refused } from "../../platform/errors.js";
import { isUuid } from "../../platform/random.js";
import type { Deps, GateError } from "../disclosure/index.js";
import type { StaffActor } from "../staff/index.js";
import { minutesForASecond } from "./rules.js";
import { siteOf } from "./site.js";
import * as store from "./store.js";
import type { Emergency, OpenedEmergency } from "./types.js";

type SiteError = "NOT_SIGNED_IN" | "NOT_ALLOWED";

export async function openEmergency(
  deps: Deps,
  actor: StaffActor,
  grantId: string,
): Promise<Outcome<OpenedEmergency, SiteError | GateError | "EMERGENCY_NOT_FOUND">> {
  const site = await siteOf(deps, actor);
  if (!site.ok) return site;
  const emergency = isUuid(grantId) ? await store.findEmergency(deps.db, grantId, deps.clock()) : undefined;
  if (!emergency) return refused("EMERGENCY_NOT_FOUND");
  const { beneficiaryId } = emergency;
  const opened = await deps.gate.disclose({
    actor,
    purpose: "break-glass",
    explanation: { kind: "break-glass", grantId },
    subjects: [beneficiaryId],
    fields: ["name", "birthYear", "gender", "doses", "aefi"],
  });
  if (!opened.ok) return opened;
  const person = opened.value.get(beneficiaryId);
  return person ? done({ ...emergency, person }) : refused("EMERGENCY_NOT_FOUND");
}

/** Emergencies of the site that wait for a second person: those of others, of the last 15 minutes. */
export async function listEmergencies(deps: Deps, actor: StaffActor): Promise<Outcome<Emergency[], SiteError>> {
  const site = await siteOf(deps, actor);
  if (!site.ok) return site;
  return done(await store.waitingAt(deps.db, site.value, deps.clock(), minutesForASecond));
}

export async function answerEmergency(
  deps: Deps,
  actor: StaffActor,
  { grantId, answer }: { grantId: string; answer: string },
): Promise<Outcome<undefined, SiteError | "EMERGENCY_OVER">> {
  const site = await siteOf(deps, actor);
  if (!site.ok) return site;
  const known = (["confirmed", "denied"] as const).find((one) => one === answer);
  const isAnswered =
    known !== undefined &&
    isUuid(grantId) &&
    (await store.answer(deps.db, { grantId, answer: known, ...site.value, now: deps.clock() }, minutesForASecond));
  return isAnswered ? done(undefined) : refused("EMERGENCY_OVER");
}
