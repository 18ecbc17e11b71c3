// The ceiling of the gate: a process that opens a person's fields like the opener, over the same frames, from the same
// database, with no receipt and no log. It exists for the benchmark only; nothing else starts it.
// SPDX-License-Identifier: Apache-2.0

import { connect } from "../src/platform/db/db.js";
import { serveFrames } from "../src/platform/frames/index.js";
import { gathered } from "../src/vault/gather.js";
import { connectKeyholder } from "../src/vault/keyholder/client.js";
import { linkDirBeside } from "../src/vault/keys.js";
import { bucketsIn } from "../src/vault/opener/buckets.js";
import { peopleOf } from "../src/vault/opener/people.js";
import { newestRecords, openFields } from "../src/vault/opener/records.js";
import { socketsIn } from "../src/vault/settings.js";

const [socket, databaseUrl, socketDir, keyDir] = process.argv.slice(2) as [string, string, string, string];
const db = connect(databaseUrl, { max: 4 });
const tell = (error: unknown) => void process.stderr.write(`${String(error)}\n`);
const keyholder = connectKeyholder(socketsIn(socketDir).keyholder, linkDirBeside(keyDir), "opener");
const people = peopleOf(db, bucketsIn(db, keyholder), tell);
const recordsFor = gathered((wanted: Parameters<typeof newestRecords>[1]) => newestRecords(db, wanted));

await serveFrames(
  socket,
  async ({ head }) => {
    const { subject } = head as { subject: string };
    const [keys, rows] = await Promise.all([
      people.keysOf([subject]),
      recordsFor({ subjects: [subject], fields: ["name", "birthYear"] }),
    ]);
    const own = keys.get(subject);
    if (!own || own === "unavailable") throw new Error("no key");
    const person = openFields(own, rows.get(subject) ?? [], ["name", "birthYear"]);
    return { head: { ok: true, person }, blobs: [] };
  },
  { onFailure: tell },
);
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
