// An installation for the length of one command: a PostgreSQL, the four vault processes and all pages, in a folder that
// goes with it. Its clock can be set, which no installation in production allows.
// SPDX-License-Identifier: Apache-2.0
import type { ChildProcess } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApp } from "../../app.js";
import type { Stage } from "../../demo/june-2023/index.js";
import { diceOf } from "../../demo/random.js";
import { connectGate, connectInquirer } from "../../modules/disclosure/index.js";
import { connect } from "../../platform/db/db.js";
import { migrate } from "../../platform/db/migrate.js";
import { type LoginRole, newRolePasswords, urlAs, urlOfDatabase } from "../../platform/db/roles.js";
import { macsWith } from "../../platform/macs.js";
import { startPostgres } from "../../start/postgres.js";
import { linkNames } from "../../vault/keyholder/keyholder.js";
import { ensureKeyFiles, ensureLinkKeys, linkDirBeside, readSecretKey } from "../../vault/keys.js";
import { keyholderCommand, startVaultProcess, vaultCommand } from "../../vault/process.js";
import { socketsIn } from "../../vault/settings.js";

const origin = "http://localhost";
const logOrigin = "log.demo.example/june-2023";
/** The machine may be busy with everything that starts here. */
const deadlineMs = 20_000;

export interface OwnInstallation {
  readonly stage: Stage;
  stop(): Promise<void>;
}

export async function ownInstallation(seed: number, say: (line: string) => void): Promise<OwnInstallation> {
  const folder = mkdtempSync(join(tmpdir(), "sakshi-june-"));
  chmodSync(folder, 0o711);
  const stops: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (let next = stops.pop(); next; next = stops.pop()) await next();
  };
  try {
    const postgres = await startPostgres({
      folder: join(folder, "postgres"),
      logFile: join(folder, "postgres.log"),
      lasting: false,
    });
    stops.push(() => postgres.stop());
    const passwords = newRolePasswords();
    const ownerUrl = urlOfDatabase(postgres.url, "sakshi");
    await migrate(ownerUrl, passwords);
    const roleUrl = (role: LoginRole) => urlAs(ownerUrl, role, passwords[role]);

    const [keyDir, socketDir, clockFile] = [join(folder, "keys"), join(folder, "run"), join(folder, "now")];
    const keys = ensureKeyFiles(keyDir);
    ensureLinkKeys(linkDirBeside(keyDir), linkNames);
    mkdirSync(socketDir, { mode: 0o700 });
    writeFileSync(clockFile, "");
    const running: ChildProcess[] = [];
    stops.push(() => Promise.all(running.map(ended)));
    running.push(await startVaultProcess(keyholderCommand({ socketDir, keyDir, root: { kind: "file" } })));
    for (const which of ["opener", "recorder", "inquirer"] as const) {
      const settings = { socketDir, keyDir, databaseUrl: roleUrl(`sakshi_${which}`), origin: logOrigin, clockFile };
      running.push(await startVaultProcess(vaultCommand(which, settings)));
    }

    let now: Date | undefined;
    const setNow = (date: Date) => {
      now = date;
      writeFileSync(`${clockFile}.new`, String(date.getTime()));
      renameSync(`${clockFile}.new`, clockFile);
    };
    const sockets = socketsIn(socketDir);
    const gate = connectGate({ recorderSocket: sockets.recorder, openerSocket: sockets.opener, deadlineMs });
    const inquirer = connectInquirer(sockets.inquirer, deadlineMs);
    const db = connect(roleUrl("sakshi_app"));
    const owner = connect(ownerUrl, { max: 1 });
    const macs = macsWith(readSecretKey(keys.app));
    const deps = { db, gate, inquirer, clock: () => now ?? new Date(), macs, origin };
    stops.push(async () => {
      gate.close();
      inquirer.close();
      await Promise.all([db.close(), owner.close()]);
    });
    const app = await createApp(deps, { profile: "demo", origin, dataDir: folder, publishedDir: folder });
    stops.push(() => app.close());
    return { stage: { deps, owner, app, origin, dice: diceOf(seed), setNow, say }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const end = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await end;
}
