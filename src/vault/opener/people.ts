// Keys of people: a random key each, wrapped by the key of its bucket. Unwrapped for one disclosure and not kept beyond
// it: erasing a person's row ends all later reading.
// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from "node:crypto";
import type { Db } from "../../platform/db/db.js";
import { BoxError, context, openBox, sealBox, subkey } from "../box.js";
import { gathered } from "../gather.js";
import { type Buckets, freshKeyBytes, keyOf } from "./buckets.js";

/** The keys below a person's key, one for each use, derived when asked for. */
export interface PersonKeys {
  records(): KeyObject;
  log(): KeyObject;
  tag(): KeyObject;
}
/** The person has a key, and it cannot be had now: the root key does not answer. */
export type KeysFound = PersonKeys | "unavailable";
export interface People {
  /** Keys of those who have one. */
  keysOf(subjects: readonly string[]): Promise<Map<string, KeysFound>>;
  /** Makes keys for those who have none yet. */
  make(subjects: readonly string[]): Promise<void>;
}

interface PersonRow {
  subject_id: string;
  bucket: number;
  epoch: number;
  wrapped: Buffer;
}

/** Where a person's wrapped key belongs: the same in every epoch of the bucket. */
export const personPlace = (subject: string, bucket: number): Buffer => context("person-key", subject, bucket);

/** `onFailure` is told of a key that does not unwrap, and of a root key that does not answer. */
export function peopleOf(db: Db, buckets: Buckets, onFailure: (error: unknown) => void): People {
  const rowsOf = (subjects: readonly string[]): Promise<PersonRow[]> =>
    db.rows<PersonRow>(
      "SELECT subject_id, bucket, epoch, wrapped FROM vault.person_keys WHERE subject_id = ANY ($1::uuid[])",
      [subjects],
    );

  /** Undefined when the row is damaged: that person has no key, all others do. */
  function open(wrapping: KeyObject, { subject_id, bucket, wrapped }: PersonRow): PersonKeys | undefined {
    try {
      const key = keyOf(openBox(wrapping, wrapped, personPlace(subject_id, bucket)));
      return {
        records: () => subkey(key, "vr/records/v1"),
        log: () => subkey(key, "vr/log/v1"),
        tag: () => subkey(key, "vr/tag-key/v1"),
      };
    } catch (error) {
      onFailure(error);
      return undefined;
    }
  }

  async function unwrap(row: PersonRow): Promise<KeysFound | "moved" | undefined> {
    try {
      const wrapping = await buckets.key(row.bucket, row.epoch);
      return wrapping ? open(wrapping, row) : "moved";
    } catch (error) {
      onFailure(error);
      return error instanceof BoxError ? undefined : "unavailable";
    }
  }

  /** A row whose epoch ended after it was read has been rewrapped: it is read once more. */
  async function keysOf(subjects: readonly string[], isAgain = false): Promise<Map<string, KeysFound>> {
    const keys = new Map<string, KeysFound>();
    const moved: string[] = [];
    for (const row of await rowsOf(subjects)) {
      const own = await unwrap(row);
      if (own === "moved") moved.push(row.subject_id);
      else if (own) keys.set(row.subject_id, own);
    }
    if (moved.length > 0 && !isAgain) for (const [subject, own] of await keysOf(moved, true)) keys.set(subject, own);
    return keys;
  }

  async function keysOfAll(lists: readonly (readonly string[])[]): Promise<Map<string, KeysFound>[]> {
    const keys = await keysOf([...new Set(lists.flat())]);
    return lists.map(
      (subjects) => new Map(subjects.flatMap((subject) => (keys.has(subject) ? [[subject, keys.get(subject)!]] : []))),
    );
  }

  /** False when the epoch has ended meanwhile: nothing is written under a key that is gone. */
  async function insert(subjects: readonly string[]): Promise<boolean> {
    const { bucket, epoch, key } = await buckets.withRoom(subjects.length);
    const wrapped = subjects.map((subject) => {
      const bytes = freshKeyBytes();
      const box = sealBox(key, epoch, bytes, personPlace(subject, bucket));
      bytes.fill(0);
      return box;
    });
    const [live] = await db.rows(
      `WITH live AS (
         SELECT bucket, epoch FROM vault.bucket_keys WHERE bucket = $2 AND epoch = $3 AND destroyed_at IS NULL FOR SHARE
       ), made AS (
         INSERT INTO vault.person_keys (subject_id, bucket, epoch, wrapped)
         SELECT subject, live.bucket, live.epoch, wrapped FROM live, unnest($1::uuid[], $4::bytea[]) AS new (subject, wrapped)
         ON CONFLICT DO NOTHING
       ) SELECT FROM live`,
      [subjects, bucket, epoch, wrapped],
    );
    return live !== undefined;
  }

  return {
    keysOf: gathered(keysOfAll),
    async make(subjects) {
      if (await insert(subjects)) return;
      buckets.forget();
      if (!(await insert(subjects))) throw new Error("no bucket has a living key");
    },
  };
}
