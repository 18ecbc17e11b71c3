// All SQL of captchas.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "../../platform/db/db.js";

/** The sign-in's captcha from now on; takes away those whose time is over. */
export async function replace(
  db: Queryable,
  captcha: { signInId: string; textMac: Buffer; now: Date; expiresAt: Date },
): Promise<void> {
  await db.rows("DELETE FROM registry.captchas WHERE expires_at < $1", [captcha.now]);
  await db.rows(
    `INSERT INTO registry.captchas (sign_in_id, text_mac, expires_at) VALUES ($1, $2, $3)
     ON CONFLICT (sign_in_id) DO UPDATE SET text_mac = excluded.text_mac, expires_at = excluded.expires_at, tries = 0`,
    [captcha.signInId, captcha.textMac, captcha.expiresAt],
  );
}

export async function takeTry(db: Queryable, signInId: string, most: number, now: Date): Promise<Buffer | undefined> {
  const [row] = await db.rows<{ textMac: Buffer }>(
    `UPDATE registry.captchas SET tries = tries + 1 WHERE sign_in_id = $1 AND tries < $2 AND expires_at > $3
     RETURNING text_mac AS "textMac"`,
    [signInId, most, now],
  );
  return row?.textMac;
}

/** False when it is gone or another one already. */
export async function useUp(db: Queryable, signInId: string, textMac: Buffer): Promise<boolean> {
  const rows = await db.rows("DELETE FROM registry.captchas WHERE sign_in_id = $1 AND text_mac = $2 RETURNING tries", [
    signInId,
    textMac,
  ]);
  return rows.length > 0;
}
