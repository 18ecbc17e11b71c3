// Whether the database still is what the migrations make: its functions (which check explanations), triggers (which keep
// the log), constraints and grants. Whoever takes a guard out of the database is seen here.
// SPDX-License-Identifier: Apache-2.0
import { connect } from "../../platform/db/db.js";
import { type Check, notChecked, without } from "./check.js";

const ours = "n.nspname IN ('registry', 'vault', 'log', 'migrations')";
const grants = (acl: string, kind: string, owner: string) =>
  `(SELECT string_agg(grantee || ' ' || privilege_type, ', ' ORDER BY grantee, privilege_type)
    FROM (SELECT coalesce(nullif(e.grantee, 0)::regrole::text, 'PUBLIC') AS grantee, e.privilege_type
          FROM aclexplode(coalesce(${acl}, acldefault('${kind}', ${owner}))) e) g)`;

/** Each guard that stands in the database: its name, and everything about it. */
const guards = `
  SELECT 'schema ' || n.nspname AS name, ${grants("n.nspacl", "n", "n.nspowner")} AS facts FROM pg_namespace n WHERE ${ours}
  UNION ALL
  SELECT 'function ' || p.oid::regprocedure, p.proowner::regrole || ' ' || md5(pg_get_functiondef(p.oid)) || ' '
      || coalesce(${grants("p.proacl", "f", "p.proowner")}, '')
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ${ours} AND p.prokind = 'f'
  UNION ALL
  SELECT 'table ' || c.oid::regclass, c.relowner::regrole || ' ' || c.relrowsecurity || ' '
      || coalesce(${grants("c.relacl", "r", "c.relowner")}, '')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${ours} AND c.relkind IN ('r', 'v', 'p', 'm')
  UNION ALL
  SELECT 'column ' || c.oid::regclass || '.' || a.attname, ${grants("a.attacl", "c", "c.relowner")}
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE ${ours} AND a.attacl IS NOT NULL
  UNION ALL
  SELECT 'trigger ' || t.tgname || ' on ' || c.oid::regclass, t.tgenabled::text || ' ' || pg_get_triggerdef(t.oid)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE ${ours} AND NOT t.tgisinternal
  UNION ALL
  SELECT 'constraint ' || k.conname || ' on ' || c.oid::regclass, pg_get_constraintdef(k.oid)
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE ${ours}`;

async function guardsOf(url: string): Promise<Map<string, string | null>> {
  const db = connect(url, { max: 1 });
  try {
    const rows = await db.rows<{ name: string; facts: string | null }>(guards);
    return new Map(rows.map(({ name, facts }) => [name, facts]));
  } finally {
    await db.close();
  }
}

export const schemaCheck: Check = {
  id: "schema-as-migrated",
  promise: 2,
  what: "functions, triggers, constraints and grants of the database are those that the migrations make",
  maps: { dpdp: "Rule 6(1)(b)", certIn: "–", iso: "A.8.9, A.8.32" },
  async run({ config, adminUrl, freshDatabase }) {
    if (config.databaseUrl) return notChecked("the database is an outside one");
    const fresh = await freshDatabase();
    try {
      const [wanted, found] = await Promise.all([guardsOf(fresh.url), guardsOf(adminUrl())]);
      const wrong = [...new Set([...wanted.keys(), ...found.keys()])].flatMap((name) => {
        if (!wanted.has(name)) return [`${name} is not of a migration`];
        if (!found.has(name)) return [`${name} is missing`];
        return wanted.get(name) === found.get(name) ? [] : [`${name} is another`];
      });
      return without(wrong, `${wanted.size} compared`);
    } finally {
      await fresh.drop();
    }
  },
};
