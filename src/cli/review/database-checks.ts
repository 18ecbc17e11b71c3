// What the database lets each role do, and whether the log in it is whole.
// SPDX-License-Identifier: Apache-2.0
import { connect, sqlState } from "../../platform/db/db.js";
import { type LoginRole, loginRoles } from "../../platform/db/roles.js";
import { rootsOf } from "../../publisher/index.js";
import { type Check, failed, type Installation, notChecked, passed, without } from "./check.js";

const privilege = "42501";
const readsBoxes: readonly LoginRole[] = ["sakshi_opener", "sakshi_inquirer"];
const readsLog: readonly LoginRole[] = ["sakshi_opener", "sakshi_inquirer", "sakshi_auditor", "sakshi_publisher"];

/** What a role must be refused: each is tried as that role. */
function forbiddenTo(role: LoginRole): string[] {
  return [
    "CREATE TABLE registry.planted ()",
    ...(readsBoxes.includes(role)
      ? []
      : ["SELECT box FROM vault.records LIMIT 1", "SELECT wrapped FROM vault.person_keys LIMIT 1"]),
    ...(readsLog.includes(role) ? [] : ["SELECT leaf FROM log.entries LIMIT 1"]),
  ];
}

async function mayTry({ connectAs }: Installation, role: LoginRole): Promise<string[]> {
  const db = connectAs(role);
  const allowed: string[] = [];
  try {
    for (const statement of forbiddenTo(role)) {
      const state = await db
        .transaction(async (tx) => tx.rows(statement))
        .then(
          () => "done",
          (error: unknown) => sqlState(error),
        );
      if (state !== privilege) allowed.push(`${role} may: ${statement}`);
    }
    // Triggers refuse these as well; the grants are a fence of their own.
    const [row] = await db.rows<{ may: boolean }>(
      `SELECT bool_or(has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE')) AS may
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = 'log' AND c.relname IN ('entries', 'head')`,
    );
    if (row!.may) allowed.push(`${role} may change the log`);
  } finally {
    await db.close();
  }
  return allowed;
}

export const databaseChecks: readonly Check[] = [
  {
    id: "role-grants",
    promise: 5,
    what: "each database role is refused what it must not do",
    maps: { dpdp: "Rule 6(1)(b)", certIn: "–", iso: "A.5.15, A.8.3" },
    async run(context) {
      const allowed = (await Promise.all(loginRoles.map((role) => mayTry(context, role)))).flat();
      return without(allowed, `${loginRoles.length} roles tried`);
    },
  },
  {
    id: "log-insert-only",
    promise: 3,
    what: "even the database's superuser is told that the log does not change",
    maps: { dpdp: "Rule 6(1)(c)", certIn: "(iv) logs", iso: "A.8.15" },
    async run({ adminUrl }) {
      const admin = connect(adminUrl(), { max: 1 });
      try {
        const done: string[] = [];
        for (const statement of [
          "UPDATE log.entries SET kind = kind",
          "DELETE FROM log.entries",
          "DELETE FROM log.head",
        ]) {
          const changed = await admin
            .transaction(async (tx) => {
              await tx.rows(statement);
              throw new TakenBack();
            })
            .catch((error: unknown) => error);
          if (changed instanceof TakenBack) done.push(statement);
        }
        return without(done, "update and delete are refused");
      } finally {
        await admin.close();
      }
    },
  },
  {
    id: "log-whole",
    promise: 3,
    what: "the log's entries lead to its root",
    maps: { dpdp: "Rule 6(1)(c), (e)", certIn: "(iv) logs", iso: "A.8.15" },
    async run({ connectAs }) {
      const auditor = connectAs("sakshi_auditor");
      try {
        const { size, isHeadRight } = await rootsOf(auditor, []);
        return isHeadRight ? passed(`${size} entries`) : failed("they do not");
      } finally {
        await auditor.close();
      }
    },
  },
  {
    id: "misses",
    promise: 4,
    what: "few looks of the last day were refused",
    maps: { dpdp: "Rule 6(1)(c)", certIn: "Annexure I 3", iso: "A.8.16" },
    async run({ connectAs }) {
      const auditor = connectAs("sakshi_auditor");
      try {
        const [row] = await auditor.rows<{ all: number; misses: number }>(
          `SELECT count(*) AS all, count(*) FILTER (WHERE kind = 3) AS misses FROM log.entries
           WHERE recorded_at > now() - interval '1 day'`,
        );
        const share = row!.all === 0 ? 0 : row!.misses / row!.all;
        const found = `${row!.misses} of ${row!.all}`;
        return share > 0.05 && row!.misses > 20 ? failed(`${found}: look at the page "Accesses"`) : passed(found);
      } finally {
        await auditor.close();
      }
    },
  },
  {
    id: "findings-decided",
    promise: 4,
    what: "what stands out (emergencies, stops, unusual looking) was decided on within two days",
    maps: { dpdp: "Rule 6(1)(c)", certIn: "Annexure I 3", iso: "A.5.25, A.8.16" },
    async run({ adminUrl }) {
      const admin = connect(adminUrl(), { max: 1 });
      try {
        const open = await admin.rows<{ kind: string; count: number }>(
          `SELECT kind, count(*) AS count FROM registry.access_findings
           WHERE decision IS NULL AND last_at < now() - interval '2 days' AND kind <> 'canary' GROUP BY kind`,
        );
        return without(
          open.map(({ kind, count }) => `${count} open: ${kind}`),
          "none is open for longer",
        );
      } finally {
        await admin.close();
      }
    },
  },
  {
    id: "canaries-silent",
    promise: 4,
    what: "nobody asked for a person who was invented to be asked for by nobody",
    maps: { dpdp: "Rule 6(1)(c)", certIn: "Annexure I 3", iso: "A.5.7, A.8.16" },
    async run({ adminUrl }) {
      const admin = connect(adminUrl(), { max: 1 });
      try {
        const [row] = await admin.rows<{ planted: number; touched: number }>(
          `SELECT (SELECT coalesce(sum(cardinality(commitments)), 0) FROM log.canary_batches)::int AS planted,
             (SELECT count(*) FROM registry.access_findings WHERE kind = 'canary' AND decision IS DISTINCT FROM 'explained')::int AS touched`,
        );
        const { planted, touched } = row!;
        if (touched > 0) return failed(`${touched} actors did: look at the page "Accesses"`);
        return planted > 0 ? passed(`${planted} are planted`) : notChecked("none is planted: bin/sakshi canary plant");
      } finally {
        await admin.close();
      }
    },
  },
];

class TakenBack extends Error {}
