// What goes wrong around the vault: half frames, a disk that is full, a clock that is set back. Each costs a refusal at
// most; nothing that was acknowledged is lost, and nothing is half written.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import pg from "pg";
import {
  ownSignIn,
  registeredPerson,
  type SignedInAccount,
  signedInAccount,
} from "../../tests/support/vault-people.js";
import { testWorld, type World } from "../../tests/support/world.js";
import { socketsIn } from "./settings.js";

let world: World;
let account: SignedInAccount;
let person: string;

before(async () => {
  world = await testWorld();
  account = await signedInAccount(world);
  person = await registeredPerson(world, account);
});
after(() => world.close());

function look() {
  const asking = { actor: account.actor, purpose: "own-view", explanation: ownSignIn } as const;
  return world.deps.gate.disclose({ ...asking, subjects: [person], fields: ["name"] });
}
async function head(): Promise<{ size: number; entries: number }> {
  const [row] = await world
    .connectAs("sakshi_auditor")
    .rows<{ size: number; entries: number }>(
      "SELECT size, (SELECT count(*) FROM log.entries) AS entries FROM log.head",
    );
  return row!;
}
async function counters(): Promise<number[]> {
  const list = await world.deps.gate.linesOf({ actor: account.actor, subject: person });
  assert.ok(list.ok);
  return list.value.lines.map(({ counter }) => counter);
}
async function asAdmin(statement: string): Promise<void> {
  const admin = new pg.Client({ connectionString: world.adminUrl });
  await admin.connect();
  await admin.query(statement);
  await admin.end();
}

test("half a frame, and a caller that goes away in the middle of one, cost nobody anything", async () => {
  assert.ok((await look()).ok);
  const { keyholder, recorder, opener } = socketsIn(world.vault.socketDir);
  for (const socket of [keyholder, recorder, opener]) {
    for (const bytes of ["00", "0000", "000000ff0000", "00000010000000010000000800"]) {
      const caller = connect(socket);
      await once(caller, "connect");
      caller.end(Buffer.from(bytes, "hex"));
      await once(caller, "close");
    }
  }
  assert.ok((await look()).ok);
});

test("a log whose disk is full takes no entry and lets nothing out; with room again it goes on whole", async () => {
  const before = await head();
  await asAdmin(`
    CREATE FUNCTION log.no_room() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
    CREATE TRIGGER no_room BEFORE INSERT ON log.entries FOR EACH STATEMENT EXECUTE FUNCTION log.no_room()`);
  for (let tries = 0; tries < 3; tries++) {
    assert.deepEqual(await look(), { ok: false, code: "DISCLOSURE_LOG_UNAVAILABLE" });
  }
  assert.deepEqual(await head(), before);
  await asAdmin("DROP TRIGGER no_room ON log.entries");
  assert.ok((await look()).ok);
  const now = await head();
  assert.equal(now.size, now.entries);
});

test("a clock that is set back loses no entry, skips no number and opens no shard", async () => {
  assert.ok((await look()).ok);
  const before = await counters();
  world.setNow(new Date(Date.now() - 100 * 86_400_000));
  assert.ok((await look()).ok);
  world.setNow(new Date());
  assert.ok((await look()).ok);
  const now = await counters();
  assert.deepEqual(
    now,
    Array.from({ length: now.length }, (_, at) => now.length - 1 - at),
  );
  assert.equal(now.length, before.length + 3, "two looks and the list itself");
  assert.deepEqual(await world.connectAs("sakshi_auditor").rows("SELECT FROM log.closed_shards"), []);
});
