// Starts the opener: decryption keys, and the public half of the log's key.
// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from "node:fs";
import { receiptSigner, receiptVerifier } from "../../lib/tlog/index.js";
import { connect } from "../../platform/db/db.js";
import { serveFrames } from "../../platform/frames/index.js";
import type { Metrics } from "../../platform/metrics/metrics.js";
import { poolMetrics } from "../../platform/metrics/process-metrics.js";
import { vaultClock } from "../clock.js";
import { countedBy } from "../counted.js";
import { connectKeyholder } from "../keyholder/client.js";
import { earlierAccountabilityFile, keyPaths, keyReader, linkDirBeside, readPublicKey } from "../keys.js";
import { permits } from "../permits.js";
import { mustBePrivate } from "../private.js";
import { socketsIn, type VaultSettings } from "../settings.js";
import { bucketsIn } from "./buckets.js";
import { opener } from "./opener.js";
import { rotationIn } from "./rotation.js";

const forgetEveryMs = 5_000;

export async function startOpener(
  settings: VaultSettings,
  onFailure: (error: unknown) => void,
  metrics: Metrics,
): Promise<() => Promise<void>> {
  mustBePrivate(settings.socketDir);
  const files = keyPaths(settings.keyDir);
  const clock = vaultClock(settings.clockFile);
  const db = connect(settings.databaseUrl, { max: 4 });
  const permitted = permits({
    origin: settings.origin,
    verifier: receiptVerifier(receiptSigner(settings.origin, readPublicKey(files.logPublic)).vkey),
    now: () => clock().getTime(),
  });
  const forgetting = setInterval(() => permitted.forgetOld(), forgetEveryMs).unref();
  const keyholder = connectKeyholder(socketsIn(settings.socketDir).keyholder, linkDirBeside(settings.keyDir), "opener");
  const read = keyReader(settings.keyDir, (name, box) => keyholder.openFile(name, box));
  const keys = {
    index: await read.secret("index"),
    transit: await read.secret("transit"),
    pseudonym: await read.secret("pseudonym"),
    channel: await read.secret("channel"),
  };
  const buckets = bucketsIn(db, keyholder, () => earlierAccountabilityKey(settings.keyDir));
  const rotation = rotationIn(db, buckets, keyholder);
  poolMetrics(metrics, { opener: db });
  const answer = opener({ db, keys, buckets, rotation, permits: permitted, clock, onFailure });
  const requests = metrics.counter("sakshi_opener_requests_total", "Requests to the opener, by result.");
  const server = await serveFrames(socketsIn(settings.socketDir).opener, countedBy(requests, answer), { onFailure });
  return async () => {
    clearInterval(forgetting);
    server.close();
    keyholder.close();
    await db.close();
  };
}

/** Until epochs came, the key of the accountability halves was a file: it becomes the first epoch. */
function earlierAccountabilityKey(keyDir: string): Buffer | undefined {
  const path = earlierAccountabilityFile(keyDir);
  return existsSync(path) ? readFileSync(path) : undefined;
}
