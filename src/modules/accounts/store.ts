// All SQL of accounts. A phone number is here only as a keyed index or in a sealed transit box.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "../../platform/db/db.js";
import type { OtpPurpose } from "./types.js";

/** When codes were sent to a number; `ofDevice` leaves out those that others asked for. */
export async function recentCodes(
  db: Queryable,
  phoneIndex: Buffer,
  since: Date,
  ofDevice: Buffer | null,
): Promise<Date[]> {
  const rows = await db.rows<{ created_at: Date }>(
    `SELECT created_at FROM registry.otp_challenges
     WHERE phone_index = $1 AND created_at > $2 AND ($3::bytea IS NULL OR device_hash = $3) ORDER BY created_at DESC`,
    [phoneIndex, since, ofDevice],
  );
  return rows.map((row) => row.created_at);
}

export interface NewChallenge {
  challengeId: string;
  phoneIndex: Buffer;
  purpose: OtpPurpose;
  codeMac: Buffer;
  contactBox: Buffer;
  deviceHash: Buffer | null;
  staffSignInId: string | null;
  nameMac: Buffer | null;
  createdAt: Date;
  expiresAt: Date;
  /** No challenge is made when another one of this number (for a known device: its own) is newer than this. */
  notAfter: Date;
  ofDevice: Buffer | null;
}

export async function insertChallenge(db: Queryable, challenge: NewChallenge): Promise<boolean> {
  const rows = await db.rows(
    `INSERT INTO registry.otp_challenges
       (challenge_id, phone_index, purpose, code_mac, contact_box, device_hash, staff_sign_in_id, created_at, expires_at, name_mac)
     SELECT $1::uuid, $2::bytea, $3, $4::bytea, $5::bytea, $6::bytea, $7::uuid, $8::timestamptz, $9::timestamptz, $11::bytea
     WHERE NOT EXISTS (SELECT FROM registry.otp_challenges WHERE phone_index = $2 AND created_at > $10
       AND ($12::bytea IS NULL OR device_hash = $12))
     RETURNING challenge_id`,
    [
      challenge.challengeId,
      challenge.phoneIndex,
      challenge.purpose,
      challenge.codeMac,
      challenge.contactBox,
      challenge.deviceHash,
      challenge.staffSignInId,
      challenge.createdAt,
      challenge.expiresAt,
      challenge.notAfter,
      challenge.nameMac,
      challenge.ofDevice,
    ],
  );
  return rows.length > 0;
}

export interface StoredChallenge {
  phone_index: Buffer;
  code_mac: Buffer;
  contact_box: Buffer;
  device_hash: Buffer | null;
  staff_sign_in_id: string | null;
  name_mac: Buffer | null;
  expires_at: Date;
  tries: number;
}

/** Counts one try before the code is looked at, so that tries in parallel cannot outrun the count. */
export async function takeTry(
  db: Queryable,
  challengeId: string,
  purpose: OtpPurpose,
  most: number,
): Promise<StoredChallenge | undefined> {
  const [row] = await db.rows<StoredChallenge>(
    `UPDATE registry.otp_challenges SET tries = tries + 1
     WHERE challenge_id = $1 AND purpose = $2 AND consumed_at IS NULL AND tries < $3
     RETURNING phone_index, code_mac, contact_box, device_hash, staff_sign_in_id, name_mac, expires_at, tries`,
    [challengeId, purpose, most],
  );
  return row;
}

/** Whether a challenge that takes no more tries was used, or only tried too often. */
export async function isUsedUp(db: Queryable, challengeId: string, purpose: OtpPurpose): Promise<boolean> {
  const rows = await db.rows(
    "SELECT FROM registry.otp_challenges WHERE challenge_id = $1 AND purpose = $2 AND consumed_at IS NULL",
    [challengeId, purpose],
  );
  return rows.length > 0;
}

/** False when another request used the code first. */
export async function consume(db: Queryable, challengeId: string, at: Date): Promise<boolean> {
  const rows = await db.rows(
    "UPDATE registry.otp_challenges SET consumed_at = $2 WHERE challenge_id = $1 AND consumed_at IS NULL RETURNING challenge_id",
    [challengeId, at],
  );
  return rows.length > 0;
}

/** The account of a phone; made if there is none. Two first sign-ins at once end up with one account. */
export async function findOrMakeAccount(
  db: Queryable,
  phoneIndex: Buffer,
  newId: string,
  locale: string,
  at: Date,
): Promise<{ accountId: string; isNew: boolean }> {
  const find = () =>
    db.rows<{ account_id: string }>("SELECT account_id FROM registry.account_phones WHERE phone_index = $1", [
      phoneIndex,
    ]);
  const [known] = await find();
  if (known) return { accountId: known.account_id, isNew: false };
  const made = await db.rows(
    `WITH phone AS (
       INSERT INTO registry.account_phones (phone_index, account_id) VALUES ($1, $2)
       ON CONFLICT (phone_index) DO NOTHING RETURNING account_id)
     INSERT INTO registry.accounts (account_id, locale, created_at) SELECT account_id, $3, $4 FROM phone RETURNING account_id`,
    [phoneIndex, newId, locale, at],
  );
  if (made.length > 0) return { accountId: newId, isNew: true };
  const [other] = await find();
  return { accountId: other!.account_id, isNew: false };
}

/** An account without a phone, for a person whom staff register. */
export async function insertAccount(db: Queryable, accountId: string, locale: string, at: Date): Promise<void> {
  await db.rows("INSERT INTO registry.accounts (account_id, locale, created_at) VALUES ($1, $2, $3)", [
    accountId,
    locale,
    at,
  ]);
}

export async function setLocale(db: Queryable, accountId: string, locale: string): Promise<void> {
  await db.rows("UPDATE registry.accounts SET locale = $2 WHERE account_id = $1 AND locale <> $2", [accountId, locale]);
}

export interface NewSignIn {
  signInId: string;
  tokenHash: Buffer;
  accountId: string;
  contactBox: Buffer;
  at: Date;
  expiresAt: Date;
}

export async function insertSignIn(db: Queryable, signIn: NewSignIn): Promise<void> {
  await db.rows(
    `INSERT INTO registry.sign_ins (sign_in_id, token_hash, account_id, contact_box, created_at, last_seen_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $5, $6)`,
    [signIn.signInId, signIn.tokenHash, signIn.accountId, signIn.contactBox, signIn.at, signIn.expiresAt],
  );
}

/** Finds a sign-in that is in force and notes that it was used. */
export async function touchSignIn(
  db: Queryable,
  tokenHash: Buffer,
  now: Date,
  idleSince: Date,
): Promise<{ sign_in_id: string; account_id: string } | undefined> {
  const [row] = await db.rows<{ sign_in_id: string; account_id: string }>(
    `UPDATE registry.sign_ins SET last_seen_at = greatest(last_seen_at, $2)
     WHERE token_hash = $1 AND ended_at IS NULL AND expires_at > $2 AND last_seen_at > $3
     RETURNING sign_in_id, account_id`,
    [tokenHash, now, idleSince],
  );
  return row;
}

/** The number leaves with the sign-in. */
export async function endSignIn(db: Queryable, tokenHash: Buffer, at: Date): Promise<void> {
  await db.rows(
    "UPDATE registry.sign_ins SET ended_at = $2, contact_box = ''::bytea WHERE token_hash = $1 AND ended_at IS NULL",
    [tokenHash, at],
  );
}

export async function endSignInById(db: Queryable, signInId: string, at: Date): Promise<void> {
  await db.rows(
    "UPDATE registry.sign_ins SET ended_at = $2, contact_box = ''::bytea WHERE sign_in_id = $1 AND ended_at IS NULL",
    [signInId, at],
  );
}

export async function findHolder(
  db: Queryable,
  signInId: string,
  now: Date,
): Promise<{ accountId: string; contactBox: Buffer } | undefined> {
  const [row] = await db.rows<{ account_id: string; contact_box: Buffer }>(
    "SELECT account_id, contact_box FROM registry.sign_ins WHERE sign_in_id = $1 AND ended_at IS NULL AND expires_at > $2",
    [signInId, now],
  );
  return row && { accountId: row.account_id, contactBox: row.contact_box };
}

export async function findPresence(
  db: Queryable,
  challengeId: string,
): Promise<{ phoneIndex: Buffer; contactBox: Buffer; staffSignInId: string; consumedAt: Date } | undefined> {
  const [row] = await db.rows<{
    phone_index: Buffer;
    contact_box: Buffer;
    staff_sign_in_id: string;
    consumed_at: Date;
  }>(
    `SELECT phone_index, contact_box, staff_sign_in_id, consumed_at FROM registry.otp_challenges
     WHERE challenge_id = $1 AND purpose = 'presence' AND consumed_at IS NOT NULL AND staff_sign_in_id IS NOT NULL`,
    [challengeId],
  );
  return (
    row && {
      phoneIndex: row.phone_index,
      contactBox: row.contact_box,
      staffSignInId: row.staff_sign_in_id,
      consumedAt: row.consumed_at,
    }
  );
}

export async function findAccountByPhone(db: Queryable, phoneIndex: Buffer): Promise<string | undefined> {
  const [row] = await db.rows<{ account_id: string }>(
    "SELECT account_id FROM registry.account_phones WHERE phone_index = $1",
    [phoneIndex],
  );
  return row?.account_id;
}

/** A challenge as its own device may see it, with how many codes its number got within the hour. */
export async function findChallenge(
  db: Queryable,
  challengeId: string,
  deviceHash: Buffer,
  since: Date,
): Promise<{ contactBox: Buffer; expiresAt: Date; lastSentAt: Date; sent: number } | undefined> {
  const [row] = await db.rows<{ contactBox: Buffer; expiresAt: Date; lastSentAt: Date; sent: number }>(
    `SELECT c.contact_box AS "contactBox", c.expires_at AS "expiresAt", max(o.created_at) AS "lastSentAt", count(*)::int AS sent
     FROM registry.otp_challenges c JOIN registry.otp_challenges o ON o.phone_index = c.phone_index AND o.created_at > $3
     WHERE c.challenge_id = $1 AND c.device_hash = $2 AND c.purpose = 'sign-in' AND c.consumed_at IS NULL
     GROUP BY c.challenge_id`,
    [challengeId, deviceHash, since],
  );
  return row;
}

/** What has served: codes after two days (staff may still lean on a presence code of today), counters, ended sign-ins' numbers. */
export async function deleteExpired(db: Queryable, now: Date): Promise<void> {
  await db.rows("DELETE FROM registry.otp_challenges WHERE created_at < $1::timestamptz - interval '2 days'", [now]);
  await db.rows("DELETE FROM registry.known_devices WHERE seen_at < $1::timestamptz - interval '400 days'", [now]);
  await db.rows("DELETE FROM registry.rate_limits WHERE window_started_at < $1::timestamptz - interval '1 day'", [now]);
  await db.rows(
    `UPDATE registry.sign_ins SET contact_box = ''::bytea
     WHERE octet_length(contact_box) > 0
       AND (expires_at < $1 OR ended_at IS NOT NULL OR last_seen_at < $1::timestamptz - interval '1 hour')`,
    [now],
  );
}

export async function isKnownDevice(db: Queryable, phoneIndex: Buffer, deviceHash: Buffer): Promise<boolean> {
  const rows = await db.rows("SELECT FROM registry.known_devices WHERE phone_index = $1 AND device_hash = $2", [
    phoneIndex,
    deviceHash,
  ]);
  return rows.length > 0;
}

export async function rememberDevice(db: Queryable, phoneIndex: Buffer, deviceHash: Buffer, now: Date): Promise<void> {
  await db.rows(
    `INSERT INTO registry.known_devices (phone_index, device_hash, seen_at) VALUES ($1, $2, $3)
     ON CONFLICT (phone_index, device_hash) DO UPDATE SET seen_at = excluded.seen_at`,
    [phoneIndex, deviceHash, now],
  );
}
