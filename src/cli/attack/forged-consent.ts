// An intruder in the application: connected as its database role, with a partner's key, writes a consent as granted and
// looks by it.
// SPDX-License-Identifier: Apache-2.0
import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { Db } from "../../platform/db/db.js";
import { type Actor, type Attack, ask, type Target, tellsOf } from "./target.js";

/** A JWS as the vault's looks, with a signature of nobody. */
function tokenOf(consentId: string, partnerId: string, pairwiseId: string): string {
  const head = { typ: "sakshi-consent+jwt", alg: "ES256", kid: randomBytes(32).toString("base64url") };
  const artefact = { consentId, ["patient"]: { id: pairwiseId }, hiu: { id: partnerId } };
  const parts = [head, artefact].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
  return [...parts, randomBytes(64).toString("base64url")].join(".");
}

/** P2: the consent stands in the application's table as if the person had answered. */
export function forgedConsent(target: Target, partner: Actor, app: Db): Attack {
  return {
    path: "P2",
    what: "the application's database role, with consents of its own making",
    async run() {
      let obtained = 0;
      let tries = 0;
      for (const { partner_id: partnerId } of await app.rows<{ partner_id: string }>(
        "SELECT DISTINCT partner_id FROM registry.partner_keys WHERE revoked_at IS NULL AND 'records' = ANY (scopes)",
      )) {
        const [consentId, pairwiseId] = [randomUUID(), randomUUID()];
        await app.rows(
          `INSERT INTO registry.consents (consent_id, partner_id, request_key, code_hash, purpose_code, hi_types, access_mode,
             doses_from, doses_to, erase_at, frequency_unit, frequency_value, frequency_repeats, created_at, answer_by, state,
             account_id, beneficiary_id, pairwise_id, signature, answered_at)
           SELECT $1, $2, $3, $4, 'CAREMGT', ARRAY['ImmunizationRecord'], 'VIEW', '2021-01-01', '2031-01-01',
             now() + interval '1 day', 'HOUR', 1, 100, now(), now() + interval '1 day', 'GRANTED',
             b.account_id, b.beneficiary_id, $5, $6, now()
           FROM registry.beneficiaries b WHERE b.beneficiary_id = $7`,
          [
            consentId,
            partnerId,
            randomUUID(),
            createHash("sha256").update(consentId).digest(),
            pairwiseId,
            tokenOf(consentId, partnerId, pairwiseId),
            target.victim.beneficiaryId,
          ],
        );
        for (const path of [`/api/fhir/Patient/${pairwiseId}`, `/api/fhir/Immunization?patient=${pairwiseId}`]) {
          tries++;
          const { body } = await ask(target, partner, { method: "GET", path });
          if (tellsOf(target.victim, body)) obtained++;
        }
        await app.rows("UPDATE registry.consents SET state = 'REVOKED', revoked_at = now() WHERE consent_id = $1", [
          consentId,
        ]);
      }
      return { tries, obtained, stoppedAfter: "every partner's look refused" };
    },
  };
}
