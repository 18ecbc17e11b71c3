// Starts the opener: decryption keys, and the public half of the log's key.
// SPDX-License-Identifier: Apache-2.0
import { receiptSigner, receiptVerifier } from "../../lib/tlog/index.js";
import { connect } from "../../platform/db/db.js";
import { serveFrames } from "../../platform/frames/index.js";
import { vaultClock } from "../clock.js";
import { keyPaths, readPublicKey, readSecretKey } from "../keys.js";
import { permits } from "../permits.js";
import { mustBePrivate } from "../private.js";
import { socketsIn, type VaultSettings } from "../settings.js";
import { opener } from "./opener.js";

export async function startOpener(
  settings: VaultSettings,
  onFailure: (error: unknown) => void,
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
  const keys = {
    root: readSecretKey(files.root),
    index: readSecretKey(files.index),
    transit: readSecretKey(files.transit),
    accountability: readSecretKey(files.accountability),
    pseudonym: readSecretKey(files.pseudonym),
    channel: readSecretKey(files.channel),
  };
  const server = await serveFrames(
    socketsIn(settings.socketDir).opener,
    opener({ db, keys, permits: permitted, clock, onFailure }),
    {
      onFailure,
    },
  );
  return async () => {
    server.close();
    await db.close();
  };
}
