// "sakshi review": the internal exercise. Each safeguard is tried on the running installation; the report is signed.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { ReviewReport, ReviewResult } from "../../modules/reviews/index.js";
import { renderReviewPdf } from "../../pdf/index.js";
import { OperatorError } from "../../platform/operator-error.js";
import { rolePasswords } from "../../start/data-folder.js";
import { adminUrlOf } from "../../start/database.js";
import { readState } from "../../start/state.js";
import type { Command, Context } from "../command.js";
import { routeTableOf } from "../route-table.js";
import { type Check, type Given, type Installation, tried } from "./check.js";
import { databaseChecks } from "./database-checks.js";
import { freshDatabase } from "./fresh-database.js";
import { outsideChecks } from "./outside-checks.js";
import { withPlantedWeakness } from "./planted.js";
import { processChecks } from "./process-checks.js";
import { beginReview, counted, signedReport } from "./report.js";
import { routeCheck } from "./route-check.js";
import { schemaCheck } from "./schema-check.js";

export const checks: readonly Check[] = [
  ...processChecks,
  routeCheck,
  ...databaseChecks,
  schemaCheck,
  ...outsideChecks,
].toSorted((a, b) => a.promise - b.promise);

export const reviewCommand: Command = {
  words: "review",
  summary: "try every safeguard on the running installation, and sign what came back",
  usage: `Tries each safeguard on the running installation: routes, roles, receipts, the database against its migrations, the
log, witnesses, keys, confinement, backups (one is put back into a scratch server), log files, pages. What could not be
tried is said to be "not checked", and never passes. The report is signed with this installation's review key
("review.key" in the data folder), and privacy officers read it on their page "Reviews".

  sakshi review [--json FILE] [--pdf FILE] [--ntp HOST] [--advisories FILE] [--markers FILE] [--planted]

  --json FILE        writes the signed report
  --pdf FILE         writes it as a paper
  --ntp HOST         compares the clock with this time server (CERT-In names samay1.nic.in, time.nplindia.org)
  --advisories FILE  what "npm audit --json" wrote where there is a network
  --markers FILE     values that stand in known records, one a line; searched for in tables, log files, backups
  --planted          on a demo: takes one guard away while it runs, to see that the review sees it

Ends with 0 when nothing failed, else with 1.`,
  async run(args, context) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: { type: "string" },
        pdf: { type: "string" },
        ntp: { type: "string" },
        advisories: { type: "string" },
        markers: { type: "string" },
        planted: { type: "boolean" },
      },
    });
    const { config, write, calledFrom } = context;
    if (!readState(config.dataDir))
      throw new OperatorError(`Sakshi is not running on ${config.dataDir}: start it with bin/start.`);
    const fileOf = (name: "json" | "pdf" | "advisories" | "markers") =>
      values[name] === undefined ? undefined : resolve(calledFrom, values[name]);
    const installation = installationOf(context, {
      timeServer: values.ntp,
      advisories: fileOf("advisories"),
      markers: linesOf(fileOf("markers")),
    });
    const adminUrl = installation.adminUrl();
    const end = await beginReview(adminUrl);
    const results = values.planted
      ? await withPlantedWeakness(config, adminUrl, () => tryAll(installation, write))
      : await tryAll(installation, write);
    const report: ReviewReport = {
      format: "sakshi-review/1",
      at: new Date().toISOString(),
      installation: config.origin,
      results,
    };
    const note = signedReport(report, context);
    await end(report, note);
    await writeFiles(report, note, { json: fileOf("json"), pdf: fileOf("pdf") });
    const { pass, fail, notChecked, ofDemo } = counted(report.results);
    const why = ofDemo > 0 ? ` (${ofDemo} of them because this is a demo; production refuses to start so)` : "";
    write(`${pass} pass, ${fail} fail${why}, ${notChecked} not checked`);
    return fail === 0 ? 0 : 1;
  },
};

function installationOf(context: Context, given: Given): Installation {
  const { config, connectAs } = context;
  const adminUrl = () => config.databaseUrl ?? adminUrlOf(config);
  return {
    config,
    connectAs,
    adminUrl,
    given,
    routes: () => routeTableOf(context),
    freshDatabase: () => freshDatabase(adminUrl(), rolePasswords(config.dataDir)),
  };
}

function linesOf(file: string | undefined): string[] | undefined {
  return file
    ? readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line.trim() !== "")
    : undefined;
}

async function tryAll(installation: Installation, write: (line: string) => void): Promise<ReviewResult[]> {
  const results: ReviewResult[] = [];
  for (const check of checks) {
    const { id, promise, what, maps } = check;
    const finding = await tried(check, installation);
    results.push({ id, promise, what, maps, ...finding });
    const word = finding.isOfDemo ? "FAIL (demo)" : finding.outcome.toUpperCase();
    write(`${word.padEnd(12)} ${String(promise).padStart(2)}  ${what}: ${finding.found}`);
  }
  return results;
}

async function writeFiles(
  report: ReviewReport,
  note: string,
  { json, pdf }: { json: string | undefined; pdf: string | undefined },
): Promise<void> {
  if (json) writeFileSync(json, note, { mode: 0o600 });
  if (pdf) writeFileSync(pdf, await renderReviewPdf(report), { mode: 0o600 });
}
