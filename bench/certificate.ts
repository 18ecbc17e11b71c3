// Certificates: issuing and verifying against the bare signature operation, with all that surrounds it.
// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, sign, verify } from "node:crypto";
import { verifyCertificate } from "../src/lib/certificate/index.js";
import { nodePrimitives } from "../src/lib/certificate/node-primitives.js";
import { issuedAt, testIssuer } from "../tests/support/certificate.js";
import { type Benchmark, inParallel, inSequence } from "./harness.js";

export const certificateBenchmark: Benchmark = {
  name: "certificate",
  what: "issuing and verifying certificates against the bare signature",
  async run(compare) {
    const issuer = testIssuer();
    const text = await issuer.issue();
    const bytes = Buffer.alloc(300, 7);
    const publicKey = createPublicKey({ key: issuer.publicKey, format: "der", type: "spki" });
    const signature = sign("sha256", bytes, { key: issuer.privateKey, dsaEncoding: "ieee-p1363" });
    const options = { trust: issuer.trust, at: issuedAt, primitives: nodePrimitives() };
    await compare({
      name: "certificate/hcert-issue",
      unit: "certificates/s",
      what: "a whole HCERT against one ES256 signature",
      ours: inParallel(1, () => issuer.issue()),
      ceiling: inSequence(() => sign("sha256", bytes, { key: issuer.privateKey, dsaEncoding: "ieee-p1363" })),
    });
    await compare({
      name: "certificate/hcert-verify",
      unit: "certificates/s",
      what: "a whole HCERT with all its rules against checking one ES256 signature",
      ours: inParallel(1, async () => {
        const verdict = await verifyCertificate(text, options);
        if (verdict.outcome !== "valid") throw new Error(verdict.outcome);
      }),
      ceiling: inSequence(() => {
        if (!verify("sha256", bytes, { key: publicKey, dsaEncoding: "ieee-p1363" }, signature)) throw new Error("bad");
      }),
    });
  },
};
