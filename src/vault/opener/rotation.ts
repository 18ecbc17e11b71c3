// Rotation in small steps, while the system runs: each step is one transaction that may be the last; whoever goes on
// later finds in the database what is left. An epoch that waits is replaced by the next, people's keys are rewrapped,
// the old key is destroyed; then the root epoch that had wrapped it follows, so that no backup opens what was erased.
// SPDX-License-Identifier: Apache-2.0
import type { KeyStatus, KeyStep } from "../../modules/disclosure/gate.js";
import type { Db, Queryable, Tx } from "../../platform/db/db.js";
import { boxEpoch, openBox, sealBox } from "../box.js";
import type { Keyholder } from "../keyholder/client.js";
import { type Buckets, bucketPlace, houseBucket, keyOf, rotationLock } from "./buckets.js";
import { personPlace } from "./people.js";

const peopleAtOnce = 500;
const bucketsAtOnce = 20;
type RootKey = Pick<Keyholder, "wrap" | "unwrap" | "epochs" | "next" | "destroy">;

export interface Rotation {
  step(now: Date): Promise<KeyStep>;
  /** Marks every living epoch as one to be replaced. Gives how many wait now. */
  markAll(now: Date): Promise<number>;
  /** Makes the next epoch of the root key; the steps rewrap the buckets and destroy the one before. */
  nextRoot(): Promise<number>;
  status(): Promise<KeyStatus>;
}

export function rotationIn(db: Db, buckets: Buckets, root: RootKey): Rotation {
  async function ended<T>(work: (tx: Tx) => Promise<T>): Promise<T | { did: "busy" }> {
    return db.transaction(async (tx) => {
      const [lock] = await tx.rows<{ held: boolean }>("SELECT pg_try_advisory_xact_lock($1) AS held", [rotationLock]);
      return lock?.held ? work(tx) : { did: "busy" as const };
    });
  }

  async function rotateBucket(tx: Tx, bucket: number, epoch: number, now: Date): Promise<KeyStep> {
    const newest = await newestEpoch(tx, bucket);
    if (newest === epoch) await buckets.make(tx, bucket, epoch + 1);
    const to = newest === epoch ? epoch + 1 : newest;
    if (bucket === houseBucket) {
      // Entries of the log are never changed: the epochs they were sealed with stay, each wrapped by the root key.
      await tx.rows("UPDATE vault.bucket_keys SET rotate_since = NULL WHERE bucket = $1 AND epoch <> $2", [bucket, to]);
      return { did: "house-made", epoch: to };
    }
    const people = await rewrapPeople(tx, bucket, epoch, to);
    if (people > 0) return { did: "rewrapped", people, bucket };
    return (await destroyBucket(tx, bucket, epoch, now)) ? { did: "destroyed", bucket, epoch } : { did: "busy" };
  }

  async function rewrapPeople(tx: Tx, bucket: number, from: number, to: number): Promise<number> {
    const rows = await tx.rows<{ subject_id: string; wrapped: Buffer }>(
      "SELECT subject_id, wrapped FROM vault.person_keys WHERE bucket = $1 AND epoch = $2 LIMIT $3 FOR UPDATE",
      [bucket, from, peopleAtOnce],
    );
    if (rows.length === 0) return 0;
    const [old, fresh] = [await buckets.key(bucket, from), await keyInside(tx, bucket, to)];
    if (!old) throw new Error("a bucket's key is gone before its people were rewrapped");
    const wrapped = rows.map((row) => {
      const place = personPlace(row.subject_id, bucket);
      try {
        const bytes = openBox(old, row.wrapped, place);
        const box = sealBox(fresh, to, bytes, place);
        bytes.fill(0);
        return box;
      } catch {
        // Damaged before: it opens with no key, then as now, and must not keep the old key alive.
        return row.wrapped;
      }
    });
    await tx.rows(
      `UPDATE vault.person_keys p SET epoch = $3, wrapped = new.wrapped
       FROM unnest($4::uuid[], $5::bytea[]) AS new (subject_id, wrapped)
       WHERE p.subject_id = new.subject_id AND p.bucket = $1 AND p.epoch = $2`,
      [bucket, from, to, rows.map((row) => row.subject_id), wrapped],
    );
    return rows.length;
  }

  /** The epoch made in this very transaction is not seen by other connections yet. */
  async function keyInside(tx: Tx, bucket: number, epoch: number) {
    const [row] = await tx.rows<{ wrapped: Buffer }>(
      "SELECT wrapped FROM vault.bucket_keys WHERE bucket = $1 AND epoch = $2 AND destroyed_at IS NULL",
      [bucket, epoch],
    );
    if (!row) throw new Error("a bucket's newest key is gone");
    return keyOf(await root.unwrap(row.wrapped, bucketPlace(bucket, epoch)));
  }

  /** False when somebody came under the epoch meanwhile: the next step takes them along. */
  async function destroyBucket(tx: Tx, bucket: number, epoch: number, now: Date): Promise<boolean> {
    const [row] = await tx.rows<{ wrapped: Buffer }>(
      "SELECT wrapped FROM vault.bucket_keys WHERE bucket = $1 AND epoch = $2 FOR UPDATE",
      [bucket, epoch],
    );
    const [late] = await tx.rows("SELECT FROM vault.person_keys WHERE bucket = $1 AND epoch = $2 LIMIT 1", [
      bucket,
      epoch,
    ]);
    if (late || !row) return false;
    await tx.rows(
      `UPDATE vault.bucket_keys SET wrapped = NULL, destroyed_at = $3, rotate_since = NULL, destroyed_root = $4
       WHERE bucket = $1 AND epoch = $2`,
      [bucket, epoch, now, boxEpoch(row.wrapped)],
    );
    return true;
  }

  async function rotateRoot(tx: Tx): Promise<KeyStep> {
    const epochs = await root.epochs();
    const newest = epochs.at(-1)!;
    const [marked] = await tx.rows("SELECT FROM vault.bucket_keys WHERE destroyed_root >= $1 LIMIT 1", [newest]);
    if (marked) return { did: "root-made", epoch: await root.next() };
    const rows = await tx.rows<{ bucket: number; epoch: number; wrapped: Buffer }>(
      `SELECT bucket, epoch, wrapped FROM vault.bucket_keys
       WHERE wrapped IS NOT NULL AND get_byte(wrapped, 1) * 256 + get_byte(wrapped, 2) < $1 LIMIT $2 FOR UPDATE`,
      [newest, bucketsAtOnce],
    );
    for (const { bucket, epoch, wrapped } of rows) {
      const place = bucketPlace(bucket, epoch);
      const again = await root.wrap(await root.unwrap(wrapped, place), place);
      await tx.rows("UPDATE vault.bucket_keys SET wrapped = $3 WHERE bucket = $1 AND epoch = $2", [
        bucket,
        epoch,
        again,
      ]);
    }
    if (rows.length > 0) return { did: "root-rewrapped", buckets: rows.length };
    const [oldest] = epochs;
    if (oldest === undefined || oldest === newest) return { did: "done" };
    await root.destroy(oldest);
    return { did: "root-destroyed", epoch: oldest };
  }

  return {
    async step(now) {
      const did = await ended(async (tx) => {
        const [waiting] = await tx.rows<{ bucket: number; epoch: number }>(
          `SELECT bucket, epoch FROM vault.bucket_keys
           WHERE rotate_since IS NOT NULL AND destroyed_at IS NULL ORDER BY rotate_since, bucket, epoch LIMIT 1`,
        );
        return waiting ? rotateBucket(tx, waiting.bucket, waiting.epoch, now) : rotateRoot(tx);
      });
      buckets.forget(did.did === "destroyed" ? did : undefined);
      return did;
    },
    async markAll(now) {
      await db.rows(
        `UPDATE vault.bucket_keys b SET rotate_since = $1 WHERE destroyed_at IS NULL
           AND epoch = (SELECT max(epoch) FROM vault.bucket_keys same WHERE same.bucket = b.bucket)
           AND NOT EXISTS (SELECT FROM vault.bucket_keys WHERE rotate_since IS NOT NULL)`,
        [now],
      );
      const [row] = await db.rows<{ waiting: number }>(
        "SELECT count(*) AS waiting FROM vault.bucket_keys WHERE rotate_since IS NOT NULL",
      );
      return row!.waiting;
    },
    nextRoot: () => root.next(),
    status: () => statusOf(db, root),
  };
}

async function newestEpoch(tx: Queryable, bucket: number): Promise<number> {
  const [row] = await tx.rows<{ epoch: number }>(
    "SELECT max(epoch) AS epoch FROM vault.bucket_keys WHERE bucket = $1 AND destroyed_at IS NULL",
    [bucket],
  );
  return row!.epoch;
}

async function statusOf(db: Db, root: RootKey): Promise<KeyStatus> {
  const rootEpochs = await root.epochs();
  const buckets = await db.rows<KeyStatus["buckets"][number]>(
    `SELECT b.bucket, b.epoch, b.created_at AS "createdAt", b.rotate_since AS "rotateSince",
       get_byte(b.wrapped, 1) * 256 + get_byte(b.wrapped, 2) AS "rootEpoch",
       (SELECT count(*) FROM vault.person_keys p WHERE p.bucket = b.bucket AND p.epoch = b.epoch) AS people
     FROM vault.bucket_keys b WHERE b.destroyed_at IS NULL ORDER BY b.bucket, b.epoch`,
  );
  const [gone] = await db.rows<{ count: number }>(
    "SELECT count(*) AS count FROM vault.bucket_keys WHERE destroyed_root = ANY ($1::int[])",
    [rootEpochs],
  );
  return { rootEpochs, buckets, destroyedUnderLivingRoot: gone!.count };
}
