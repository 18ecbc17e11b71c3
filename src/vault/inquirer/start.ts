// Starts the inquirer: decryption keys, the opener's socket to learn what the log permits, and the recorder's to write down
// whom a comparison linked. It idles without anybody's data until an inquiry runs.
// SPDX-License-Identifier: Apache-2.0
import { connect } from "../../platform/db/db.js";
import { connectFrames, serveFrames } from "../../platform/frames/index.js";
import { vaultClock } from "../clock.js";
import type { Entry } from "../entry.js";
import { connectKeyholder } from "../keyholder/client.js";
import { keyReader, linkDirBeside } from "../keys.js";
import { bucketsIn } from "../opener/buckets.js";
import { peopleOf } from "../opener/people.js";
import { ReceiptRefused } from "../permits.js";
import { mustBePrivate } from "../private.js";
import { socketsIn, type VaultSettings } from "../settings.js";
import { inquirer } from "./inquirer.js";
import { runsWith } from "./runs.js";

const recordingDeadlineMs = 10_000;

export async function startInquirer(
  settings: VaultSettings,
  onFailure: (error: unknown) => void,
): Promise<() => Promise<void>> {
  mustBePrivate(settings.socketDir);
  const sockets = socketsIn(settings.socketDir);
  const clock = vaultClock(settings.clockFile);
  const db = connect(settings.databaseUrl, { max: 2 });
  const link = { socket: sockets.keyholder, linkDir: linkDirBeside(settings.keyDir) };
  const keyholder = connectKeyholder(link.socket, link.linkDir, "inquirer");
  const read = keyReader(settings.keyDir, (name, box) => keyholder.openFile(name, box));
  const pseudonyms = await read.secret("pseudonym");
  const recorder = connectFrames(sockets.recorder, { deadlineMs: recordingDeadlineMs });
  const opener = connectFrames(sockets.opener, { deadlineMs: recordingDeadlineMs });
  const permitOf = async (request: unknown): Promise<Entry> => {
    const answer = (await opener.call({ head: { op: "inquiry-permit", request }, blobs: [] })).head;
    const { ok, entry } = answer as { ok: boolean; entry: Entry };
    if (!ok) throw new ReceiptRefused("the log has no such entry");
    return entry;
  };
  const runs = runsWith({
    db,
    reach: { databaseUrl: settings.databaseUrl, link, pseudonyms },
    recorder,
    clock,
    onFailure,
  });
  await runs.forgetLost();
  const people = peopleOf(db, bucketsIn(db, keyholder), onFailure);
  const server = await serveFrames(sockets.inquirer, inquirer({ db, people, pseudonyms, permitOf, runs }), {
    onFailure,
  });
  return async () => {
    server.close();
    recorder.close();
    opener.close();
    keyholder.close();
    await runs.close();
    await db.close();
  };
}
