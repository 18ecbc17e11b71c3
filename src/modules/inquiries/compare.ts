// Comparing a sample with the register: corrected columns, a run, its progress, and what it means for the clocks.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome, refused } from "../../platform/errors.js";
import { uuidv7 } from "../../platform/random.js";
import type { CaseView, RunProgress } from "../disclosure/index.js";
import type { StaffActor } from "../staff/index.js";
import { addEvent } from "./custody.js";
import { type Officer, officerOfCase, officerOfOpenCase } from "./officer.js";
import { columnRoles, meansAware } from "./rules.js";
import * as store from "./store.js";
import type { InquiryCase, InquiryDeps } from "./types.js";

/** Together with the noise on counts these bound what anybody learns about one row: see docs/adr/0166. */
export const runsOfPairEachMonth = 20;
const monthMs = 30 * 86_400_000;
/** Records sealed later than this before a run may still be on their way into the database. */
const settledMs = 60_000;
/** A run that the inquirer does not know of after this has been lost on the way to it. */
const handingOverMs = 60_000;

/** What the officers said the columns are; a mistake is put right by another correction. */
export async function correctColumns(
  deps: InquiryDeps,
  actor: StaffActor,
  inquiryId: string,
  roles: Readonly<Record<string, string>>,
): Promise<Outcome<object>> {
  const found = await officerOfCase(deps, actor, inquiryId);
  if (!found.ok) return found;
  const chosen = Object.values(roles);
  if (!chosen.every((role) => (columnRoles as readonly string[]).includes(role)))
    return refused("INQUIRY_COLUMN_UNKNOWN");
  const facts = { columns: chosen.length, roles: chosen.join(" ") };
  const written = await addEvent(deps, found.value.officer, inquiryId, "columns-corrected", facts);
  if (!written.ok) return written;
  const permit = await deps.gate.recordInquiry({ actor, inquiryId, act: "write", field: "inquiry" });
  return permit.ok ? deps.inquirer.keepDraft(permit.value, "columns", roles) : permit;
}

export async function startRun(
  deps: InquiryDeps,
  actor: StaffActor,
  inquiryId: string,
  /** A finished run whose answer has to come out again, byte for byte. */
  rerunOf?: string,
): Promise<Outcome<{ runId: string }>> {
  const found = await officerOfOpenCase(deps, actor, inquiryId);
  if (!found.ok) return found;
  const { officer, one } = found.value;
  const at = deps.clock();
  const pair = [one.proposedBy, one.secondedBy!] as const;
  const limit = { pair, since: new Date(at.getTime() - monthMs), most: runsOfPairEachMonth };
  // Looked at before anything is written down, and again when the run begins.
  if ((await store.runsOfPair(deps.db, pair, limit.since)) >= limit.most) return refusedByLimit();
  const earlier = (await store.runs(deps.db, inquiryId)).find((run) => run.runId === rerunOf);
  if (rerunOf !== undefined && (earlier?.state !== "finished" || earlier.rerunOf)) return refused("INQUIRY_NO_ANSWER");
  const runId = uuidv7();
  const started = await addEvent(deps, officer, inquiryId, "run-started", { run: runId });
  if (!started.ok) return started;
  // The public entry of the whole comparison; what came after it is not compared.
  const permit = await deps.gate.recordInquiry({ actor, inquiryId, act: "read", field: "comparison" });
  if (!permit.ok) return permit;
  const now = { asOf: new Date(at.getTime() - settledMs), logSize: permit.value.index };
  const { asOf, logSize } = earlier ?? now;
  const again = rerunOf === undefined ? {} : { rerunOf };
  const run = { runId, inquiryId, staffId: officer.staffId, at, asOf, logSize, ...again };
  await endLostRun(deps, inquiryId, at);
  const begun = await deps.db.transaction((tx) => store.insertRun(tx, run, limit));
  if (begun !== "begun") return begun === "limit" ? refusedByLimit() : refused("INQUIRY_RUN_UNDER_WAY");
  const running = await deps.inquirer.run(permit.value, { runId, signInId: actor.signInId, ...again });
  if (!running.ok) {
    await store.endRun(deps.db, runId);
    return running;
  }
  return done({ runId });
}

const refusedByLimit = () => refused("INQUIRY_LIMIT", { runs: runsOfPairEachMonth });

/** A run that the inquirer never got, since the web ended in between, would keep its case from all others. */
async function endLostRun(deps: Pick<InquiryDeps, "db" | "inquirer">, inquiryId: string, now: Date): Promise<void> {
  const running = (await store.runs(deps.db, inquiryId)).find(({ state }) => state === "running");
  if (!running || now.getTime() - running.startedAt.getTime() < handingOverMs) return;
  const told = await deps.inquirer.progress(running.runId);
  if (told.ok && told.value.progress === undefined) await store.endRun(deps.db, running.runId);
}

export async function runProgress(
  deps: Pick<InquiryDeps, "inquirer">,
  runId: string,
): Promise<RunProgress | undefined> {
  const told = await deps.inquirer.progress(runId);
  return told.ok ? told.value.progress : undefined;
}

export async function stopRun(
  deps: InquiryDeps,
  actor: StaffActor,
  inquiryId: string,
  runId: string,
): Promise<Outcome<{ stopped: boolean }>> {
  const found = await officerOfOpenCase(deps, actor, inquiryId);
  if (!found.ok) return found;
  const stopped = await deps.inquirer.stop(runId);
  if (stopped.ok && stopped.value.stopped)
    await addEvent(deps, found.value.officer, inquiryId, "run-stopped", { run: runId });
  return stopped;
}

/** The case as its officers see it. Opening it is an entry in the log; a first answer that it is ours starts the clocks. */
export async function viewCase(
  deps: InquiryDeps,
  actor: StaffActor,
  inquiryId: string,
): Promise<Outcome<{ one: InquiryCase; view: CaseView }>> {
  const found = await officerOfCase(deps, actor, inquiryId);
  if (!found.ok) return found;
  const permit = await deps.gate.recordInquiry({ actor, inquiryId, act: "read", field: "inquiry" });
  if (!permit.ok) return permit;
  const read = await deps.inquirer.read(permit.value);
  if (!read.ok) return read;
  const { view } = read.value;
  const one = await noteAwareness(deps, found.value.officer, found.value.one, view);
  return one.ok ? done({ one: one.value, view }) : one;
}

/** Aware since the run that first said so ended, whenever it was read. */
async function noteAwareness(
  deps: InquiryDeps,
  officer: Officer,
  one: InquiryCase,
  view: CaseView,
): Promise<Outcome<InquiryCase>> {
  const telling = view.answers.filter(({ verdict, canaries }) => meansAware(verdict, canaries.hits)).at(-1);
  if (one.awareAt || !telling) return done(one);
  const run = (await store.runs(deps.db, one.inquiryId)).find(({ runId }) => runId === telling.run);
  const awareAt = run?.finishedAt ?? deps.clock();
  const facts = {
    awareAt: awareAt.toISOString(),
    run: telling.run,
    verdict: telling.verdict,
    answer: run?.answerHash ?? "",
  };
  const written = await addEvent(deps, officer, one.inquiryId, "aware", facts);
  if (!written.ok) return written;
  await store.setAware(deps.db, one.inquiryId, awareAt, written.value.n);
  return done({ ...one, awareAt });
}
