// Booking over HTTP: the bearer's sign-in, the person's doses through the gate with its entry in the log, the dose rules,
// the place, the appointment and its notice; against pgbench with the bare statements of a booking.
// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeToken } from "../src/api/token.js";
import { connect, type Db } from "../src/platform/db/db.js";
import { publishedSession } from "../tests/support/citizens.js";
import { testWorld, type World } from "../tests/support/world.js";
import { type Citizen, manyCitizens } from "./citizens.js";
import type { Benchmark, Measured } from "./harness.js";
import { findPgbench, pgbench } from "./pgbench.js";
import { askAll, connection, request } from "./requests.js";
import { inWaves } from "./waves.js";
import { startWeb } from "./web.js";

const people = 600;
const clients = 32;
const sessions = 60;

export const bookBenchmark: Benchmark = {
  name: "book",
  what: "bookings over HTTP against pgbench with the bare statements",
  async run(compare) {
    const program = findPgbench();
    if (!program) {
      process.stderr.write("book: not measured, pgbench not installed (Debian package postgresql)\n");
      return;
    }
    const world = await testWorld({ isClockSet: false });
    const folder = mkdtempSync(join(tmpdir(), "sakshi-bench-"));
    const admin = connect(world.adminUrl, { max: 2 });
    const web = await startWeb(world, folder);
    const connections = Array.from({ length: clients }, () => connection(web.port));
    try {
      const citizens = await manyCitizens(world, people);
      const spread = await offer(world, sessions, (people / sessions) * 2);
      const [crowded, halfOfThem] = [await offer(world, 1, people), await offer(world, 1, people / 2)];
      await bareTables(admin);
      const bare = (name: string, session: string): Measured =>
        pgbench(program, { url: world.adminUrl, folder, name, text: bareBooking(session), clients });
      const ours = (sessionIds: readonly string[], places = people): Measured => {
        const requests = citizens.map((citizen, at) => bookingOf(world, citizen, sessionIds[at % sessionIds.length]!));
        return inWaves({
          async run() {
            const counts = await askAll(connections, requests);
            if (counts.get(200) !== places) throw new Error(`answers: ${JSON.stringify([...counts])}`);
            return people;
          },
          settle: () => settle(admin, places),
        });
      };
      // Everybody at once for half as many places: more than they would end it.
      await ours(halfOfThem, people / 2)(0.001);
      await compare({
        name: "book/spread",
        unit: "bookings/s",
        what: `${people} people over ${sessions} sessions, ${clients} connections`,
        target: 0.5,
        ours: ours(spread),
        ceiling: bare("spread", `random(1, ${sessions})`),
      });
      await compare({
        name: "book/contended",
        unit: "bookings/s",
        what: `${people} people in one slot, whose row each of them changes`,
        target: 0.5,
        ours: ours(crowded),
        ceiling: bare("contended", "1"),
      });
    } finally {
      for (const open of connections) open.close();
      web.child.disconnect();
      await admin.close();
      await world.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function offer(world: World, count: number, places: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++)
    ids.push((await publishedSession(world, { slots: 1, places: { dose1: places } })).sessionId);
  return ids;
}

const minutes = 15;
function bookingOf({ deps }: World, citizen: Citizen, sessionId: string): string {
  // A token lasts a quarter of an hour; these begin in the future, so that the longest run ends before they do.
  const token = makeToken(deps.macs, new Date(Date.now() + minutes * 60_000), {
    user_name: citizen.accountId,
    user_type: "BENEFICIARY",
    user_id: citizen.accountId,
    jti: citizen.signInId,
  });
  const body = JSON.stringify({
    dose: 1,
    session_id: sessionId,
    slot: "09:00AM-10:00AM",
    beneficiaries: [citizen.reference],
  });
  return request("POST", "/api/v2/appointment/schedule", [`authorization: Bearer ${token}`], body);
}

/** Oversold is no matter of speed: a wave that sold a place twice, or lost one, ends the benchmark. */
async function settle(admin: Db, expected: number): Promise<void> {
  const [sold] = await admin.rows<{ appointments: number; taken: number; over: number }>(
    `SELECT (SELECT count(*) FROM registry.appointments WHERE status = 'booked') AS appointments,
       sum(taken)::integer AS taken, count(*) FILTER (WHERE taken > capacity) AS over FROM registry.places`,
  );
  if (sold!.appointments !== expected || sold!.taken !== expected || sold!.over > 0)
    throw new Error(`sold wrongly: ${JSON.stringify(sold)}, expected ${expected}`);
  await admin.rows("TRUNCATE registry.appointments, registry.live_appointments, registry.identity_checks");
  await admin.rows("UPDATE registry.places SET taken = 0 WHERE taken > 0");
  await admin.rows("TRUNCATE graphile_worker._private_jobs, registry.availability_changes");
}

/** Tables like ours, with the same keys and checks, that nothing else looks at. */
async function bareTables(admin: Db): Promise<void> {
  await admin.rows("CREATE SCHEMA bare");
  for (const table of ["appointments", "live_appointments"])
    await admin.rows(`CREATE TABLE bare.${table} (LIKE registry.${table} INCLUDING ALL)`);
  await admin.rows(
    "CREATE TABLE bare.places (session integer PRIMARY KEY, taken integer NOT NULL, capacity integer NOT NULL)",
  );
  await admin.rows("INSERT INTO bare.places SELECT n, 0, 1000000000 FROM generate_series(1, 1000) AS n");
  await admin.rows("CREATE TABLE bare.outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, job jsonb NOT NULL)");
}

const bareBooking = (session: string) => `
\\set session ${session}
BEGIN;
UPDATE bare.places SET taken = taken + 1 WHERE session = :session AND taken < capacity;
INSERT INTO bare.appointments (session_id, appointment_id, beneficiary_id, account_id, slot_number, pool, dose_number, channel,
  status, request_key, booked_at)
  VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1, 'dose1', 1, 'online', 'booked',
    gen_random_uuid(), now());
INSERT INTO bare.live_appointments VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid());
INSERT INTO bare.outbox (job) VALUES ('{"kind": "send-notice", "template": "appointment-booked"}');
COMMIT;
`;
