// The vault of a world.
// SPDX-License-Identifier: Apache-2.0
import type { Gate } from "../../src/modules/disclosure/index.js";
import type { LoginRole } from "../../src/platform/db/roles.js";

export interface TestVault {
  readonly gate: Gate;
  setNow(now: Date): void;
  stop(): Promise<void>;
}

export async function startVault(_world: { urlAs(role: LoginRole): string; clock(): Date }): Promise<TestVault> {
  const gate = new Proxy({} as Gate, {
    get(_target, name) {
      throw new Error(`the vault's processes are not there yet (${String(name)})`);
    },
  });
  return { gate, setNow() {}, async stop() {} };
}
