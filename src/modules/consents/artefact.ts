// The consent artefact in ABDM's shape, and its signature: a JWS (RFC 7515) whose payload is the artefact itself. A
// partner gets it as it was signed, never made anew from the database.
// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from "node:crypto";
import { keyThumbprint } from "../../lib/certificate/index.js";
import { nodePrimitives } from "../../lib/certificate/node-primitives.js";
import { done, type Outcome } from "../../platform/errors.js";
import { signingKeys } from "../certificates/index.js";
import type { Actor, Deps, GateError } from "../disclosure/index.js";
import type { Consent, PurposeCode } from "./types.js";

const purposeTexts: Record<PurposeCode, string> = {
  CAREMGT: "Care Management",
  PUBHLTH: "Public Health",
  HPAYMT: "Healthcare Payment",
  DSRCH: "Disease Specific Healthcare Research",
  PATRQT: "Self Requested",
};

function artefactOf({ origin, clock }: Deps, consent: Consent, pairwiseId: string) {
  const { consentId, partnerId, partnerName, terms } = consent;
  const here = { id: new URL(origin).host };
  return {
    schemaVersion: "1.0",
    consentId,
    createdAt: clock().toISOString(),
    ["patient"]: { id: pairwiseId },
    careContexts: [{ ["patientReference"]: pairwiseId, careContextReference: "vaccinations" }],
    purpose: {
      text: purposeTexts[terms.purpose],
      code: terms.purpose,
      refUri: "http://terminology.hl7.org/ValueSet/v3-PurposeOfUse",
    },
    hip: here,
    hiu: { id: partnerId, name: partnerName },
    consentManager: here,
    requester: { name: partnerName, identifier: { type: "PARTNER", value: partnerId, system: origin } },
    hiTypes: terms.hiTypes,
    permission: {
      accessMode: terms.accessMode,
      dateRange: { from: terms.dosesFrom, to: terms.dosesTo },
      dataEraseAt: terms.eraseAt.toISOString(),
      frequency: terms.frequency,
    },
  };
}
export type ConsentArtefact = ReturnType<typeof artefactOf> & { readonly signature: string };

/** Makes the person's id towards the partner, and the artefact about it, logged and signed in the vault. */
export async function signArtefact(
  deps: Deps,
  actor: Extract<Actor, { kind: "citizen" }>,
  consent: Consent,
  beneficiaryId: string,
): Promise<Outcome<{ pairwiseId: string; signature: string }, GateError>> {
  const pairwiseId = randomUUID();
  const { ES256: key } = await signingKeys(deps);
  const head = { typ: "sakshi-consent+jwt", alg: "ES256", kid: await keyThumbprint(key, nodePrimitives()) };
  const input = [head, artefactOf(deps, consent, pairwiseId)]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  const { keyId } = key;
  const signed = await deps.gate.signConsent({ actor, subject: beneficiaryId, keyId, bytes: Buffer.from(input) });
  if (!signed.ok) return signed;
  return done({ pairwiseId, signature: `${input}.${signed.value.signature.toString("base64url")}` });
}

/** The artefact as it was signed; undefined while there is none. */
export function signedArtefact({ signature }: Pick<Consent, "signature">): ConsentArtefact | undefined {
  if (signature === null) return undefined;
  const payload = Buffer.from(signature.split(".")[1]!, "base64url").toString();
  return { ...(JSON.parse(payload) as Omit<ConsentArtefact, "signature">), signature };
}
