// Keys of buckets: each wraps the keys of about 10,000 people, is wrapped by the root key, and has epochs. Bucket 0
// has no people: its key seals the accountability half of log entries, and wraps the keys of certificates.
// SPDX-License-Identifier: Apache-2.0
import { createSecretKey, type KeyObject, randomFillSync } from "node:crypto";
import type { Db, Queryable } from "../../platform/db/db.js";
import { context } from "../box.js";
import type { Keyholder } from "../keyholder/client.js";

export const houseBucket = 0;
const peoplePerBucket = 10_000;

export interface BucketKey {
  readonly bucket: number;
  readonly epoch: number;
  readonly key: KeyObject;
}
export interface Buckets {
  /** Undefined when it was destroyed. Throws RootUnavailable when it has to be unwrapped and cannot. */
  key(bucket: number, epoch: number): Promise<KeyObject | undefined>;
  /** The newest epoch of a bucket, which is made when the bucket has none. */
  newest(bucket: number): Promise<BucketKey>;
  /** A bucket with room for so many more people. */
  withRoom(people: number): Promise<BucketKey>;
  /** What is newest is asked of the database again: something has changed. An ended epoch's key goes from memory. */
  forget(ended?: { readonly bucket: number; readonly epoch: number }): void;
  /** Makes an epoch, unless it is there; in a transaction that holds the lock of rotations. */
  make(tx: Queryable, bucket: number, epoch: number): Promise<void>;
}

/** Where a wrapped bucket key belongs. */
export const bucketPlace = (bucket: number, epoch: number): Buffer => context("bucket-key", bucket, epoch);

/** A number of ours among advisory locks. Shared: an epoch is being made. Alone: a step of a rotation. */
export const rotationLock = 7264120;

export function freshKeyBytes(): Buffer {
  return randomFillSync(Buffer.allocUnsafeSlow(32));
}
/** The bytes are wiped. */
export function keyOf(bytes: Buffer): KeyObject {
  try {
    return createSecretKey(bytes);
  } finally {
    bytes.fill(0);
  }
}

/** `firstAccountability` gives the bytes of an installation's key from before it had epochs, if it has one. */
export function bucketsIn(
  db: Db,
  keyholder: Pick<Keyholder, "wrap" | "unwrap">,
  firstAccountability: () => Buffer | undefined = () => undefined,
): Buckets {
  const unwrapped = new Map<string, Promise<KeyObject | undefined>>();
  const newestOf = new Map<number, BucketKey>();
  let filling: { bucket: number; people: number } | undefined;

  async function unwrap(bucket: number, epoch: number): Promise<KeyObject | undefined> {
    const [row] = await db.rows<{ wrapped: Buffer | null }>(
      "SELECT wrapped FROM vault.bucket_keys WHERE bucket = $1 AND epoch = $2 AND destroyed_at IS NULL",
      [bucket, epoch],
    );
    return row?.wrapped ? keyOf(await keyholder.unwrap(row.wrapped, bucketPlace(bucket, epoch))) : undefined;
  }

  /** One question at a time for each; what failed or was not there is asked again the next time. */
  function key(bucket: number, epoch: number): Promise<KeyObject | undefined> {
    const name = `${bucket}/${epoch}`;
    let found = unwrapped.get(name);
    if (!found) {
      found = unwrap(bucket, epoch);
      unwrapped.set(name, found);
      const forget = () => unwrapped.delete(name);
      found.then((got) => got ?? forget(), forget);
    }
    return found;
  }

  async function make(tx: Queryable, bucket: number, epoch: number): Promise<void> {
    const earlier = bucket === houseBucket && epoch === 1 ? firstAccountability() : undefined;
    const wrapped = await keyholder.wrap(earlier ?? freshKeyBytes(), bucketPlace(bucket, epoch));
    await tx.rows("INSERT INTO vault.bucket_keys (bucket, epoch, wrapped) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", [
      bucket,
      epoch,
      wrapped,
    ]);
  }

  async function ensure(bucket: number): Promise<void> {
    await db.transaction(async (tx) => {
      await tx.rows("SELECT pg_advisory_xact_lock_shared($1)", [rotationLock]);
      await make(tx, bucket, 1);
    });
  }

  async function newest(bucket: number): Promise<BucketKey> {
    const known = newestOf.get(bucket);
    if (known) return known;
    const [row] = await db.rows<{ epoch: number }>(
      "SELECT epoch FROM vault.bucket_keys WHERE bucket = $1 AND destroyed_at IS NULL ORDER BY epoch DESC LIMIT 1",
      [bucket],
    );
    if (!row) {
      await ensure(bucket);
      return newest(bucket);
    }
    const found = await key(bucket, row.epoch);
    if (!found) throw new Error("a bucket's newest key is gone");
    const made = { bucket, epoch: row.epoch, key: found };
    newestOf.set(bucket, made);
    return made;
  }

  return {
    key,
    newest,
    make,
    forget(ended) {
      newestOf.clear();
      if (ended) unwrapped.delete(`${ended.bucket}/${ended.epoch}`);
    },
    async withRoom(people) {
      if (!filling) {
        const [row] = await db.rows<{ bucket: number; people: number }>(
          `SELECT b.bucket, (SELECT count(*) FROM vault.person_keys p WHERE p.bucket = b.bucket) AS people
           FROM vault.bucket_keys b WHERE b.bucket > 0 ORDER BY b.bucket DESC LIMIT 1`,
        );
        filling = row ?? { bucket: 1, people: 0 };
      }
      if (filling.people >= peoplePerBucket) filling = { bucket: filling.bucket + 1, people: 0 };
      const found = await newest(filling.bucket);
      filling.people += people;
      return found;
    },
  };
}
