// Keyed codes of the application: OTP checks, security codes, slip tokens. One key, separated by label.
// SPDX-License-Identifier: Apache-2.0
import { createHmac, type KeyObject } from "node:crypto";

export interface Macs {
  /** HMAC-SHA256 over the label and the parts, each with its length before it. */
  mac(label: string, ...parts: readonly string[]): Buffer;
}

export function macsWith(key: KeyObject): Macs {
  return {
    mac(label, ...parts) {
      const hmac = createHmac("sha256", key);
      for (const part of [label, ...parts]) {
        const bytes = Buffer.from(part, "utf8");
        const length = Buffer.alloc(4);
        length.writeUInt32BE(bytes.length);
        hmac.update(length).update(bytes);
      }
      return hmac.digest();
    },
  };
}
