// What the disclosure log says of a certificate that goes into a wallet: which one, and by the thumbprint (RFC 7638) of
// which key the wallet proves that it holds it.
// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";

export function digestOfWallet(certificateId: string, thumbprint: string): string {
  return createHash("sha256").update(`wallet ${certificateId} ${thumbprint}\n`).digest("base64url");
}
