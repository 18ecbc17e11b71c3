// "sakshi inquiry open", "run" and "report": what privacy officers do on their pages, at the command line. Each call is of one
// officer, by a token that they made on their page after signing in with their passkey; two officers are needed as there.
// SPDX-License-Identifier: Apache-2.0
import { readFile, writeFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import {
  eventKind,
  type InquiryDeps,
  languageOf,
  proposeInquiry,
  type ReportKind,
  reportKinds,
  reportOf,
  runProgress,
  secondInquiry,
  signBundle,
  startRun,
  takeSample,
  wholeCase,
} from "../modules/inquiries/index.js";
import { findStaffSignIn, type StaffActor } from "../modules/staff/index.js";
import { closePdf, renderReportPdf } from "../pdf/index.js";
import { instantInIndia, isIsoDate } from "../platform/clock.js";
import type { Outcome, Refused } from "../platform/errors.js";
import { translator } from "../platform/i18n/i18n.js";
import { uuidv7 } from "../platform/random.js";
import { publishedLog, soonProofOf } from "../publisher/index.js";
import { dataFolder } from "../start/data-folder.js";
import type { Command, Context } from "./command.js";

const asOfficer = `--as FILE  holds the token that the officer made at /privacy/program; it ends with the sign-in it was made from`;

interface OfficerCall {
  readonly deps: InquiryDeps;
  readonly actor: StaffActor;
}
/** Told in words, with its code; the command ends with 1. */
class Refusal extends Error {}

function must<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  const { code, facts } = (outcome.problems?.[0] ?? outcome) as Pick<Refused, "code" | "facts">;
  throw new Refusal(`${translator("en")(`error.${code}` as "error.NOT_FOUND", facts as never)} [${code}]`);
}

async function asking(
  { calledFrom, openHouse, writeError }: Context,
  tokenFile: string | undefined,
  work: (call: OfficerCall) => Promise<void>,
): Promise<number> {
  if (!tokenFile) {
    writeError("Whose act is it? Give --as FILE; see --help.");
    return 2;
  }
  const house = openHouse();
  try {
    const token = (await fileAt(calledFrom, tokenFile)).toString("utf8").trim();
    const signIn = await findStaffSignIn(house.deps, token);
    if (!signIn) throw new Refusal(`${tokenFile} holds no token of a sign-in that lasts. [NOT_SIGNED_IN]`);
    await work({ deps: house.deps, actor: { kind: "staff", signInId: signIn.signInId } });
    return 0;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    writeError(error.message);
    return 1;
  } finally {
    await house.close();
  }
}

async function fileAt(calledFrom: string, path: string): Promise<Buffer> {
  const file = await readFile(resolve(calledFrom, path)).catch(() => undefined);
  if (!file) throw new Refusal(`${path} cannot be read.`);
  return file;
}

/** With a zone, or in India: 2026-11-27T09:30. */
function instantFrom(text: string): Date | undefined {
  const [on, at] = text.split("T");
  if (isIsoDate(on ?? "") && /^([01]\d|2[0-3]):[0-5]\d$/.test(at ?? "")) return instantInIndia(on as never, at!);
  const ms = /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : new Date(ms);
}

export const inquiryOpen: Command = {
  words: "inquiry open",
  summary: "a privacy officer opens an inquiry with a sample, or agrees to a colleague's",
  usage: `Opens an inquiry with a leaked sample (CSV, JSON or .xlsx); or gives the second officer's word to one.

  bin/sakshi inquiry open SAMPLE --told-at 2026-11-27T09:30 --told-by journalist --as FILE [--asked FILE]
  bin/sakshi inquiry open --second INQUIRY --as FILE

  ${asOfficer}
  --told-at  when we were told, in India; the clock of six hours runs from then
  --told-by  journalist, researcher, police, cert-in, citizen, own-monitoring or other
  --asked    of a bot: a number a line, and whether it answered`,
  async run(args, context) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        as: { type: "string" },
        second: { type: "string" },
        "told-at": { type: "string", default: "" },
        "told-by": { type: "string", default: "" },
        asked: { type: "string" },
      },
    });
    const { calledFrom, write, writeError } = context;
    const [sample] = positionals;
    if ((sample === undefined) === (values.second === undefined)) {
      writeError("Give a sample, or --second and an inquiry.");
      return 2;
    }
    return asking(context, values.as, async ({ deps, actor }) => {
      if (values.second !== undefined) {
        must(await secondInquiry(deps, actor, values.second));
        return write(`${values.second}: both officers have opened it`);
      }
      const file = await fileAt(calledFrom, sample!);
      const asked = values.asked ? (await fileAt(calledFrom, values.asked)).toString("utf8") : "";
      const inquiryId = uuidv7();
      const proposal = { inquiryId, toldAt: instantFrom(values["told-at"]), toldBy: values["told-by"] };
      must(await proposeInquiry(deps, actor, proposal));
      const taken = must(await takeSample(deps, actor, { inquiryId, name: basename(sample!), file, asked }));
      write(`${inquiryId}: ${taken.rows} rows, SHA-256 ${taken.sha256}; waits for a second officer`);
    });
  },
};

export const inquiryRun: Command = {
  words: "inquiry run",
  summary: "an officer of an inquiry compares its sample with the register",
  usage: `Compares the sample of an inquiry with the register and prints what is found. Each person whom a row is about reads of it.

  bin/sakshi inquiry run INQUIRY --as FILE [--again RUN]

  ${asOfficer}
  --again    a finished run, whose answer has to come out again byte for byte; ends with 1 if it does not`,
  async run(args, context) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { as: { type: "string" }, again: { type: "string" } },
    });
    const [inquiryId] = positionals;
    if (!inquiryId) {
      context.writeError("Which inquiry? Try: bin/sakshi inquiry run --help");
      return 2;
    }
    const { write } = context;
    return asking(context, values.as, async ({ deps, actor }) => {
      const { runId } = must(await startRun(deps, actor, inquiryId, values.again));
      await untilFinished(deps, runId, context);
      const { runs, view, affected } = must(await wholeCase(deps, actor, inquiryId));
      const hashOf = (id: string) => runs.find((run) => run.runId === id)?.answerHash;
      if (values.again !== undefined) {
        if (hashOf(runId) !== hashOf(values.again)) throw new Refusal(`run ${runId}: another answer came out.`);
        return write(`run ${runId}: the same bytes came out, SHA-256 ${hashOf(runId)}`);
      }
      const answer = view.answers.find(({ run }) => run === runId)!;
      write(`run ${runId}: ${answer.verdict}; ${answer.linked ?? "fewer than ten"} of ${answer.rows} rows linked`);
      if (answer.asOf) write(`content of ${answer.asOf.median} (95 %: ${answer.asOf.low} to ${answer.asOf.high})`);
      for (const { mask, kind, tier, log10LR } of answer.sources)
        write(`through account ${mask} (${kind}): ${tier}, 10^${log10LR} against the best alternative`);
      if (answer.need.length > 0) write(`needs ${answer.need.join(", ")}`);
      write(`${affected.all} people affected; answer SHA-256 ${hashOf(runId)}`);
    });
  },
};

async function untilFinished(deps: InquiryDeps, runId: string, { writeError }: Context): Promise<void> {
  for (let said = ""; ; await sleep(200)) {
    const stage = (await runProgress(deps, runId))?.stage ?? "waiting";
    if (stage !== said) writeError(`${stage} ...`);
    said = stage;
    if (stage === "finished") return;
    if (stage === "failed" || stage === "stopped") throw new Refusal(`run ${runId} ${stage}.`);
  }
}

export const inquiryReport: Command = {
  words: "inquiry report",
  summary: "an officer of an inquiry takes drafts of its reports, and its bundle",
  usage: `Says what each report still lacks; writes one as PDF or JSON, or the signed bundle. The program files nothing.

  bin/sakshi inquiry report INQUIRY --as FILE [--kind KIND --out FILE.pdf|FILE.json] [--bundle FILE.json]

  ${asOfficer}
  --kind     ${reportKinds.join(", ")}
  --bundle   answer, chain of custody, and the proof that its last event stands in the published log; check it with
             bin/sakshi inquiry verify`,
  async run(args, context) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        as: { type: "string" },
        kind: { type: "string" },
        out: { type: "string" },
        bundle: { type: "string" },
      },
    });
    const [inquiryId] = positionals;
    const kind = reportKinds.find((one) => one === values.kind);
    const isPaper = kind !== undefined && /\.(pdf|json)$/.test(values.out ?? "");
    if (!inquiryId || ((values.kind ?? values.out) !== undefined && !isPaper)) {
      context.writeError("Give an inquiry; with --kind a report that exists, and --out FILE.pdf or FILE.json.");
      return 2;
    }
    return asking(context, values.as, async (call) => {
      if (isPaper) await writeReport(call, context, { inquiryId, kind, out: values.out! });
      if (values.bundle) await writeBundle(call, context, inquiryId, values.bundle);
      if (!isPaper && !values.bundle) await listReports(call, context, inquiryId);
    });
  },
};

async function listReports({ deps, actor }: OfficerCall, { write }: Context, inquiryId: string): Promise<void> {
  const whole = must(await wholeCase(deps, actor, inquiryId));
  for (const kind of reportKinds) {
    const { title, missing } = reportOf(whole, kind);
    write(`${kind}: ${title}; ${missing.length === 0 ? "complete" : `lacks ${missing.join(", ")}`}`);
  }
}

async function writeReport(
  { deps, actor }: OfficerCall,
  { calledFrom, write }: Context,
  { inquiryId, kind, out }: { inquiryId: string; kind: ReportKind; out: string },
): Promise<void> {
  const whole = must(await wholeCase(deps, actor, inquiryId));
  const report = reportOf(whole, kind);
  const isSigned = whole.deadlines.some((one) => one.report === kind && one.state === "signed");
  const content = out.endsWith(".pdf")
    ? await renderReportPdf({ ...report, isSigned, language: languageOf(kind), madeAt: deps.clock() })
    : `${JSON.stringify(report, null, 2)}\n`;
  await writeFile(resolve(calledFrom, out), content, { mode: 0o600 });
  await closePdf();
  write(`${out}: ${report.title}; ${report.missing.length} fields are missing`);
}

async function writeBundle(
  { deps, actor }: OfficerCall,
  { calledFrom, config, write }: Context,
  inquiryId: string,
  path: string,
): Promise<void> {
  const bundle = must(await signBundle(deps, actor, inquiryId));
  const proof = await soonProofOf(publishedLog(dataFolder(config.dataDir).published), {
    ...bundle.entry,
    kind: eventKind,
  });
  await writeFile(resolve(calledFrom, path), `${JSON.stringify({ ...bundle, proof }, null, 2)}\n`, { mode: 0o600 });
  write(`${path}: ${bundle.events.length} events, entry ${bundle.entry.index} of the log${proof ? ", proven" : ""}`);
}
