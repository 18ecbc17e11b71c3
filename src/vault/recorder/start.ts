// Starts the recorder: the log's signing key, the policy, and the publisher when it has a folder to publish to.
// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { receiptSigner } from "../../lib/tlog/index.js";
import { connect } from "../../platform/db/db.js";
import { connectFrames, serveFrames } from "../../platform/frames/index.js";
import type { Metrics } from "../../platform/metrics/metrics.js";
import { poolMetrics } from "../../platform/metrics/process-metrics.js";
import { type Publisher, startPublisher } from "../../publisher/index.js";
import { loadBudgets } from "../budgets.js";
import { canaryKey } from "../canaries.js";
import { vaultClock } from "../clock.js";
import { countedBy } from "../counted.js";
import { connectKeyholder } from "../keyholder/client.js";
import { keyReader, linkDirBeside } from "../keys.js";
import { loadPolicy } from "../policy.js";
import { mustBePrivate } from "../private.js";
import { handingTo, sealingBy } from "../sealing.js";
import { socketsIn, type VaultSettings } from "../settings.js";
import { shareOfCanaryKey } from "./log-store.js";
import { batchesIn, logMetrics } from "./metrics.js";
import { recorder } from "./recorder.js";
import { scoreEachDay } from "./score-days.js";
import { sequencer } from "./sequencer.js";

const sealingDeadlineMs = 2_000;

export async function startRecorder(
  settings: VaultSettings,
  onFailure: (error: unknown) => void,
  metrics: Metrics,
): Promise<() => Promise<void>> {
  mustBePrivate(settings.socketDir);
  const sockets = socketsIn(settings.socketDir);
  const clock = vaultClock(settings.clockFile);
  const policy = loadPolicy();
  const budgets = loadBudgets();
  const keyholder = connectKeyholder(sockets.keyholder, linkDirBeside(settings.keyDir), "recorder");
  const read = keyReader(settings.keyDir, (name, box) => keyholder.openFile(name, box));
  const [logKey, channel, pseudonyms] = [
    await read.private("log"),
    await read.secret("channel"),
    await read.secret("pseudonym"),
  ];
  keyholder.close();
  const db = connect(settings.databaseUrl, { max: 4 });
  // One connection of its own: there is one sequencer, and it never waits for an explanation.
  const logDb = connect(settings.databaseUrl, { max: 1 });
  const opener = connectFrames(sockets.opener, {
    deadlineMs: sealingDeadlineMs,
  });
  const publisher = settings.publish && publishTo(settings.publish, settings.origin, logKey, onFailure);
  // Before the first request is taken: a database restored from a backup must not grow in another way.
  await publisher?.tried;
  const mayGrow = () => publisher?.mayGrow() ?? true;
  const canaries = canaryKey(pseudonyms, await shareOfCanaryKey(db));
  const writing = sequencer({
    db: logDb,
    seal: sealingBy(opener, channel),
    handOver: handingTo(opener),
    signer: receiptSigner(settings.origin, logKey),
    pseudonyms,
    clock,
    mayGrow,
    onBatch: batchesIn(metrics),
    onFailure,
  });
  poolMetrics(metrics, { recorder: db, log: logDb });
  logMetrics(metrics, { sequencer: writing, mayGrow, publisher });
  const answer = recorder({ db, sequencer: writing, policy, budgets, canaries, clock });
  const requests = metrics.counter("sakshi_log_requests_total", "Requests to the recorder, by result.");
  const server = await serveFrames(sockets.recorder, countedBy(requests, answer), { onFailure });
  const stopScoring = scoreEachDay(db, pseudonyms, clock, onFailure);
  return async () => {
    stopScoring();
    server.close();
    opener.close();
    await publisher?.close();
    await Promise.all([db.close(), logDb.close()]);
  };
}

function publishTo(
  { directory, lockDirectory, databaseUrl, policyFile }: NonNullable<VaultSettings["publish"]>,
  origin: string,
  key: KeyObject,
  onFailure: (error: unknown) => void,
): Pick<Publisher, "tried" | "mayGrow" | "published" | "close"> {
  const db = connect(databaseUrl, { max: 1 });
  // The reason names sizes and files of the public log, nothing of a person.
  const onStopped = (reason: string): void => onFailure({ name: "ForkedLog", code: reason });
  const publisher = startPublisher({
    db,
    directory,
    lockDirectory,
    policy: policyFile === undefined ? undefined : readFileSync(policyFile, "utf8"),
    key,
    origin,
    onStopped,
    onTrouble: onFailure,
  });
  return {
    tried: publisher.tried,
    mayGrow: publisher.mayGrow,
    published: publisher.published,
    async close() {
      await publisher.close();
      await db.close();
    },
  };
}
