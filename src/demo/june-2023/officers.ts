// What the two privacy officers do on 12 June: open a case, hand in the sample, compare, read, ask for the names, draft
// and sign reports, tell the affected, and take the bundle. All by the commands behind their pages.
// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from "node:timers/promises";
import type { ReleasedAnswer } from "../../modules/disclosure/index.js";
import {
  bundleFault,
  correctColumns,
  proposeInquiry,
  queueNotices,
  type ReportKind,
  reportKinds,
  reportOf,
  runProgress,
  saveDraft,
  secondInquiry,
  signBundle,
  signReport,
  startRun,
  takeSample,
  unmaskSources,
  wholeCase,
} from "../../modules/inquiries/index.js";
import { must } from "../must.js";
import * as demoStore from "../store.js";
import type { Evidence } from "./evidence.js";
import type { SignedIn, Stage } from "./stage.js";
import * as store from "./store.js";

export interface Officers {
  readonly first: SignedIn;
  readonly second: SignedIn;
}

export async function appointOfficers({ deps, dice }: Stage): Promise<Officers> {
  const now = deps.clock();
  const officer = (n: number) => ({
    staffId: dice.id(`june officer ${n}`),
    displayName: `Demo Privacy Officer ${n}`,
    role: "privacy-officer",
    stateId: null,
    districtId: null,
    facilityId: null,
  });
  await demoStore.insertStaff(deps.db, [officer(1), officer(2)], now);
  return {
    first: await store.signInFor(deps.db, officer(1).staffId, now),
    second: await store.signInFor(deps.db, officer(2).staffId, now),
  };
}

export interface Answered {
  readonly inquiryId: string;
  readonly answer: ReleasedAnswer;
  /** Behind each mask: the account, and of staff who it is. */
  readonly names: Readonly<Record<string, string>>;
  readonly seconds: number;
}

export async function inquire(
  stage: Stage,
  { first, second }: Officers,
  leak: Evidence,
  /** What the officers say of columns. */
  columns: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const { deps, dice } = stage;
  const inquiryId = dice.id(`june inquiry ${leak.name}`);
  must(await proposeInquiry(deps, first.actor, { inquiryId, toldAt: deps.clock(), toldBy: "journalist" }));
  must(await takeSample(deps, first.actor, { inquiryId, ...leak }));
  if (Object.keys(columns).length > 0) must(await correctColumns(deps, first.actor, inquiryId, columns));
  must(await secondInquiry(deps, second.actor, inquiryId));
  const begun = performance.now();
  const { runId } = must(await startRun(deps, first.actor, inquiryId));
  for (;;) {
    const stageOfRun = (await runProgress(deps, runId))?.stage;
    if (stageOfRun === "finished") break;
    if (stageOfRun === "failed" || stageOfRun === "stopped") throw new Error(`the comparison ${stageOfRun}`);
    await sleep(50);
  }
  const seconds = (performance.now() - begun) / 1000;
  const { view } = must(await wholeCase(deps, first.actor, inquiryId));
  // The first word alone opens nothing.
  await unmaskSources(deps, first.actor, inquiryId);
  const { names } = must(await unmaskSources(deps, second.actor, inquiryId));
  return { inquiryId, answer: view.answers[0]!, names, seconds };
}

export interface ReportedCase {
  readonly reports: readonly { readonly kind: ReportKind; readonly title: string; readonly missing: number }[];
  readonly signed: readonly ReportKind[];
  readonly deadlines: readonly { readonly to: string; readonly dueAt: string | null; readonly state: string }[];
  readonly told: number;
  readonly affected: number;
  readonly events: number;
  readonly bundleHolds: boolean;
}

/** Drafts of all reports; the first two are completed and signed; the affected are told. */
export async function report(stage: Stage, { first, second }: Officers, inquiryId: string): Promise<ReportedCase> {
  const { deps } = stage;
  const before = must(await wholeCase(deps, first.actor, inquiryId));
  const reports = reportKinds.map((kind) => {
    const { title, missing } = reportOf(before, kind);
    return { kind, title, missing: missing.length };
  });
  const signed = ["certin", "dpb-first"] as const;
  for (const kind of signed) {
    const fields = Object.fromEntries(reportOf(before, kind).missing.map((key) => [key, "Demo, to be made up"]));
    must(await saveDraft(deps, first.actor, inquiryId, kind, fields));
    must(await signReport(deps, second.actor, inquiryId, kind));
  }
  const { queued } = must(await queueNotices(deps, first.actor, inquiryId));
  const bundle = must(await signBundle(deps, second.actor, inquiryId));
  const after = must(await wholeCase(deps, first.actor, inquiryId));
  return {
    reports,
    signed,
    deadlines: after.deadlines.map(({ to, dueAt, state }) => ({ to, dueAt: dueAt?.toISOString() ?? null, state })),
    told: queued,
    affected: after.affected.all,
    events: after.events.length,
    bundleHolds: bundleFault(bundle) === undefined && after.isCustodyWhole,
  };
}
