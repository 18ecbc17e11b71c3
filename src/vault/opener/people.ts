// Keys of people: a random key each, wrapped by the key of its bucket of about 10,000 people, which is wrapped by
// the root key. Unwrapped for one use and never kept: erasing a person's row ends all reading at once.
// SPDX-License-Identifier: Apache-2.0
import { createSecretKey, type KeyObject, randomFillSync } from "node:crypto";
import type { Db } from "../../platform/db/db.js";
import { context, openBox, sealBox, subkey } from "../box.js";

const peoplePerBucket = 10_000;
const bucketEpoch = 1;
const rootEpoch = 1;

/** The keys below a person's key, one for each use. */
export interface PersonKeys {
  readonly records: KeyObject;
  readonly log: KeyObject;
  readonly tag: KeyObject;
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

export function peopleOf(db: Db, root: KeyObject): People {
  const bucketKeys = new Map<string, KeyObject>();
  let current: { bucket: number; people: number } | undefined;

  const bucketContext = (bucket: number, epoch: number): Buffer => context("bucket-key", bucket, epoch);
  const personContext = (subject: string, bucket: number): Buffer => context("person-key", subject, bucket);

  async function bucketKey(bucket: number, epoch: number): Promise<KeyObject> {
    const name = `${bucket}/${epoch}`;
    const known = bucketKeys.get(name);
    if (known) return known;
    const [row] = await db.rows<{ wrapped: Buffer | null }>(
      "SELECT wrapped FROM vault.bucket_keys WHERE bucket = $1 AND epoch = $2 AND destroyed_at IS NULL",
      [bucket, epoch],
    );
    if (!row?.wrapped) throw new Error("a bucket key is missing or destroyed");
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

  return {
    async keysOf(subjects) {
      const rows = await db.rows<PersonRow>(
        "SELECT subject_id, bucket, epoch, wrapped FROM vault.person_keys WHERE subject_id = ANY ($1::uuid[])",
        [subjects],
      );
      const keys = new Map<string, PersonKeys>();
      for (const row of rows) {
        const bytes = openBox(
          await bucketKey(row.bucket, row.epoch),
          row.wrapped,
          personContext(row.subject_id, row.bucket),
        );
        keys.set(
          row.subject_id,
          withSecret(bytes, (key) => ({
            records: subkey(key, "vr/records/v1"),
            log: subkey(key, "vr/log/v1"),
            tag: subkey(key, "vr/tag-key/v1"),
          })),
        );
      }
      return keys;
    },
    async make(subjects) {
      const bucket = await bucketWithRoom(subjects.length);
      const key = await bucketKey(bucket, bucketEpoch);
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
