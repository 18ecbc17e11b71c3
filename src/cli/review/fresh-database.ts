// A database as the migrations make it, beside the real one on the same server; gone when the comparison is done.
// SPDX-License-Identifier: Apache-2.0
import { connect } from "../../platform/db/db.js";
import { migrate } from "../../platform/db/migrate.js";
import { type RolePasswords, urlOfDatabase } from "../../platform/db/roles.js";

const name = "sakshi_review";

export async function freshDatabase(
  adminUrl: string,
  passwords: RolePasswords,
): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const drop = async () => {
    const admin = connect(adminUrl, { max: 1 });
    try {
      await admin.rows(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    } finally {
      await admin.close();
    }
  };
  // One may stand there from a review that was broken off.
  await drop();
  const url = urlOfDatabase(adminUrl, name);
  await migrate(url, passwords);
  return { url, drop };
}
