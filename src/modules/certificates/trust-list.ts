// The public keys that a verifier of our certificates needs. Anyone may fetch, keep and compare the list.
// SPDX-License-Identifier: Apache-2.0
import type { TrustList } from "../../lib/certificate/index.js";
import type { Deps } from "../disclosure/index.js";
import { issuer } from "./rules.js";

export async function trustList(deps: Pick<Deps, "gate">): Promise<TrustList> {
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
