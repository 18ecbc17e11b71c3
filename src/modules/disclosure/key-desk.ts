// Driving the vault's keys from outside: status, and rotations in steps. Discloses numbers only; what a step does is the
// opener's business (src/vault/opener/rotation.ts), which destroys nothing that is in use.
// SPDX-License-Identifier: Apache-2.0
import { connectFrames } from "../../platform/frames/index.js";
import type { KeyDesk, KeyStatus, KeyStep } from "./gate.js";

/** A step rewraps hundreds of keys, and a slow HSM takes its time. */
const deadlineMs = 30_000;

export function connectKeyDesk(openerSocket: string): KeyDesk {
  const opener = connectFrames(openerSocket, { deadlineMs });
  const ask = async <T>(op: string, more = {}): Promise<T> =>
    (await opener.call({ head: { op, ...more }, blobs: [] })).head as T;
  return {
    status: () => ask<KeyStatus>("key-status"),
    step: () => ask<KeyStep>("key-step"),
    markAll: async () => (await ask<{ waiting: number }>("key-mark")).waiting,
    nextRoot: async () => (await ask<{ epoch: number }>("key-root")).epoch,
    async revokeCertificateKey(keyId) {
      const { revoked } = await ask<{ revoked?: { signedFrom: string; revokedAt: string } }>("certificate-key-revoke", {
        keyId,
      });
      return revoked && { signedFrom: new Date(revoked.signedFrom), revokedAt: new Date(revoked.revokedAt) };
    },
    close: () => opener.close(),
  };
}
