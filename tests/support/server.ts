// One PostgreSQL for a test run. The runner starts it and tells the test files by SAKSHI_TEST_SERVER; a file that
// runs alone starts its own, which goes when the process ends. Nothing here is kept or forced to disk.
// SPDX-License-Identifier: Apache-2.0
import { chmodSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrate } from "../../src/platform/db/migrate.js";
import { newRolePasswords, type RolePasswords, urlOfDatabase } from "../../src/platform/db/roles.js";
import { startPostgres } from "../../src/start/postgres.js";

export interface TestServer {
  /** The superuser's URL, database "postgres". */
  readonly url: string;
  readonly passwords: RolePasswords;
}

export const templateName = "sakshi_template";

/**
 * Starts a server and migrates the template that each world is a copy of. One that is `durable` forces its commits to disk
 * as an installation does: benchmarks need it, and have to stop it and remove its folder.
 */
export async function startTestServer({
  durable = false,
} = {}): Promise<TestServer & { readonly folder: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "sakshi-test-"));
  chmodSync(folder, 0o711);
  const postgres = await startPostgres({ folder, logFile: join(folder, "postgres.log"), lasting: durable });
  const passwords = newRolePasswords();
  await migrate(urlOfDatabase(postgres.url, templateName), passwords);
  return { url: postgres.url, passwords, folder, stop: postgres.stop };
}

let ours: Promise<TestServer> | undefined;

export function testServer(): Promise<TestServer> {
  const given = process.env.SAKSHI_TEST_SERVER;
  ours ??= given ? Promise.resolve(JSON.parse(given) as TestServer) : startTestServer();
  return ours;
}
