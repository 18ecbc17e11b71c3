// The database's roles. Each process connects as the one role that can do its work and nothing else;
// objects belong to sakshi_owner, which nobody can sign in as.
// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import pg from "pg";

export const loginRoles = [
  "sakshi_app",
  "sakshi_worker",
  "sakshi_recorder",
  "sakshi_opener",
  "sakshi_inquirer",
  "sakshi_publisher",
  "sakshi_auditor",
] as const;
export type LoginRole = (typeof loginRoles)[number];
export type RolePasswords = Readonly<Record<LoginRole, string>>;

export function newRolePasswords(): RolePasswords {
  return Object.fromEntries(loginRoles.map((role) => [role, randomBytes(24).toString("base64url")])) as RolePasswords;
}

/** The same server and database, entered as another role. */
export function urlAs(url: string, role: LoginRole, password: string): string {
  const entered = parseUrl(url);
  entered.username = role;
  entered.password = password;
  return entered.toString();
}

/** The same server and role, another database. */
export function urlOfDatabase(url: string, database: string): string {
  const entered = parseUrl(url);
  entered.pathname = `/${encodeURIComponent(database)}`;
  return entered.toString();
}

export function databaseOf(url: string): string {
  return decodeURIComponent(parseUrl(url).pathname.slice(1)) || "sakshi";
}

// "postgresql:///name?host=/socket/folder" has no host of its own, and a URL without one takes no user name.
function parseUrl(url: string): URL {
  return new URL(url.replace(/^(postgres(?:ql)?:\/\/)\//, "$1localhost/"));
}

/** Makes the roles that are missing, and sets a password where the given one does not open the door. */
export async function prepareRoles(admin: pg.Client, url: string, passwords: RolePasswords): Promise<void> {
  const found = await admin.query<{ rolname: string }>("SELECT rolname FROM pg_roles WHERE rolname LIKE 'sakshi\\_%'");
  const existing = new Set(found.rows.map((row) => row.rolname));
  if (!existing.has("sakshi_owner")) await admin.query("CREATE ROLE sakshi_owner NOLOGIN");
  for (const role of loginRoles) {
    if (!existing.has(role)) {
      await admin.query(`CREATE ROLE ${role} LOGIN NOINHERIT PASSWORD ${pg.escapeLiteral(passwords[role])}`);
    } else if (!(await opens(urlAs(url, role, passwords[role])))) {
      await admin.query(`ALTER ROLE ${role} LOGIN PASSWORD ${pg.escapeLiteral(passwords[role])}`);
    }
    await admin.query(`ALTER ROLE ${role} SET timezone = 'UTC'`);
  }
  for (const role of ["sakshi_app", "sakshi_recorder", "sakshi_opener", "sakshi_inquirer"]) {
    await admin.query(`ALTER ROLE ${role} SET statement_timeout = '15s'`);
    await admin.query(`ALTER ROLE ${role} SET idle_in_transaction_session_timeout = '15s'`);
  }
  await admin.query("GRANT sakshi_worker TO sakshi_owner");
  await admin.query(`DO $$ BEGIN
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
      EXECUTE format('GRANT sakshi_owner TO %I', current_user);
    END IF;
  END $$`);
}

async function opens(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    return true;
  } catch (error) {
    // Only a wrong password is a reason to set it; "no such database yet" comes after the password was accepted.
    return !(error instanceof pg.DatabaseError && (error.code === "28P01" || error.code === "28000"));
  } finally {
    await client.end().catch(() => {});
  }
}

/** Who may enter a database: the login roles and nobody else. A clone of a template needs this again. */
export async function restrictDatabase(admin: pg.Client, database: string): Promise<void> {
  const name = pg.escapeIdentifier(database);
  await admin.query(`REVOKE ALL ON DATABASE ${name} FROM PUBLIC`);
  await admin.query(`GRANT CONNECT ON DATABASE ${name} TO sakshi_owner, ${loginRoles.join(", ")}`);
  await admin.query(`GRANT CREATE ON DATABASE ${name} TO sakshi_owner`);
}
