// The opener holds the keys and opens nothing without the log's receipt: its signed word that it has taken an entry
// about this person, these fields, this purpose. It has no log key, so it cannot write its own permission.
// SPDX-License-Identifier: Apache-2.0
import { createHash, createHmac, createPublicKey, type KeyObject, sign } from "node:crypto";
import type { Field, PersonRecord, SealedValues } from "../../modules/disclosure/types.js";
import type { Clock } from "../../platform/clock.js";
import type { Db } from "../../platform/db/db.js";
import type { Message } from "../../platform/frames/index.js";
import { subkey } from "../box.js";
import type { Entry } from "../entry.js";
import { gathered } from "../gather.js";
import { type Permits, ReceiptRefused } from "../permits.js";
import { linesOf, maxLines } from "./lines.js";
import { type People, type PersonKeys, peopleOf } from "./people.js";
import { newestRecords, openFields, type RecordsWanted, recordsOf, sealRecords } from "./records.js";
import { entrySealer } from "./seal-entries.js";
import { isMobile, transitWith } from "./transit.js";

export interface OpenerKeys {
  readonly root: KeyObject;
  readonly index: KeyObject;
  readonly transit: KeyObject;
  readonly accountability: KeyObject;
  readonly pseudonym: KeyObject;
  readonly channel: KeyObject;
  readonly certificate: KeyObject;
}
export interface OpenerParts {
  readonly db: Db;
  readonly keys: OpenerKeys;
  readonly permits: Permits;
  readonly clock: Clock;
  readonly onFailure: (error: unknown) => void;
}

const refusedReceipt: Message = {
  head: { ok: false, code: "RECEIPT_REFUSED" },
  blobs: [],
};
const reply = (head: object, ...blobs: Buffer[]): Message => ({
  head: { ok: true, ...head },
  blobs,
});

/** The entries of a request, all of the asked kind: a permission to see is none to change, and the other way round. */
function entriesFor(permits: Permits, request: unknown, isRight: (entry: Entry) => boolean): readonly Entry[] {
  const entries = permits.use(request);
  if (!entries.every(isRight)) throw new ReceiptRefused("the entry is of something else");
  return entries;
}

function entryFor(permits: Permits, request: unknown, isRight: (entry: Entry) => boolean): Entry {
  const [entry, ...more] = entriesFor(permits, request, isRight);
  if (!entry || more.length > 0) throw new ReceiptRefused("the request is about several people");
  return entry;
}

/** An officer who works on one ticket sees that one and no other of the person. */
function isWithin({ explanation, reference }: Entry, record: string): boolean {
  return explanation !== "ticket" || !record.startsWith("ticket/") || record === `ticket/${reference}`;
}

async function keysFor(people: People, subject: string): Promise<PersonKeys> {
  const keys = (await people.keysOf([subject])).get(subject);
  if (!keys) throw new ReceiptRefused("the person has no key");
  return keys;
}

export function opener({ db, keys, permits, clock, onFailure }: OpenerParts): (message: Message) => Promise<Message> {
  const people = peopleOf(db, keys.root, onFailure);
  const sealer = entrySealer(people, permits, keys);
  const transit = transitWith(keys.transit, clock);
  const recordsFor = gathered((wanted: readonly RecordsWanted[]) => newestRecords(db, wanted));
  const phoneKey = subkey(keys.index, "vr/index/phone/v1");
  const certificateSpki = createPublicKey(keys.certificate).export({
    format: "der",
    type: "spki",
  });
  const certificateKeyId = createHash("sha256").update(certificateSpki).digest().subarray(0, 8);

  async function open(head: { request: unknown }): Promise<Message> {
    const entries = entriesFor(
      permits,
      head.request,
      (entry) => entry.kind === "disclosure" && entry.purpose !== "own-log" && entry.digest === undefined,
    );
    const subjects = entries.map((entry) => entry.subject);
    const fields = [...new Set(entries.flatMap((entry) => entry.fields as Field[]))];
    const [personKeys, rows] = await Promise.all([people.keysOf(subjects), recordsFor({ subjects, fields })]);
    const opened: { subject: string; person: Partial<PersonRecord> }[] = entries.map((entry) => {
      const own = personKeys.get(entry.subject);
      if (!own) throw new ReceiptRefused("the person has no key");
      const held = (rows.get(entry.subject) ?? []).filter((row) => isWithin(entry, row.record));
      return {
        subject: entry.subject,
        person: openFields(own, held, entry.fields as Field[]),
      };
    });
    return reply({ people: opened });
  }

  async function seal(head: { request: unknown; values: SealedValues }, blobs: readonly Buffer[]): Promise<Message> {
    const entry = entryFor(permits, head.request, ({ kind, digest }) => kind === "change" && digest === undefined);
    const [contactBox] = blobs;
    const contact = contactBox ? transit.open(contactBox) : undefined;
    if (contactBox && !contact) return { head: { ok: false, code: "TRANSIT_BOX_REFUSED" }, blobs: [] };
    const records = recordsOf(head.values, head.values.contact ? (contact?.mobile ?? null) : undefined);
    const filled = new Set<string>(records.flatMap((record) => record.fields));
    if (filled.size !== entry.fields.length || !entry.fields.every((field) => filled.has(field))) {
      throw new ReceiptRefused("the entry is of other fields");
    }
    const boxes = await sealRecords(db, await keysFor(people, entry.subject), entry.subject, records);
    return reply(
      {
        boxes: boxes.map(({ subjectId, record, version }) => ({
          subjectId,
          record,
          version,
        })),
      },
      ...boxes.map(({ box }) => box),
    );
  }

  async function lines(head: { request: unknown; before?: number; limit?: number }): Promise<Message> {
    const entry = entryFor(
      permits,
      head.request,
      ({ kind, purpose }) => kind === "disclosure" && purpose === "own-log",
    );
    const limit = Math.min(Math.max(Math.trunc(head.limit ?? maxLines), 1), maxLines);
    const page = { subject: entry.subject, before: head.before, limit };
    return reply(await linesOf(db, keys.pseudonym, await keysFor(people, entry.subject), page));
  }

  function signCertificate(head: { request: unknown }, blobs: readonly Buffer[]): Message {
    const [bytes] = blobs;
    if (!bytes) throw new ReceiptRefused("nothing to sign");
    const digest = createHash("sha256").update(bytes).digest("base64url");
    entryFor(
      permits,
      head.request,
      (entry) => entry.kind === "change" && entry.purpose === "certificate" && entry.digest === digest,
    );
    return reply(
      {},
      sign("sha256", bytes, {
        key: keys.certificate,
        dsaEncoding: "ieee-p1363",
      }),
    );
  }

  function phoneIndex({ mobile }: { mobile: unknown }): Message {
    if (!isMobile(mobile)) throw new Error("not a mobile number");
    return reply({}, createHmac("sha256", phoneKey).update(`+91${mobile}`).digest().subarray(0, 16));
  }

  function openTransit([box]: readonly Buffer[]): Message {
    const content = box && transit.handBack(box);
    return reply(content ? { content } : {});
  }

  async function answer({ head, blobs }: Message): Promise<Message> {
    const request = head as { op: string };
    switch (request.op) {
      case "seal-entries":
        return reply({}, await sealer.seal(blobs[0] ?? Buffer.alloc(0), blobs[1] ?? Buffer.alloc(0)));
      case "taken":
        permits.taken((head as { note: string }).note, blobs[0] ?? Buffer.alloc(0));
        return reply({});
      case "open":
        return open(head as Parameters<typeof open>[0]);
      case "seal":
        return seal(head as Parameters<typeof seal>[0], blobs);
      case "lines":
        return lines(head as Parameters<typeof lines>[0]);
      case "sign-certificate":
        return signCertificate(head as Parameters<typeof signCertificate>[0], blobs);
      case "phone-index":
        return phoneIndex(head as { mobile: unknown });
      case "seal-for-transit": {
        const { mobile, text, lifetimeSeconds } = head as {
          mobile: string;
          text?: string;
          lifetimeSeconds: number;
        };
        return reply({}, transit.seal(text === undefined ? { mobile } : { mobile, text }, lifetimeSeconds));
      }
      case "open-transit":
        return openTransit(blobs);
      case "certificate-key":
        return reply({}, certificateKeyId, certificateSpki);
      default:
        throw new Error("no such operation");
    }
  }

  return async (message) => {
    try {
      return await answer(message);
    } catch (error) {
      if (error instanceof ReceiptRefused) return refusedReceipt;
      throw error;
    }
  };
}
