// The public keys that a verifier of our certificates needs. Anyone may fetch, keep and compare the list.
// SPDX-License-Identifier: Apache-2.0
import type { TrustList } from "../../lib/certificate/index.js";
import type { Gate } from "../disclosure/index.js";
import { issuer } from "./rules.js";

/** What verifying needs of the house: the public half of the certificate key. */
export interface KeySource {
  readonly gate: Pick<Gate, "certificateKey">;
}

export async function trustList(deps: KeySource): Promise<TrustList> {
  const { keyId, publicKey } = await deps.gate.certificateKey();
  return {
    version: 1,
    keys: [
      {
        keyId: Buffer.from(keyId).toString("hex"),
        country: issuer.country,
        name: issuer.name,
        algorithm: "ES256",
        publicKey: Buffer.from(publicKey).toString("base64"),
        uses: ["vaccination"],
      },
    ],
  };
}
