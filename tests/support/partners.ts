// Partners of a test, with keys, and consents that people gave them.
// SPDX-License-Identifier: Apache-2.0
import {
  type ConsentTerms,
  findConsent,
  grantConsent,
  type PartnerCaller,
  requestConsent,
} from "../../src/modules/consents/index.js";
import type { Actor } from "../../src/modules/disclosure/index.js";
import { issuePartnerKey } from "../../src/modules/partners/index.js";
import { uuidv7 } from "../../src/platform/random.js";
import type { World } from "./world.js";

export interface DemoPartner extends PartnerCaller {
  readonly key: string;
}

let partners = 0;
export async function demoPartner(world: World, name = `Demo Clinic ${++partners}`): Promise<DemoPartner> {
  const issued = await issuePartnerKey(world.deps, { partnerName: name, scopes: ["records"] });
  if (!issued.ok) throw new Error(issued.code);
  const { partnerId, keyId, key } = issued.value;
  return { partnerId, keyId, key };
}

/** Everything, for a week, ten looks a day. */
export function demoTerms({ deps }: World, differences: Partial<ConsentTerms> = {}): ConsentTerms {
  return {
    purpose: "CAREMGT",
    hiTypes: ["ImmunizationRecord"],
    accessMode: "VIEW",
    dosesFrom: "2021-01-16",
    dosesTo: "2027-12-31",
    eraseAt: new Date(deps.clock().getTime() + 7 * 86_400_000),
    frequency: { unit: "DAY", value: 1, repeats: 9 },
    ...differences,
  };
}

export interface GivenConsent {
  readonly consentId: string;
  readonly pairwiseId: string;
}

/** Asked for and granted. */
export async function givenConsent(
  world: World,
  partner: PartnerCaller,
  actor: Extract<Actor, { kind: "citizen" }>,
  beneficiaryId: string,
  differences: Partial<ConsentTerms> = {},
): Promise<GivenConsent> {
  const terms = demoTerms(world, differences);
  const asked = await requestConsent(world.deps, partner, { terms, requestKey: uuidv7() });
  if (!asked.ok) throw new Error(`${asked.code} ${JSON.stringify(asked.problems)}`);
  const granted = await grantConsent(world.deps, actor, { code: asked.value.code, beneficiaryId });
  if (!granted.ok) throw new Error(granted.code);
  const { consentId } = asked.value.consent;
  const found = await findConsent(world.deps, partner, consentId);
  if (!found.ok) throw new Error(found.code);
  return { consentId, pairwiseId: found.value.pairwiseId! };
}
