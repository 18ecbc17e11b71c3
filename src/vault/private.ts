// Keys and sockets must be out of others' reach before they are used; a folder that was opened up stops the vault.
// SPDX-License-Identifier: Apache-2.0
import { statSync } from "node:fs";

export function mustBePrivate(path: string): void {
  if ((statSync(path).mode & 0o077) !== 0)
    throw new Error(`${path} can be reached by other users; take their rights away`);
}
