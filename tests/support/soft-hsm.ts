// A token of SoftHSM2 (Debian: softhsm2) in a folder of its own. Where it is not installed there is none, and the
// tests that want it say so.
// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RootSettings } from "../../src/vault/keyholder/settings.js";

const modules = [
  "/usr/lib/softhsm/libsofthsm2.so",
  "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
  "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
  "/usr/lib64/softhsm/libsofthsm.so",
  "/opt/homebrew/lib/softhsm/libsofthsm2.so",
];
const pin = "12345678";

export type SoftHsm = Extract<RootSettings, { kind: "pkcs11" }>;

/** Undefined where SoftHSM2 is not installed. Sets SOFTHSM2_CONF for this process too. */
export function softHsm(folder: string): SoftHsm | undefined {
  const module = modules.find((path) => existsSync(path));
  if (!module) return undefined;
  const config = join(folder, "softhsm2.conf");
  mkdirSync(join(folder, "tokens"), { mode: 0o700 });
  writeFileSync(
    config,
    `directories.tokendir = ${join(folder, "tokens")}\nobjectstore.backend = file\nlog.level = ERROR\n`,
  );
  process.env.SOFTHSM2_CONF = config;
  execFileSync("softhsm2-util", ["--init-token", "--free", "--label", "sakshi", "--pin", pin, "--so-pin", "87654321"]);
  const pinFile = join(folder, "pin");
  writeFileSync(pinFile, `${pin}\n`, { mode: 0o600 });
  return { kind: "pkcs11", module, token: "sakshi", pinFile, env: { SOFTHSM2_CONF: config } };
}
