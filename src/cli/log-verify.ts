// "sakshi log verify": the stand-alone verifier, and with --database the comparison with what the database holds.
// SPDX-License-Identifier: Apache-2.0
import { runVerifyLog, verifyLogUsage } from "../../tools/verify-log.js";
import type { Db } from "../platform/db/db.js";
import { databaseCheck } from "../publisher/index.js";

export const logVerifyUsage = verifyLogUsage.replace(
  "  --json ",
  "  --database        compares entries and head with the database too\n  --json ",
);

export interface LogVerifyDeps {
  readonly write: (line: string) => void;
  readonly writeProgress: (line: string) => void;
  /** Connects as sakshi_auditor; called for --database only. */
  readonly connectAsAuditor: () => Db | Promise<Db>;
  /** Where this installation publishes its log: taken when neither --url nor --directory is given. */
  readonly directory: string;
}

/** Runs with the arguments after "log verify"; the exit code comes back. */
export async function logVerify(args: readonly string[], deps: LogVerifyDeps): Promise<number> {
  if (args.includes("--help")) {
    deps.write(logVerifyUsage);
    return 0;
  }
  const db = args.includes("--database") ? await deps.connectAsAuditor() : undefined;
  try {
    return await runVerifyLog({
      args: args.filter((arg) => arg !== "--database"),
      write: deps.write,
      writeProgress: deps.writeProgress,
      defaultDirectory: deps.directory,
      further: db && databaseCheck(db),
    });
  } finally {
    await db?.close();
  }
}
