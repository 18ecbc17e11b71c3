// Starts the keyholder with the back end that the settings name.
// SPDX-License-Identifier: Apache-2.0
import { serveFrames } from "../../platform/frames/index.js";
import { linkDirBeside, readSecretKey, rootDirIn } from "../keys.js";
import { mustBePrivate } from "../private.js";
import { type KeyholderSettings, socketsIn } from "../settings.js";
import { linkFile } from "./client.js";
import { fileRoot } from "./file-root.js";
import { keyholder, type LinkKeys, linkNames } from "./keyholder.js";
import { pkcs11Root } from "./pkcs11-root.js";
import type { RootKeys } from "./root-keys.js";
import { transitRoot } from "./transit-root.js";

/** Ends the process: the supervisor starts it again, and a module that hung is loaded anew. */
function endForHang(): void {
  process.stderr.write("the PKCS#11 module has not answered for ten seconds; the keyholder ends\n");
  process.exit(1);
}

async function openRoot({ root, keyDir }: KeyholderSettings): Promise<RootKeys> {
  switch (root.kind) {
    case "file":
      return fileRoot(rootDirIn(keyDir));
    case "transit":
      return transitRoot(root);
    case "pkcs11": {
      // The only native add-on of the vault, loaded only here and only then.
      const { cryptoki, loadModule } = await import("./cryptoki.js");
      return pkcs11Root(cryptoki(loadModule(root.module)), root, endForHang);
    }
  }
}

export async function startKeyholder(
  settings: KeyholderSettings,
  onFailure: (error: unknown) => void,
): Promise<() => Promise<void>> {
  mustBePrivate(settings.socketDir);
  const linkDir = linkDirBeside(settings.keyDir);
  const links = Object.fromEntries(linkNames.map((name) => [name, readSecretKey(linkFile(linkDir, name))]));
  const root = await openRoot(settings);
  const handler = keyholder(root, links as unknown as LinkKeys);
  const server = await serveFrames(socketsIn(settings.socketDir).keyholder, handler, { onFailure });
  return async () => {
    server.close();
    await root.close();
  };
}
