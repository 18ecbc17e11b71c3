// The keys that certificates are signed with: made here, kept in the database wrapped by the house's bucket key,
// renewed every year without anybody's doing. The next key is published a month before it signs, so that offline verifiers know it by then.
// SPDX-License-Identifier: Apache-2.0
import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { signedBy } from "../../lib/certificate/unsigned.js";
import { unsignedKeyCertificate } from "../../lib/certificate/x509.js";
import type { CertificateKey, RevokedKey } from "../../modules/disclosure/gate.js";
import type { Clock } from "../../platform/clock.js";
import type { Db } from "../../platform/db/db.js";
import { boxEpoch, context, openBox, sealBox } from "../box.js";
import { type BucketKey, type Buckets, houseBucket } from "./buckets.js";

export type KeyAlgorithm = CertificateKey["algorithm"];
const algorithms = ["ES256", "EdDSA"] as const satisfies readonly KeyAlgorithm[];
const day = 86_400_000;
const signsForDays = 365;
const publishedDaysAhead = 30;
/** A signature may stand for five years; its key's certificate for a little more. */
const certificateDays = 7 * 365;
const lookAgainMs = 3_600_000;

interface Row extends Omit<CertificateKey, "signsUntil"> {
  readonly wrapped: Buffer;
  readonly createdAt: Date;
}
export interface CertificateKeys {
  /** All of them with their public halves, oldest first. */
  all(): Promise<readonly CertificateKey[]>;
  /** The key of each algorithm that signs now. */
  signing(): Promise<Record<KeyAlgorithm, CertificateKey>>;
  /** ES256 as raw r||s. Undefined for a key that is not ours, not of this algorithm or not the signing one now. */
  sign(keyId: string, algorithm: string, bytes: Uint8Array): Promise<Buffer | undefined>;
  /** From now on it signs nothing, and another one signs in its place. Again: what was said the first time. */
  revoke(keyId: string): Promise<RevokedKey | undefined>;
}

export function certificateKeys(db: Db, buckets: Pick<Buckets, "key" | "newest">, clock: Clock): CertificateKeys {
  const unwrapped = new Map<string, KeyObject>();
  let known: { readonly rows: Promise<readonly Row[]>; readonly at: number } | undefined;

  function rows(): Promise<readonly Row[]> {
    const now = clock().getTime();
    if (!known || Math.abs(now - known.at) > lookAgainMs) {
      known = { rows: renewed(clock()), at: now };
      known.rows.catch(() => {
        known = undefined;
      });
    }
    return known.rows;
  }

  async function renewed(now: Date): Promise<readonly Row[]> {
    const held = await load();
    const due = algorithms.filter((algorithm) => isDue(held, algorithm, now));
    for (const algorithm of due)
      await insert(await makeKey(algorithm, beginOfNext(held, algorithm, now), now, await buckets.newest(houseBucket)));
    return due.length === 0 ? held : load();
  }

  function load(): Promise<Row[]> {
    return db.rows<Row>(
      `SELECT key_id AS "keyId", algorithm, public_key AS "publicKey", x509, wrapped, signs_from AS "signsFrom",
         revoked_at AS "revokedAt", created_at AS "createdAt" FROM vault.certificate_keys ORDER BY signs_from NULLS FIRST, created_at, key_id`,
    );
  }
  async function insert(key: Row): Promise<void> {
    await db.rows(
      `INSERT INTO vault.certificate_keys (key_id, algorithm, public_key, wrapped, x509, signs_from, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [key.keyId, key.algorithm, key.publicKey, key.wrapped, key.x509, key.signsFrom, key.createdAt],
    );
  }

  const ofNow = (held: readonly Row[], algorithm: string): Row | undefined => begunOf(held, algorithm, clock()).at(-1);

  return {
    async all() {
      return published(await rows());
    },
    async signing() {
      const held = await rows();
      const keyOf = (algorithm: KeyAlgorithm) =>
        published(held).find(({ keyId }) => keyId === ofNow(held, algorithm)?.keyId)!;
      return { ES256: keyOf("ES256"), EdDSA: keyOf("EdDSA") };
    },
    async sign(keyId, algorithm, bytes) {
      const row = ofNow(await rows(), algorithm);
      if (row?.keyId !== keyId) return undefined;
      let key = unwrapped.get(keyId);
      if (!key) {
        key = await unwrap(buckets, row);
        unwrapped.set(keyId, key);
      }
      return signWith(key, row.algorithm, bytes);
    },
    async revoke(keyId) {
      const [row] = await db.rows<RevokedKey>(
        `UPDATE vault.certificate_keys SET revoked_at = coalesce(revoked_at, $2) WHERE key_id = $1
         RETURNING coalesce(signs_from, 'epoch') AS "signedFrom", revoked_at AS "revokedAt"`,
        [keyId, clock()],
      );
      known = undefined;
      unwrapped.delete(keyId);
      await rows();
      return row;
    },
  };
}

function published(held: readonly Row[]): CertificateKey[] {
  return held.map(({ keyId, algorithm, publicKey, x509, signsFrom, revokedAt }, at) => {
    const next = held.slice(at + 1).find((other) => other.algorithm === algorithm);
    return { keyId, algorithm, publicKey, x509, signsFrom, signsUntil: next?.signsFrom ?? null, revokedAt };
  });
}

/** Those that sign or will; a stolen key does neither. */
function livingOf(held: readonly Row[], algorithm: string): readonly Row[] {
  return held.filter((row) => row.algorithm === algorithm && row.revokedAt === null);
}
function begunOf(held: readonly Row[], algorithm: string, now: Date): readonly Row[] {
  return livingOf(held, algorithm).filter(({ signsFrom }) => signsFrom === null || signsFrom <= now);
}
function beginOf({ signsFrom, createdAt }: Row): number {
  return (signsFrom ?? createdAt).getTime();
}
function isDue(held: readonly Row[], algorithm: KeyAlgorithm, now: Date): boolean {
  const newest = livingOf(held, algorithm).at(-1);
  const isNear = newest && now.getTime() >= beginOf(newest) + (signsForDays - publishedDaysAhead) * day;
  return begunOf(held, algorithm, now).length === 0 || isNear === true;
}
/** The first key of an algorithm signs from the beginning, each further one when its predecessor's year is over or it was stolen. */
function beginOfNext(held: readonly Row[], algorithm: KeyAlgorithm, now: Date): Date | null {
  if (!held.some((row) => row.algorithm === algorithm)) return null;
  const before = begunOf(held, algorithm, now).at(-1);
  return new Date(Math.max(before ? beginOf(before) + signsForDays * day : 0, now.getTime()));
}

async function makeKey(algorithm: KeyAlgorithm, signsFrom: Date | null, now: Date, wrapping: BucketKey): Promise<Row> {
  const { publicKey, privateKey } =
    algorithm === "ES256" ? generateKeyPairSync("ec", { namedCurve: "P-256" }) : generateKeyPairSync("ed25519");
  const spki = publicKey.export({ format: "der", type: "spki" });
  const keyId = createHash("sha256").update(spki).digest("hex").slice(0, 16);
  const secret = privateKey.export({ format: "der", type: "pkcs8" });
  const wrapped = sealBox(wrapping.key, wrapping.epoch, secret, placeOf(keyId));
  secret.fill(0);
  const x509 = algorithm === "ES256" ? await certificateOf(privateKey, spki, signsFrom ?? now) : null;
  return { keyId, algorithm, publicKey: spki, wrapped, x509, signsFrom, revokedAt: null, createdAt: now };
}

async function certificateOf(privateKey: KeyObject, publicKey: Buffer, notBefore: Date): Promise<Buffer> {
  const unsigned = unsignedKeyCertificate({
    serial: Buffer.from([0x01, ...randomBytes(15)]),
    organisation: "Sakshi vaccination registry",
    country: "IN",
    notBefore,
    notAfter: new Date(notBefore.getTime() + certificateDays * day),
    publicKey,
  });
  return Buffer.from(await signedBy(unsigned, async ({ bytes }) => signWith(privateKey, "ES256", bytes)));
}

function signWith(key: KeyObject, algorithm: KeyAlgorithm, bytes: Uint8Array): Buffer {
  return algorithm === "EdDSA" ? sign(null, bytes, key) : sign("sha256", bytes, { key, dsaEncoding: "ieee-p1363" });
}

async function unwrap(buckets: Pick<Buckets, "key">, { keyId, wrapped }: Row): Promise<KeyObject> {
  const wrapping = await buckets.key(houseBucket, boxEpoch(wrapped));
  if (!wrapping) throw new Error("the key of a certificate key is gone");
  const secret = openBox(wrapping, wrapped, placeOf(keyId));
  try {
    return createPrivateKey({ key: secret, format: "der", type: "pkcs8" });
  } finally {
    secret.fill(0);
  }
}

function placeOf(keyId: string): Buffer {
  return context("certificate-key", keyId);
}
