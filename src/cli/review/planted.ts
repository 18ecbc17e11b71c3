// A weakness planted on purpose, for the exercise: the application's role may read sealed records while the review runs.
// Only on a demo. Should it be broken off, the next review is red until the grant is taken back.
// SPDX-License-Identifier: Apache-2.0
import type { Config } from "../../config.js";
import { connect } from "../../platform/db/db.js";
import { OperatorError } from "../../platform/operator-error.js";

export async function withPlantedWeakness<T>(
  { profile }: Pick<Config, "profile">,
  adminUrl: string,
  work: () => Promise<T>,
): Promise<T> {
  if (profile !== "demo") throw new OperatorError("A weakness is planted on a demo only.");
  const admin = connect(adminUrl, { max: 1 });
  try {
    await admin.rows("GRANT SELECT ON vault.records TO sakshi_app");
    return await work();
  } finally {
    await admin.rows("REVOKE SELECT ON vault.records FROM sakshi_app");
    await admin.close();
  }
}
