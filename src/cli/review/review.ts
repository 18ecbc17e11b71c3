// "sakshi review": the internal exercise. Each safeguard is tried on the running installation; the report is signed.
// SPDX-License-Identifier: Apache-2.0
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ed25519Signer, signNote } from "../../lib/tlog/index.js";
import { OperatorError } from "../../platform/operator-error.js";
import { adminUrlOf } from "../../start/database.js";
import { readState } from "../../start/state.js";
import type { Command, Context } from "../command.js";
import { type Check, type Finding, tried } from "./check.js";
import { databaseChecks } from "./database-checks.js";
import { processChecks } from "./process-checks.js";

export const checks: readonly Check[] = [...processChecks, ...databaseChecks].toSorted((a, b) => a.promise - b.promise);

export const reviewCommand: Command = {
  words: "review",
  summary: "try every safeguard on the running installation, and sign what came back",
  usage: `Tries each safeguard on the running installation: roles, receipts, the log, witnesses, keys, confinement, backups,
log files, pages. What could not be tried is said to be "not checked", and never passes.

  sakshi review [--json FILE]

  --json FILE   writes the report, signed with this installation's review key ("review.key" in the data folder)

Ends with 0 when nothing failed, else with 1.`,
  async run(args, context) {
    const { values } = parseArgs({ args: [...args], options: { json: { type: "string" } } });
    const { config, write } = context;
    if (!readState(config.dataDir))
      throw new OperatorError(`Sakshi is not running on ${config.dataDir}: start it with bin/start.`);
    const results: (Pick<Check, "id" | "promise" | "what" | "maps"> & Finding)[] = [];
    for (const check of checks) {
      const { id, promise, what, maps } = check;
      const finding = await tried(check, { ...context, adminUrl: () => adminUrlOf(config) });
      results.push({ id, promise, what, maps, ...finding });
      write(`${finding.outcome.toUpperCase().padEnd(12)} ${String(promise).padStart(2)}  ${what}: ${finding.found}`);
    }
    const count = (outcome: Finding["outcome"]) => results.filter((result) => result.outcome === outcome).length;
    write(`${count("pass")} pass, ${count("fail")} fail, ${count("not checked")} not checked`);
    if (values.json) {
      const report = { format: "sakshi-review/1", at: new Date().toISOString(), installation: config.origin, results };
      writeFileSync(resolve(context.calledFrom, values.json), signed(report, context), { mode: 0o600 });
    }
    return count("fail") === 0 ? 0 : 1;
  },
};

/** A signed note (c2sp.org/signed-note) whose text is the report as one line of JSON. */
function signed(report: object, { config }: Pick<Context, "config">): string {
  const file = join(config.dataDir, "review.key");
  if (!existsSync(file)) {
    const { privateKey } = generateKeyPairSync("ed25519");
    writeFileSync(file, privateKey.export({ format: "pem", type: "pkcs8" }), { mode: 0o600, flag: "wx" });
  }
  const signer = ed25519Signer(`${new URL(config.origin).host}/review`, createPrivateKey(readFileSync(file)));
  return signNote(`${JSON.stringify(report)}\n`, [signer]);
}
