// The report of a review: signed, kept where privacy officers read it, and as a paper.
// SPDX-License-Identifier: Apache-2.0
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ed25519Signer, signNote } from "../../lib/tlog/index.js";
import type { ReviewReport, ReviewResult } from "../../modules/reviews/index.js";
import { connect } from "../../platform/db/db.js";
import { uuidv7 } from "../../platform/random.js";
import type { Context } from "../command.js";

export function counted(results: readonly ReviewResult[]) {
  const count = (outcome: ReviewResult["outcome"]) => results.filter((result) => result.outcome === outcome).length;
  const ofDemo = results.filter(({ isOfDemo }) => isOfDemo).length;
  return { pass: count("pass"), fail: count("fail"), notChecked: count("not checked"), ofDemo };
}

/** A signed note (c2sp.org/signed-note) whose text is the report as one line of JSON. */
export function signedReport(report: ReviewReport, { config }: Pick<Context, "config">): string {
  const file = join(config.dataDir, "review.key");
  if (!existsSync(file)) {
    const { privateKey } = generateKeyPairSync("ed25519");
    writeFileSync(file, privateKey.export({ format: "pem", type: "pkcs8" }), { mode: 0o600, flag: "wx" });
  }
  const signer = ed25519Signer(`${new URL(config.origin).host}/review`, createPrivateKey(readFileSync(file)));
  return signNote(`${JSON.stringify(report)}\n`, [signer]);
}

/** Writes down that a review has begun; what comes back writes down how it ended. */
export async function beginReview(adminUrl: string): Promise<(report: ReviewReport, note: string) => Promise<void>> {
  const reviewId = uuidv7();
  const write = async (statement: string, values: readonly unknown[]) => {
    const admin = connect(adminUrl, { max: 1 });
    try {
      await admin.rows(statement, [...values]);
    } finally {
      await admin.close();
    }
  };
  await write("INSERT INTO registry.reviews (review_id, started_at) VALUES ($1, now())", [reviewId]);
  return async ({ results }, note) => {
    const { pass, fail, notChecked } = counted(results);
    await write(
      `UPDATE registry.reviews SET finished_at = now(), passed = $2, failed = $3, not_checked = $4, note = $5
       WHERE review_id = $1`,
      [reviewId, pass, fail, notChecked, note],
    );
  };
}
