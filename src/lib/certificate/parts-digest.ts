// What the disclosure log says of a signing: one digest over all that is signed in it, with what, in order.
// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import type { Part } from "./unsigned.js";

export function digestOfParts(parts: readonly (Part & { readonly keyId: string })[]): string {
  const lines = parts.map(({ algorithm, keyId, bytes }) => {
    const digest = createHash("sha256").update(bytes).digest("base64url");
    return `${algorithm} ${keyId} ${digest}\n`;
  });
  return createHash("sha256").update(lines.join("")).digest("base64url");
}
