// Seals log entries for the recorder: the person's tag, a fresh salt, and the two halves. The subject half opens
// with the person's key only; the accountability half names no person and survives the person's erasure.
// SPDX-License-Identifier: Apache-2.0
import { type KeyObject, timingSafeEqual } from "node:crypto";
import { commitmentOf, encodeLeaf, leafHash } from "../../lib/tlog/index.js";
import { freshBytes, openBox, pad, sealBox, unpad } from "../box.js";
import {
  accountabilityPlainBytes,
  accountabilitySealedBytes,
  canonicalJson,
  type Entry,
  leafKinds,
  subjectPlainBytes,
  subjectSealedBytes,
  tagOf,
} from "../entry.js";
import type { Permits } from "../permits.js";
import { packSealed, type SealedEntry, sealingMac, type Unsealed } from "../sealing.js";
import { type BucketKey, type Buckets, houseBucket } from "./buckets.js";
import type { KeysFound, People, PersonKeys } from "./people.js";

const personEpoch = 1;

export interface EntrySealer {
  seal(mac: Buffer, body: Buffer): Promise<Buffer>;
}

/** Not asked by the recorder. */
export class NotTheRecorder extends Error {}

const notSealed: SealedEntry = {
  state: "nobody",
  tag: Buffer.alloc(32),
  salt: Buffer.alloc(32),
  accountability: Buffer.alloc(accountabilitySealedBytes),
  subject: Buffer.alloc(subjectSealedBytes),
};

/** What it seals waits in `permits` for the log's receipt. */
export function entrySealer(
  people: People,
  permits: Pick<Permits, "sealed">,
  { channel, buckets }: { readonly channel: KeyObject; readonly buckets: Pick<Buckets, "newest"> },
): EntrySealer {
  function sealAccountability({ key, epoch }: BucketKey, text: string, commitment: Buffer): Buffer {
    return sealBox(key, epoch, pad(Buffer.from(text, "utf8"), accountabilityPlainBytes), commitment);
  }

  /** A miss has no person: its tag is chance, and all there is to know lies in the accountability half. */
  function sealMiss(accountability: BucketKey, { entry }: Unsealed): SealedEntry {
    const salt = freshBytes(32);
    const commitment = commitmentOf(salt, Buffer.from(entry, "utf8"));
    const text = canonicalJson({
      ...(JSON.parse(entry) as object),
      salt: salt.toString("base64url"),
    });
    const subject = Buffer.alloc(subjectSealedBytes);
    return {
      state: "sealed",
      tag: freshBytes(32),
      salt,
      accountability: sealAccountability(accountability, text, commitment),
      subject,
    };
  }

  function sealOne(accountability: BucketKey, entry: Unsealed, keys: KeysFound | undefined): SealedEntry {
    if (entry.subject === undefined) return sealMiss(accountability, entry);
    if (keys === "unavailable") return { ...notSealed, state: "unavailable" };
    if (!keys || entry.accountability === undefined) return notSealed;
    const salt = freshBytes(32);
    const text = Buffer.from(entry.entry, "utf8");
    const commitment = commitmentOf(salt, text);
    const tag = tagOf(keys.tag(), entry.n);
    permits.sealed(leafHash(encodeLeaf({ kind: leafKinds[entry.kind], tag, commitment })), {
      entry: JSON.parse(entry.entry) as Entry,
      keys,
    });
    return {
      state: "sealed",
      tag,
      salt,
      accountability: sealAccountability(accountability, entry.accountability, commitment),
      subject: sealBox(keys.log(), personEpoch, pad(Buffer.concat([salt, text]), subjectPlainBytes), commitment),
    };
  }

  return {
    async seal(mac, body) {
      const expected = sealingMac(channel, body);
      if (mac.length !== expected.length || !timingSafeEqual(mac, expected)) throw new NotTheRecorder();
      const entries = JSON.parse(body.toString("utf8")) as Unsealed[];
      const newPeople = entries.flatMap((entry) => (entry.isNew && entry.subject !== undefined ? [entry.subject] : []));
      if (newPeople.length > 0) await people.make([...new Set(newPeople)]);
      const subjects = [...new Set(entries.flatMap((entry) => entry.subject ?? []))];
      const keys = subjects.length > 0 ? await people.keysOf(subjects) : new Map<string, KeysFound>();
      const accountability = await buckets.newest(houseBucket);
      return packSealed(entries.map((entry) => sealOne(accountability, entry, keys.get(entry.subject ?? ""))));
    },
  };
}

/** Opens the subject half of an entry: salt and canonical text. `commitment` is the leaf's last 32 bytes. */
export function openSubjectHalf(keys: PersonKeys, sealed: Buffer, commitment: Buffer): { salt: Buffer; text: string } {
  const content = unpad(openBox(keys.log(), sealed, commitment));
  return { salt: content.subarray(0, 32), text: content.toString("utf8", 32) };
}
