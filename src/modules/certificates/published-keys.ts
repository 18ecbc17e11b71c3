// The public keys that a verifier of our certificates needs, in each form that verifiers ask for. Anyone may fetch, keep
// and compare them.
// SPDX-License-Identifier: Apache-2.0
import { issuerNames, ownDidDocument, ownKeySet, ownTrustList, type TrustList } from "../../lib/certificate/index.js";
import { nodePrimitives } from "../../lib/certificate/node-primitives.js";
import type { CertificateKey, Deps, Gate } from "../disclosure/index.js";
import { issuer } from "./rules.js";

/** What verifying needs of the house: the public halves of the certificate keys, and whose they are. */
export interface KeySource extends Pick<Deps, "origin"> {
  readonly gate: Pick<Gate, "certificateKeys">;
}

export async function trustList({ gate, origin }: KeySource): Promise<TrustList> {
  return ownTrustList(await gate.certificateKeys(), issuerNames(origin), {
    country: issuer.country,
    name: issuer.name,
  });
}

/** For /.well-known/jwks.json. */
export async function keySet({ gate }: KeySource): Promise<object> {
  return ownKeySet(await gate.certificateKeys(), nodePrimitives());
}

/** For /.well-known/did.json. */
export async function didDocument({ gate, origin }: KeySource): Promise<object> {
  return ownDidDocument(await gate.certificateKeys(), issuerNames(origin));
}

/** The keys that sign at this instant. */
export async function signingKeys({
  gate,
  clock,
}: Pick<Deps, "gate" | "clock">): Promise<Record<CertificateKey["algorithm"], CertificateKey>> {
  const now = clock();
  const begun = (await gate.certificateKeys()).filter(
    ({ signsFrom, revokedAt }) => revokedAt === null && (signsFrom === null || signsFrom <= now),
  );
  const newest = (algorithm: CertificateKey["algorithm"]) => begun.filter((key) => key.algorithm === algorithm).at(-1)!;
  return { ES256: newest("ES256"), EdDSA: newest("EdDSA") };
}
