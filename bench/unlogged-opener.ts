// The ceilings of the gate: one process that opens a person's fields like the opener, over the same frames, from the same
// database, with no entry, no receipt and no budget. "checked" asks first, in the recorder's own way, who it is that
// asks, whether the explanation is true and what the policy allows, as any product must; "unchecked" opens what it is told to.
// It exists for the benchmark only; nothing else starts it.
// SPDX-License-Identifier: Apache-2.0

import type { Field } from "../src/modules/disclosure/types.js";
import { connect } from "../src/platform/db/db.js";
import { serveFrames } from "../src/platform/frames/index.js";
import type { Budgets } from "../src/vault/budgets.js";
import { gathered } from "../src/vault/gather.js";
import { connectKeyholder } from "../src/vault/keyholder/client.js";
import { linkDirBeside } from "../src/vault/keys.js";
import { bucketsIn } from "../src/vault/opener/buckets.js";
import { peopleOf } from "../src/vault/opener/people.js";
import { newestRecords, openFields } from "../src/vault/opener/records.js";
import { loadPolicy } from "../src/vault/policy.js";
import { explainAll } from "../src/vault/recorder/log-store.js";
import { type RecordRequest, readRequest } from "../src/vault/recorder/requests.js";
import { socketsIn } from "../src/vault/settings.js";

const [socket, openerUrl, recorderUrl, socketDir, keyDir] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
];
const db = connect(openerUrl, { max: 4 });
const checksDb = connect(recorderUrl, { max: 4 });
const tell = (error: unknown) => void process.stderr.write(`${String(error)}\n`);
const keyholder = connectKeyholder(socketsIn(socketDir).keyholder, linkDirBeside(keyDir), "opener");
const people = peopleOf(db, bucketsIn(db, keyholder), tell);
const recordsFor = gathered((wanted: Parameters<typeof newestRecords>[1]) => newestRecords(db, wanted));
const policy = loadPolicy();
const noBudgets: Budgets = {
  of: () => undefined,
  missesOf: () => undefined,
  writtenOf: () => undefined,
  table: { looks: {}, misses: {}, written: {} },
};
const explain = gathered((asked: readonly RecordRequest[]) => explainAll(checksDb, new Date(), noBudgets, asked));

async function mustBeAllowed(request: RecordRequest): Promise<void> {
  const { act, purpose, fields } = request;
  const who = await explain(request);
  if (!who || !fields.every((field) => policy.permits({ role: who.role, act, purpose, field })))
    throw new Error("not allowed");
}

await serveFrames(
  socket,
  async ({ head }) => {
    const { mode, ...asked } = head as RecordRequest & { mode: "checked" | "unchecked" };
    if (mode === "checked") await mustBeAllowed(readRequest(asked));
    const [subject, fields] = [asked.subjects[0]!, asked.fields as readonly Field[]];
    const [keys, rows] = await Promise.all([people.keysOf([subject]), recordsFor({ subjects: [subject], fields })]);
    const own = keys.get(subject);
    if (!own || own === "unavailable") throw new Error("no key");
    const person = openFields(own, rows.get(subject) ?? [], fields);
    return { head: { ok: true, people: [{ subject, person }] }, blobs: [] };
  },
  { onFailure: tell },
);
process.on("disconnect", () => process.exit(0));
process.send?.("ready");
