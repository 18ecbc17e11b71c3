// In which language a person's account reads its messages.
// SPDX-License-Identifier: Apache-2.0
import type { Queryable } from "../../platform/db/db.js";
import { isLocale, type Locale } from "../../platform/i18n/i18n.js";

export async function findLocale(db: Queryable, beneficiaryId: string): Promise<Locale> {
  const [row] = await db.rows<{ locale: string }>(
    `SELECT a.locale FROM registry.beneficiaries b JOIN registry.accounts a USING (account_id) WHERE b.beneficiary_id = $1`,
    [beneficiaryId],
  );
  return row && isLocale(row.locale) ? row.locale : "en";
}
