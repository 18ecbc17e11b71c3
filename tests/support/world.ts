// A world for one test: a database of its own, copied from the migrated template, and the house's dependencies on it,
// connected as the application's role. The clock stands still once set.
// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import pg from "pg";
import type { Deps, Inquirer } from "../../src/modules/disclosure/index.js";
import { connect, type Db } from "../../src/platform/db/db.js";
import { type LoginRole, restrictDatabase, urlAs, urlOfDatabase } from "../../src/platform/db/roles.js";
import { macsWith } from "../../src/platform/macs.js";
import { readSecretKey } from "../../src/vault/keys.js";
import { templateName, testServer } from "./server.js";
import { type TestVault, testVault, type VaultOptions } from "./vault.js";

export interface World {
  readonly deps: Deps & { readonly inquirer: Inquirer };
  readonly vault: TestVault;
  /** The superuser's URL of this world's database: for arranging what no role may do. */
  readonly adminUrl: string;
  /** The URL a role connects with. */
  urlAs(role: LoginRole): string;
  connectAs(role: LoginRole): Db;
  /** Sets the clock of `deps` and of the vault; it stands still until the next call. */
  setNow(now: Date): void;
  close(): Promise<void>;
}

export async function testWorld(options: VaultOptions = {}): Promise<World> {
  const server = await testServer();
  const database = `world_${randomBytes(6).toString("hex")}`;
  await asAdmin(server.url, async (admin) => {
    await admin.query(`CREATE DATABASE ${database} TEMPLATE ${templateName}`);
    await restrictDatabase(admin, database);
  });
  const adminUrl = urlOfDatabase(server.url, database);
  const roleUrl = (role: LoginRole) => urlAs(adminUrl, role, server.passwords[role]);
  const opened: Db[] = [];
  const connectAs = (role: LoginRole) => {
    const db = connect(roleUrl(role));
    opened.push(db);
    return db;
  };
  let now: Date | undefined;
  const clock = () => now ?? new Date();
  const vault = testVault(roleUrl, options);
  const macs = macsWith(readSecretKey(vault.keys.app));
  return {
    deps: {
      db: connectAs("sakshi_app"),
      gate: vault.gate,
      inquirer: vault.inquirer,
      clock,
      macs,
      origin: "https://sakshi.example",
    },
    vault,
    adminUrl,
    urlAs: roleUrl,
    connectAs,
    setNow(date) {
      now = date;
      vault.setNow(date);
    },
    async close() {
      await vault.stop();
      await Promise.all(opened.map((db) => db.close()));
      await asAdmin(server.url, (admin) => admin.query(`DROP DATABASE ${database} WITH (FORCE)`));
    },
  };
}

async function asAdmin(url: string, work: (admin: pg.Client) => Promise<unknown>): Promise<void> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}
