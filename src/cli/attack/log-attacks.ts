// The log as the target: killed, slowed, rewritten in the database, rewritten where it is published.
// SPDX-License-Identifier: Apache-2.0
import { randomInt } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { runVerifyLog } from "../../../tools/verify-log.js";
import type { Db } from "../../platform/db/db.js";
import { rootsOf } from "../../publisher/index.js";
import { type Actor, type Attack, ask, type Target, tellsOf } from "./target.js";

async function sizeOf(admin: Db): Promise<number> {
  const [head] = await admin.rows<{ size: number }>("SELECT size FROM log.head");
  return head!.size;
}

/** P13: looks go on while the recorder is killed again and again. Each answer with data must have its entry. */
export function logKilled(target: Target, owner: Actor, admin: Db, kill: () => void, times = 4): Attack {
  const path = `/en/people/${target.victim.beneficiaryId}`;
  return {
    path: "P13",
    what: "reading while the log is killed",
    async run() {
      const before = await sizeOf(admin);
      let tries = 0;
      let seen = 0;
      for (let round = 0; round < times; round++) {
        kill();
        // Until somebody is served again, and a little longer; a recorder that never comes back ends it too.
        const seenBefore = seen;
        for (const until = performance.now() + 20_000; performance.now() < until && seen < seenBefore + 3; ) {
          tries++;
          if (tellsOf(target.victim, (await ask(target, owner, { method: "GET", path })).body)) seen++;
          await sleep(20);
        }
      }
      const entries = (await sizeOf(admin)) - before;
      return { tries, obtained: Math.max(0, seen - entries), stoppedAfter: `${seen} seen, ${entries} entries` };
    },
  };
}

/** P13: the log's row is locked, so that no entry can be written: nobody's data may come. */
export function logSlowed(target: Target, owner: Actor, adminUrl: string, tries = 5): Attack {
  const path = `/en/people/${target.victim.beneficiaryId}`;
  return {
    path: "P13",
    what: "reading while the log takes nothing",
    async run() {
      const client = new pg.Client({ connectionString: adminUrl });
      await client.connect();
      let obtained = 0;
      try {
        await client.query("BEGIN");
        await client.query("SELECT FROM log.head FOR UPDATE");
        const answers = await Promise.all(
          Array.from({ length: tries }, () => ask(target, owner, { method: "GET", path })),
        );
        obtained = answers.filter(({ body }) => tellsOf(target.victim, body)).length;
        await client.query("COMMIT");
      } finally {
        await client.end();
      }
      return { tries, obtained, stoppedAfter: `${tries} refused` };
    },
  };
}

/** P14: a superuser changes an entry with the triggers off; whoever makes the root anew must see it. Taken back. */
export function logRewrittenInside(adminUrl: string, tries = 10): Attack {
  return {
    path: "P14",
    what: "rewriting the log in the database",
    async run() {
      const client = new pg.Client({ connectionString: adminUrl });
      await client.connect();
      let obtained = 0;
      const statements = [
        "UPDATE log.entries SET leaf = set_byte(leaf, 40, (get_byte(leaf, 40) + 1) % 256) WHERE index = $1",
        "DELETE FROM log.entries WHERE index = $1",
      ];
      try {
        const { rows } = await client.query<{ size: string }>("SELECT size FROM log.head");
        for (let n = 0; n < tries; n++) {
          await client.query("BEGIN");
          await client.query("SET LOCAL session_replication_role = replica");
          await client.query(statements[n % 2]!, [randomInt(Number(rows[0]!.size))]);
          const inside = {
            rows: async <Row extends object>(text: string, values?: readonly unknown[]) =>
              (await client.query<Row>(text, values as unknown[])).rows.map(withNumbers),
          };
          if ((await rootsOf(inside, [])).isHeadRight) obtained++;
          await client.query("ROLLBACK");
        }
      } finally {
        await client.end();
      }
      return { tries, obtained, stoppedAfter: "seen each time" };
    },
  };
}

/** The driver gives bigint as text here. */
function withNumbers<Row extends object>(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key, /^(index|size)$/.test(key) ? Number(value) : value]),
  ) as Row;
}

/** P14: one byte of the published files is changed, on a copy; the verifier must refuse each. */
export function logRewrittenOutside(published: string, tries = 100): Attack {
  return {
    path: "P14",
    what: "changing a byte of the published log",
    async run() {
      const folder = mkdtempSync(join(tmpdir(), "sakshi-attack-"));
      // What a reader would ask with: the trust policy where one is published, so that a checkpoint without its witnesses fails.
      const policy = join(published, "policy");
      const vkey = readFileSync(join(published, "key"), "utf8").trim();
      const trust = ["--vkey", vkey, ...(existsSync(policy) ? ["--policy", policy] : [])];
      try {
        cpSync(published, folder, { recursive: true });
        const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
          (name) =>
            /^(shards$|(\d{4}q[1-4]\/)?(checkpoint$|tile\/))/.test(name) && statSync(join(folder, name)).isFile(),
        );
        const isRefused = async (): Promise<boolean> =>
          (await runVerifyLog({ args: ["--directory", folder, ...trust], write() {}, writeProgress() {} })) !== 0;
        // Files of sizes that the log has outgrown are no part of what the checkpoint promises.
        const needed = files.filter((name) => !/\.p\//.test(name) || isNewest(name, files));
        let obtained = 0;
        for (let n = 0; n < tries; n++) {
          const file = join(folder, needed[n % needed.length]!);
          const whole = readFileSync(file);
          const changed = Buffer.from(whole);
          changed[randomInt(whole.length)]! ^= randomInt(1, 256);
          writeFileSync(file, changed);
          if (!(await isRefused())) obtained++;
          writeFileSync(file, whole);
        }
        return { tries, obtained, stoppedAfter: "refused each time" };
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  };
}

function isNewest(name: string, all: readonly string[]): boolean {
  const [tile, width] = name.split(".p/");
  return !all.some(
    (other) => other === tile || (other.startsWith(`${tile}.p/`) && Number(other.split(".p/")[1]) > Number(width)),
  );
}
