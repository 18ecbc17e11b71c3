// A web process of its own for the benchmarks of whole paths: all doors, on a world's database and vault.
// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createApp } from "../src/app.js";
import { connectGate, connectInquirer } from "../src/modules/disclosure/index.js";
import { systemClock } from "../src/platform/clock.js";
import { connect } from "../src/platform/db/db.js";
import { macsWith } from "../src/platform/macs.js";
import { readSecretKey } from "../src/vault/keys.js";
import type { World } from "../tests/support/world.js";

/** Starts it; it ends with the process that started it. */
export async function startWeb(
  { urlAs, vault }: World,
  folder: string,
): Promise<{ port: number; child: ChildProcess }> {
  const { recorder, opener, inquirer } = vault.sockets;
  const child = fork(import.meta.filename, [urlAs("sakshi_app"), recorder, opener, inquirer, vault.keys.app, folder]);
  const [port] = (await once(child, "message")) as [string];
  return { port: Number(port), child };
}

if (process.argv[1] === import.meta.filename && process.send) {
  const [databaseUrl, recorderSocket, openerSocket, inquirerSocket, appKey, folder] = process.argv.slice(2) as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const origin = "http://127.0.0.1";
  const deps = {
    db: connect(databaseUrl),
    gate: connectGate({ recorderSocket, openerSocket }),
    inquirer: connectInquirer(inquirerSocket),
    clock: systemClock,
    macs: macsWith(readSecretKey(appKey)),
    origin,
  };
  const app = await createApp(deps, {
    profile: "production",
    origin,
    dataDir: join(folder, "data"),
    publishedDir: join(folder, "published"),
    // One address asks for everything here.
    searchLimit: 999_999_999,
    captcha: false,
  });
  process.on("disconnect", () => process.exit(0));
  process.send(new URL(await app.listen({ host: "127.0.0.1", port: 0 })).port);
}
