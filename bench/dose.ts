// Recording a dose: the person's history through the gate with its entry in the log, the dose rules, the sealed box with
// another entry, then appointment, stock, dose and jobs in one transaction; against pgbench with the bare inserts.
// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { recordVaccination } from "../src/modules/vaccinations/index.js";
import { connect, type Db } from "../src/platform/db/db.js";
import { accountabilitySealedBytes, subjectSealedBytes } from "../src/vault/entry.js";
import { useBudget } from "../tests/support/budgets.js";
import { type CheckedIn, checkedInPerson, type DoseDay, doseDay } from "../tests/support/dose-day.js";
import { testWorld, type World } from "../tests/support/world.js";
import type { Benchmark } from "./harness.js";
import { findPgbench, pgbench } from "./pgbench.js";
import { inWaves } from "./waves.js";

const people = 400;
const sites = 20;
const inFlight = 64;

type Given = CheckedIn & { readonly day: DoseDay };

export const doseBenchmark: Benchmark = {
  name: "dose",
  what: "recorded doses against pgbench with the bare inserts",
  async run(compare) {
    const program = findPgbench();
    if (!program) {
      process.stderr.write("dose: not measured, pgbench not installed (Debian package postgresql)\n");
      return;
    }
    const world = await testWorld({ isClockSet: false });
    const folder = mkdtempSync(join(tmpdir(), "sakshi-bench-"));
    const admin = connect(world.adminUrl, { max: 1 });
    try {
      const waiting = await everybody(world);
      await bareTables(admin);
      await compare({
        name: "dose/recorded-over-bare",
        unit: "doses/s",
        what: `${people} people at ${sites} sites, ${inFlight} in flight; with two log entries, box, stock and jobs`,
        target: 0.5,
        ours: inWaves({
          run: () => recordAll(world, waiting),
          settle: () => settle(admin),
        }),
        ceiling: pgbench(program, { url: world.adminUrl, folder, name: "dose", text: bareDose, clients: 32 }),
      });
    } finally {
      await admin.close();
      await world.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function everybody(world: World): Promise<Given[]> {
  const given: Given[] = [];
  for (let site = 0; site < sites; site++) {
    const day = await doseDay(world, { doses: people });
    await useBudget(world, `staff:${day.vaccinator.staffId}`, "appointment-here", -1_000_000_000);
    const here = Array.from({ length: people / sites }, () => checkedInPerson(world, day));
    for (const one of await Promise.all(here)) given.push({ ...one, day });
  }
  return given;
}

async function recordAll({ deps }: World, waiting: readonly Given[]): Promise<number> {
  // Neighbours in the queue are at different sites, as they would be.
  const queue = waiting.toSorted((a, b) => (a.input.requestKey.slice(-4) < b.input.requestKey.slice(-4) ? -1 : 1));
  const worker = async () => {
    for (let next = queue.pop(); next; next = queue.pop()) {
      const recorded = await recordVaccination(deps, next.day.vaccinator.actor, next.input);
      if (!recorded.ok) throw new Error(recorded.code);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return waiting.length;
}

/** Each dose is there once, with box, stock and four jobs, one of them for the first look of a site: or the benchmark ends. */
async function settle(admin: Db): Promise<void> {
  const [left] = await admin.rows<Record<string, number>>(
    `SELECT (SELECT count(*) FROM registry.vaccinations)::integer AS doses,
       (SELECT count(*) FROM vault.records WHERE record LIKE 'dose/%')::integer AS boxes,
       (SELECT sum(doses_used) FROM registry.batches)::integer AS used,
       (SELECT count(*) FROM graphile_worker._private_jobs)::integer / 4 AS jobs`,
  );
  if (Object.values(left!).some((count) => count !== people)) throw new Error(`left: ${JSON.stringify(left)}`);
  await admin.rows(
    "UPDATE registry.appointments SET status = 'checked-in', ended_at = NULL WHERE status = 'completed'",
  );
  await admin.rows("UPDATE registry.batches SET doses_used = 0");
  await admin.rows("DELETE FROM vault.records WHERE record LIKE 'dose/%'");
  await admin.rows(
    "TRUNCATE registry.vaccinations, registry.organisations_told, registry.access_notices, graphile_worker._private_jobs",
  );
}

/** Tables like ours, with the same keys and checks, that nothing else looks at. */
async function bareTables(admin: Db): Promise<void> {
  await admin.rows("CREATE SCHEMA bare");
  await admin.rows(
    "CREATE TABLE bare.appointments (n integer PRIMARY KEY, status text NOT NULL, ended_at timestamptz)",
  );
  await admin.rows("INSERT INTO bare.appointments SELECT n, 'checked-in' FROM generate_series(1, 100000) AS n");
  await admin.rows(`CREATE TABLE bare.batches (n integer PRIMARY KEY, used integer NOT NULL)`);
  await admin.rows(`INSERT INTO bare.batches SELECT n, 0 FROM generate_series(1, ${sites}) AS n`);
  for (const table of ["registry.vaccinations", "registry.organisations_told", "vault.records", "log.entries"])
    await admin.rows(`CREATE TABLE bare.${table.split(".")[1]} (LIKE ${table} INCLUDING ALL)`);
  await admin.rows("CREATE SEQUENCE bare.next_entry");
  await admin.rows("CREATE TABLE bare.outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, job jsonb NOT NULL)");
}

const entry = `INSERT INTO bare.entries (index, leaf, kind, subject_pseudonym, counter, actor_pseudonym, sealed_subject,
    sealed_accountability, request_id, recorded_at)
  VALUES (nextval('bare.next_entry'), decode(repeat('ab', 66), 'hex'), 1, substr(sha256(gen_random_uuid()::text::bytea), 1, 16), 0,
    decode(repeat('ab', 16), 'hex'), decode(repeat('ab', ${subjectSealedBytes}), 'hex'),
    decode(repeat('ab', ${accountabilitySealedBytes}), 'hex'), gen_random_uuid(), now());`;

// The entry of the look is committed before the dose is written, as no log, no data demands of any implementation.
const bareDose = `
\\set appointment random(1, 100000)
\\set batch random(1, ${sites})
${entry}
BEGIN;
UPDATE bare.appointments SET status = 'completed', ended_at = now() WHERE n = :appointment;
UPDATE bare.batches SET used = used + 1 WHERE n = :batch;
INSERT INTO bare.vaccinations (beneficiary_id, vaccination_id, dose_number, session_id, facility_id, status, request_key,
    recorded_by, recorded_at)
  VALUES (gen_random_uuid(), gen_random_uuid(), 1, gen_random_uuid(), gen_random_uuid(), 'valid', gen_random_uuid(),
    gen_random_uuid(), now());
INSERT INTO bare.records (subject_id, record, version, box) VALUES (gen_random_uuid(), 'identity', 1, decode(repeat('ab', 543), 'hex'));
INSERT INTO bare.outbox (job) VALUES ('{"kind": "issue-certificate"}'), ('{"kind": "count-dose"}'), ('{"kind": "send-notice"}'),
  ('{"kind": "send-notice"}');
INSERT INTO bare.organisations_told VALUES (gen_random_uuid(), 'Demo Health Centre');
${entry}
COMMIT;
`;
