// What privacy officers look at, and what they decide. A decision is in the disclosure log before it stands here, and
// nobody decides on what they did themselves.
// SPDX-License-Identifier: Apache-2.0
import { done, invalid, type Outcome, refused } from "../../platform/errors.js";
import { isUuid } from "../../platform/random.js";
import type { Deps, GateError } from "../disclosure/index.js";
import { findSignInOfActor, type StaffActor } from "../staff/index.js";
import * as store from "./store.js";
import type { AccessMonth, Emergency, Finding } from "./types.js";

type OfficerError = "NOT_SIGNED_IN" | "NOT_ALLOWED";

export interface FindingsPage {
  readonly findings: readonly Finding[];
  readonly more: boolean;
  /** How many wait for a decision, of all. */
  readonly waiting: number;
  readonly month: AccessMonth;
}
const pageSize = 50;

async function privacyOfficer(deps: Deps, actor: StaffActor): Promise<Outcome<undefined, OfficerError>> {
  const signIn = await findSignInOfActor(deps, actor);
  if (!signIn) return refused("NOT_SIGNED_IN");
  return signIn.staff.role === "privacy-officer" ? done(undefined) : refused("NOT_ALLOWED");
}

export async function listFindings(
  deps: Deps,
  actor: StaffActor,
  { isDecided, skip }: { isDecided: boolean; skip: number },
): Promise<Outcome<FindingsPage, OfficerError>> {
  const officer = await privacyOfficer(deps, actor);
  if (!officer.ok) return officer;
  const from = Math.min(Math.max(Math.trunc(skip) || 0, 0), 100_000);
  const [found, waiting, month] = await Promise.all([
    store.findings(deps.db, { isDecided, findingId: null, skip: from, limit: pageSize + 1 }),
    store.countWaiting(deps.db),
    store.lastMonth(deps.db),
  ]);
  return done({ findings: found.slice(0, pageSize), more: found.length > pageSize, waiting, month });
}

export interface FindingInFull extends Finding {
  /** Of a break-glass finding: how it went, and the reason in the asker's words, opened for this review. */
  readonly emergency: (Emergency & { readonly words: string }) | null;
}

export async function openFinding(
  deps: Deps,
  actor: StaffActor,
  findingId: string,
): Promise<Outcome<FindingInFull, OfficerError | GateError | "FINDING_NOT_FOUND">> {
  const officer = await privacyOfficer(deps, actor);
  if (!officer.ok) return officer;
  const [finding] = isUuid(findingId)
    ? await store.findings(deps.db, { isDecided: null, findingId, skip: 0, limit: 1 })
    : [];
  if (!finding) return refused("FINDING_NOT_FOUND");
  const { grantId } = finding;
  const emergency = grantId ? await store.findEmergency(deps.db, grantId, deps.clock()) : undefined;
  if (!grantId || !emergency) return done({ ...finding, emergency: null });
  const opened = await deps.gate.disclose({
    actor,
    purpose: "review",
    explanation: { kind: "break-glass", grantId },
    subjects: [emergency.beneficiaryId],
    fields: ["emergencies"],
  });
  if (!opened.ok) return opened;
  const words = opened.value.get(emergency.beneficiaryId)?.emergencies.find((one) => one.grantId === grantId)?.words;
  return done({ ...finding, emergency: { ...emergency, words: words ?? "" } });
}

export async function decideFinding(
  deps: Deps,
  actor: StaffActor,
  { findingId, decision }: { findingId: string; decision: string },
): Promise<Outcome<undefined, OfficerError | GateError | "INPUT_INVALID" | "FINDING_NOT_FOUND">> {
  const officer = await privacyOfficer(deps, actor);
  if (!officer.ok) return officer;
  const known = (["explained", "escalated"] as const).find((one) => one === decision);
  if (!known) return invalid([{ field: "decision", code: "FINDING_DECISION_MISSING" }]);
  if (!isUuid(findingId)) return refused("FINDING_NOT_FOUND");
  return deps.gate.decide({ actor, findingId, decision: known });
}
