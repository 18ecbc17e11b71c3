// Keys of people: a random key each, wrapped by the key of its bucket of about 10,000 people, which is wrapped by
// the root key. Unwrapped for one disclosure and not kept beyond it: erasing a person's row ends all later reading.
// SPDX-License-Identifier: Apache-2.0
import { createSecretKey, type KeyObject, randomFillSync } from "node:crypto";
import type { Db } from "../../platform/db/db.js";
import { context, openBox, sealBox, subkey } from "../box.js";
import { gathered } from "../gather.js";

const peoplePerBucket = 10_000;
const bucketEpoch = 1;
const rootEpoch = 1;

/** The keys below a person's key, one for each use, derived when asked for. */
export interface PersonKeys {
  records(): KeyObject;
  log(): KeyObject;
  tag(): KeyObject;
}
export interface People {
  /** Keys of those who have one. */
  keysOf(subjects: readonly string[]): Promise<Map<string, PersonKeys>>;
  /** Makes keys for those who have none yet. */
  make(subjects: readonly string[]): Promise<void>;
}

interface PersonRow {
  subject_id: string;
  bucket: number;
  epoch: number;
  wrapped: Buffer;
}

function withSecret<T>(bytes: Buffer, use: (key: KeyObject) => T): T {
  try {
    return use(createSecretKey(bytes));
  } finally {
    bytes.fill(0);
  }
}

/** `onDamage` is told of a key that does not unwrap. */
export function peopleOf(db: Db, root: KeyObject, onDamage: (error: unknown) => void): People {
  const bucketKeys = new Map<string, KeyObject>();
  let current: { bucket: number; people: number } | undefined;

  const bucketContext = (bucket: number, epoch: number): Buffer => context("bucket-key", bucket, epoch);
  const personContext = (subject: string, bucket: number): Buffer => context("person-key", subject, bucket);

  function openOrTell(key: KeyObject, box: Buffer, place: Buffer): Buffer | undefined {
    try {
      return openBox(key, box, place);
    } catch (error) {
      onDamage(error);
      return undefined;
    }
  }

  /** Undefined when it was destroyed. */
  async function bucketKey(bucket: number, epoch: number): Promise<KeyObject | undefined> {
    const name = `${bucket}/${epoch}`;
    const known = bucketKeys.get(name);
    if (known) return known;
    const [row] = await db.rows<{ wrapped: Buffer | null }>(
      "SELECT wrapped FROM vault.bucket_keys WHERE bucket = $1 AND epoch = $2 AND destroyed_at IS NULL",
      [bucket, epoch],
    );
    if (!row?.wrapped) return undefined;
    const key = withSecret(openBox(root, row.wrapped, bucketContext(bucket, epoch)), (made) => made);
    bucketKeys.set(name, key);
    return key;
  }

  /** Makes the bucket's key unless somebody else did. */
  async function ensureBucket(bucket: number): Promise<void> {
    const bytes = randomFillSync(Buffer.allocUnsafeSlow(32));
    const wrapped = sealBox(root, rootEpoch, bytes, bucketContext(bucket, bucketEpoch));
    bytes.fill(0);
    await db.rows("INSERT INTO vault.bucket_keys (bucket, epoch, wrapped) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", [
      bucket,
      bucketEpoch,
      wrapped,
    ]);
  }

  async function bucketWithRoom(people: number): Promise<number> {
    if (!current) {
      const [row] = await db.rows<{ bucket: number; people: number }>(
        `SELECT b.bucket, (SELECT count(*) FROM vault.person_keys p WHERE p.bucket = b.bucket) AS people
         FROM vault.bucket_keys b ORDER BY b.bucket DESC LIMIT 1`,
      );
      if (!row) await ensureBucket(1);
      current = row ?? { bucket: 1, people: 0 };
    }
    if (current.people >= peoplePerBucket) {
      await ensureBucket(current.bucket + 1);
      current = { bucket: current.bucket + 1, people: 0 };
    }
    current.people += people;
    return current.bucket;
  }

  async function keysOfAll(lists: readonly (readonly string[])[]): Promise<Map<string, PersonKeys>[]> {
    const rows = await db.rows<PersonRow>(
      "SELECT subject_id, bucket, epoch, wrapped FROM vault.person_keys WHERE subject_id = ANY ($1::uuid[])",
      [[...new Set(lists.flat())]],
    );
    const keys = new Map<string, PersonKeys>();
    for (const row of rows) {
      const own = await unwrap(row);
      if (own) keys.set(row.subject_id, own);
    }
    return lists.map(
      (subjects) => new Map(subjects.flatMap((subject) => (keys.has(subject) ? [[subject, keys.get(subject)!]] : []))),
    );
  }

  /** Undefined when the bucket's key is destroyed, or the row is damaged: that person has no key, all others do. */
  async function unwrap({ subject_id, bucket, epoch, wrapped }: PersonRow): Promise<PersonKeys | undefined> {
    const wrapping = await bucketKey(bucket, epoch);
    const bytes = wrapping && openOrTell(wrapping, wrapped, personContext(subject_id, bucket));
    if (!bytes) return undefined;
    return withSecret(bytes, (key) => ({
      records: () => subkey(key, "vr/records/v1"),
      log: () => subkey(key, "vr/log/v1"),
      tag: () => subkey(key, "vr/tag-key/v1"),
    }));
  }

  return {
    keysOf: gathered(keysOfAll),
    async make(subjects) {
      const bucket = await bucketWithRoom(subjects.length);
      const key = await bucketKey(bucket, bucketEpoch);
      if (!key) throw new Error("the newest bucket has no key");
      const wrapped = subjects.map((subject) => {
        const bytes = randomFillSync(Buffer.allocUnsafeSlow(32));
        const box = sealBox(key, bucketEpoch, bytes, personContext(subject, bucket));
        bytes.fill(0);
        return box;
      });
      await db.rows(
        `INSERT INTO vault.person_keys (subject_id, bucket, epoch, wrapped)
         SELECT subject, $2, $3, wrapped FROM unnest($1::uuid[], $4::bytea[]) AS new (subject, wrapped) ON CONFLICT DO NOTHING`,
        [subjects, bucket, bucketEpoch, wrapped],
      );
    },
  };
}
