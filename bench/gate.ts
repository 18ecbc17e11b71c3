// What "no log, no data" costs: reads through the gate against the same reads with no log (./unlogged-opener.ts says what
// those do); many in flight, whose entries share commits, against one at a time.
// SPDX-License-Identifier: Apache-2.0
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectFrames } from "../src/platform/frames/index.js";
import { uuidv7 } from "../src/platform/random.js";
import { useBudget } from "../tests/support/budgets.js";
import { ownSignIn, registeredPerson, signedInAccount } from "../tests/support/vault-people.js";
import { testWorld } from "../tests/support/world.js";
import { type Benchmark, inParallel, inTotal } from "./harness.js";

const people = 200;
/** A process is slow until its code is compiled: both sides begin with as many calls, uncounted. */
const warmUpCalls = 10_000;

export const gateBenchmark: Benchmark = {
  name: "gate",
  what: "logged reads of a person against unlogged ones",
  async run(compare) {
    const world = await testWorld({ isClockSet: false });
    const folder = mkdtempSync(join(tmpdir(), "sakshi-bench-"));
    const socket = join(folder, "unlogged.sock");
    const child = fork(join(import.meta.dirname, "unlogged-opener.js"), [
      socket,
      world.urlAs("sakshi_opener"),
      world.urlAs("sakshi_recorder"),
      world.vault.socketDir,
      world.vault.keyDir,
    ]);
    try {
      await once(child, "message");
      const unlogged = connectFrames(socket, { deadlineMs: 10_000 });
      const known: { subject: string; accountId: string; signInId: string }[] = [];
      for (let n = 0; n < people; n++) {
        const account = await signedInAccount(world);
        known.push({ ...account, subject: await registeredPerson(world, account) });
      }
      const actors = known.map(({ accountId }) => `account:${accountId}`);
      await useBudget(world, actors, "own-sign-in", -1_000_000_000);
      let next = 0;
      const look = () => {
        const { subject, signInId } = known[next++ % people]!;
        return {
          actor: { kind: "citizen", signInId },
          purpose: "own-view",
          explanation: ownSignIn,
          subjects: [subject],
          fields: ["name", "birthYear"],
        } as const;
      };
      const logged = async () => {
        const opened = await world.deps.gate.disclose(look());
        if (!opened.ok) throw new Error(opened.code);
      };
      const unloggedOnes = (mode: "checked" | "unchecked") => async () => {
        const head = { mode, request: uuidv7(), act: "read", isNew: false, ...look() };
        const answer = await unlogged.call({ head, blobs: [] });
        if (!(answer.head as { ok: boolean }).ok) throw new Error("not opened");
      };
      const [checked, unchecked] = [unloggedOnes("checked"), unloggedOnes("unchecked")];
      for (const call of [logged, checked, unchecked]) await inTotal(warmUpCalls, 64, call);
      await compare({
        name: "gate/logged-over-unlogged",
        unit: "reads/s",
        what: "64 in flight; both check sign-in, explanation and policy and open the same fields, ours with entry, receipt, budget",
        target: 0.5,
        ours: inParallel(64, logged),
        ceiling: inParallel(64, checked),
      });
      await compare({
        name: "gate/logged-over-unlogged-many",
        unit: "reads/s",
        what: "the same, 512 in flight",
        ours: inParallel(512, logged),
        ceiling: inParallel(512, checked),
      });
      await compare({
        name: "gate/logged-over-unchecked",
        unit: "reads/s",
        what: "64 in flight, against a process that opens whatever it is told to, whoever asks",
        ours: inParallel(64, logged),
        ceiling: inParallel(64, unchecked),
      });
      await compare({
        name: "gate/many-over-one",
        unit: "reads/s",
        what: "256 in flight, whose entries share commits, against one at a time",
        target: 6,
        ours: inParallel(256, logged),
        ceiling: inParallel(1, logged),
      });
      unlogged.close();
    } finally {
      child.disconnect();
      rmSync(folder, { recursive: true, force: true });
      await world.close();
    }
  },
};
