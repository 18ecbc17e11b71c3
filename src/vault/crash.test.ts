// What was acknowledged is in the log, whoever is killed: the recorder with SIGKILL, its database connections by the
// server, the opener in between. And the tree is whole: the head's root is the root of the leaves.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { useBudget } from "../../tests/support/budgets.js";
import { letQuarterEnd } from "../../tests/support/shards.js";
import {
  ownSignIn,
  registeredPerson,
  type SignedInAccount,
  signedInAccount,
} from "../../tests/support/vault-people.js";
import { testWorld, type World } from "../../tests/support/world.js";
import { connectFrames, type FrameClient } from "../platform/frames/index.js";
import { uuidv7 } from "../platform/random.js";
import { rootsOf } from "../publisher/index.js";

let world: World;
let account: SignedInAccount;
let people: string[];
let recorder: FrameClient;

before(async () => {
  world = await testWorld();
  account = await signedInAccount(world);
  people = await Promise.all(Array.from({ length: 4 }, () => registeredPerson(world, account)));
  await useBudget(world, `account:${account.accountId}`, "own-sign-in", -1_000_000);
  recorder = connectFrames(world.vault.sockets.recorder, { deadlineMs: 5_000 });
});
after(async () => {
  recorder.close();
  await world.close();
});

interface Acknowledged {
  readonly index: number;
  readonly request: string;
}
interface Load {
  /** Resolves when so many more entries are acknowledged. */
  more(count: number): Promise<void>;
  /** Stops and gives what was acknowledged, and how often there was no answer. */
  end(): Promise<{ acknowledged: Acknowledged[]; unanswered: number }>;
}

/** Sixteen callers that ask the recorder without pause. */
function underLoad(): Load {
  const acknowledged: Acknowledged[] = [];
  let unanswered = 0;
  let isOver = false;
  const caller = async (): Promise<void> => {
    while (!isOver) {
      const asking = {
        act: "read",
        actor: account.actor,
        purpose: "own-view",
        explanation: ownSignIn,
        fields: ["name"],
      };
      const subjects = [people[Math.floor(Math.random() * people.length)]];
      const request = uuidv7();
      try {
        const { head } = await recorder.call({
          head: { request, isNew: false, ...asking, subjects },
          blobs: [],
        });
        const answer = head as { ok: boolean; index: number };
        if (answer.ok) acknowledged.push({ index: answer.index, request });
        else throw new Error("refused");
      } catch {
        unanswered++;
        await sleep(10);
      }
    }
  };
  const callers = Array.from({ length: 16 }, caller);
  return {
    async more(count) {
      const goal = acknowledged.length + count;
      while (acknowledged.length < goal) await sleep(5);
    },
    async end() {
      isOver = true;
      await Promise.all(callers);
      return { acknowledged, unanswered };
    },
  };
}

async function checkWhole(acknowledged: readonly Acknowledged[]): Promise<void> {
  const auditor = world.connectAs("sakshi_auditor");
  const rows = await auditor.rows<{
    index: number;
    subject: string | null;
    counter: number | null;
    request: string;
  }>(
    `SELECT index, encode(subject_pseudonym, 'hex') AS subject, counter, request_id AS request FROM log.entries ORDER BY index`,
  );
  const { size, isHeadRight } = await rootsOf(auditor, []);
  assert.equal(size, rows.length);
  assert.ok(isHeadRight, "the entries of each shard lead to its root");
  const next = new Map<string, number>();
  rows.forEach(({ index, subject, counter }, at) => {
    assert.equal(index, at);
    if (subject === null) return;
    assert.equal(counter, next.get(subject) ?? 0, "a person's counter has no gap");
    next.set(subject, counter! + 1);
  });
  for (const { index, request } of acknowledged) assert.equal(rows[index]?.request, request);
  const requests = rows.map((row) => row.request);
  assert.equal(new Set(requests).size, requests.length, "no entry is written twice");
}

test("killed under load and started again, the recorder has lost nothing it acknowledged", async () => {
  const load = underLoad();
  for (let round = 0; round < 3; round++) {
    await load.more(40);
    await world.vault.kill("recorder");
    await world.vault.start();
  }
  await load.more(40);
  const { acknowledged, unanswered } = await load.end();
  assert.ok(unanswered > 0, "the load was hit");
  await checkWhole(acknowledged);
});

test("killed at the turn of a quarter, the recorder opens one new shard and no counter has a gap", async () => {
  const load = underLoad();
  const rounds = 2;
  for (let round = 0; round < rounds; round++) {
    await load.more(20);
    await letQuarterEnd(world);
    await sleep(round * 10);
    await world.vault.kill("recorder");
    await world.vault.start();
  }
  await load.more(20);
  const { acknowledged } = await load.end();
  await checkWhole(acknowledged);
  const auditor = world.connectAs("sakshi_auditor");
  const [turns] = await auditor.rows<{ count: number }>("SELECT count(*) AS count FROM log.closed_shards");
  assert.ok(turns!.count >= 1 && turns!.count <= rounds, `${turns!.count} shards closed`);
});

test("connections cut in mid-commit lose nothing and write nothing twice", async () => {
  const admin = new pg.Client({ connectionString: world.adminUrl });
  await admin.connect();
  const load = underLoad();
  for (let round = 0; round < 15; round++) {
    await load.more(5);
    await admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'sakshi_recorder' AND datname = current_database()",
    );
  }
  await load.more(5);
  const { acknowledged } = await load.end();
  await admin.end();
  await checkWhole(acknowledged);
});

test("killed under load, the opener costs refusals only", async () => {
  const load = underLoad();
  await load.more(40);
  await world.vault.kill("opener");
  await world.vault.start();
  await load.more(40);
  const { acknowledged } = await load.end();
  await checkWhole(acknowledged);
  const list = await world.deps.gate.linesOf({ actor: account.actor, subject: people[0]! });
  assert.ok(list.ok, "and everything that is in the log still opens");
});
