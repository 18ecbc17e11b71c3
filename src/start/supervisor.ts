// Starts everything in order and stops it in the opposite order: keyholder, database, opener, recorder, inquirer, worker, web.
// Each step that started something says how to stop it; whatever ends the start early, what runs is stopped.
// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type Config, demoParts, nearHost, refuseDemoParts } from "../config.js";
import { OperatorError } from "../platform/operator-error.js";
import { connectKeyholder, type Keyholder } from "../vault/keyholder/client.js";
import { linkNames } from "../vault/keyholder/keyholder.js";
import { RootUnavailable } from "../vault/keyholder/root-keys.js";
import { readRootSettings } from "../vault/keyholder/settings.js";
import { ensureKeyFiles, ensureLinkKeys, ensureWrappedKeyFiles, linkDirBeside } from "../vault/keys.js";
import { socketsIn } from "../vault/settings.js";
import { serveAdmin } from "./admin.js";
import { type DataFolder, logFile, openDataFolder } from "./data-folder.js";
import { type Database, openDatabase } from "./database.js";
import { type HeldPort, holdPort } from "./held-port.js";
import { type Command, type Part, startPart } from "./part.js";
import { checkLogPolicy, housePart, keyholderPart, logOrigin, vaultPart } from "./parts.js";
import { seed } from "./seed.js";
import { type RunningState, removeState, writeState } from "./state.js";

export interface Supervisor {
  /** Settles when the web answers; throws when it does not come to that. */
  start(): Promise<void>;
  /** Stops what runs, last started first. May be called at any time, and twice. */
  stop(): Promise<void>;
  /** Puts a new process in the place of each web process, one after the other; no request fails. */
  renewWeb(): Promise<void>;
}

const startSeconds = 60;
const portPatienceMs = 2_000;
const stopMs = 10_000;

export function supervisor(config: Config): Supervisor {
  const stops: (() => Promise<void> | void)[] = [];
  const parts: Part[] = [];
  const pids: Record<string, number> = {};
  let web: readonly Part[] = [];
  let isStarted = false;
  let renewing: Promise<void> | undefined;
  let webRestart: RunningState["webRestart"];
  let openedFolder: DataFolder | undefined;
  let stopping: Promise<void> | undefined;

  function writePids(folder: DataFolder): void {
    const state = { supervisor: process.pid, address: config.origin, parts: pids };
    writeState(folder.path, webRestart ? { ...state, webRestart } : state);
  }

  /** What is started together is stopped together. */
  function runAll(names: readonly string[], folder: DataFolder, command: (name: string) => Command, port?: HeldPort) {
    const together = names.map((name) => run(name, folder, () => command(name), port));
    stops.push(async () => void (await Promise.all(together.map((part) => part.stop()))));
    return together;
  }

  function run(name: string, folder: DataFolder, command: () => Command, port?: HeldPort): Part {
    const onStart = (pid: number) => {
      pids[name] = pid;
      writePids(folder);
    };
    const patienceMs = port ? stopMs + config.drainSeconds * 1000 : stopMs;
    const part = startPart({
      name,
      command,
      logFile: logFile(folder, name),
      onStart,
      patienceMs,
      ...(port && { port }),
    });
    parts.push(part);
    return part;
  }

  /** With the keys that all other processes read. Demo: files. Production: files wrapped by the root key. */
  async function startKeyholder(folder: DataFolder): Promise<void> {
    const { settings: root } = readRootSettings(process.env);
    const linkDir = linkDirBeside(folder.keys);
    ensureLinkKeys(linkDir, linkNames);
    if (root.kind === "file") ensureKeyFiles(folder.keys);
    const [part] = runAll(["keyholder"], folder, () => keyholderPart(folder, root));
    await within(part!.ready, "The keyholder");
    if (root.kind !== "file")
      await wrappedKeys(folder, connectKeyholder(socketsIn(folder.sockets).keyholder, linkDir, "opener"));
  }

  async function startDatabase(folder: DataFolder): Promise<Database> {
    const onStart = (pid: number) => {
      pids.postgres = pid;
      writePids(folder);
    };
    // A database that fails in the middle of the start makes the start fail, which says why.
    const tell = (words: string) => void (isStarted && process.stderr.write(`${words}\n`));
    // A server that came back elsewhere: the parts must learn its address.
    const onMoved = () => {
      for (const part of parts) part.restart();
    };
    const database = await openDatabase(config, folder, { onStart, onMoved, tell });
    stops.push(() => database.stop());
    return database;
  }

  async function startAdmin(): Promise<void> {
    if (config.adminPort === undefined) return;
    const isServing = () => isStarted && !stopping;
    const admin = await serveAdmin(config.adminPort, {
      parts: () => parts,
      isServing,
      pagesAnswer: () => pagesAnswer(config),
    });
    stops.push(() => admin.close());
  }

  async function renew(): Promise<void> {
    if (!isStarted || stopping || !openedFolder) return;
    let problem: string | undefined;
    try {
      for (const part of web) await part.renew();
    } catch (error) {
      problem = (error as Error).message;
      process.stderr.write(`${problem}\n`);
    }
    webRestart = { at: new Date().toISOString(), ...(problem === undefined ? {} : { problem }) };
    if (!stopping) writePids(openedFolder);
  }

  return {
    async start() {
      refuseDemoParts(config, demoParts(process.env));
      const folder = openDataFolder(config.dataDir);
      stops.push(() => folder.unlock());
      const port = await takePort(config);
      await startAdmin();
      openedFolder = folder;
      stops.push(() => removeState(folder.path));
      checkLogPolicy(folder);
      for (const path of [folder.published, folder.logLock]) mkdirSync(path, { recursive: true });
      await startKeyholder(folder);
      const database = await startDatabase(folder);
      const origin = logOrigin(config, folder);
      const vault = (["opener", "recorder", "inquirer"] as const).flatMap((which) =>
        runAll([which], folder, () => vaultPart(which, folder, database, { origin, clockFile: config.testClockFile })),
      );
      await within(Promise.all(vault.map((part) => part.ready)), "The vault");
      const house = (program: string) => () => housePart(program, config, folder, database);
      await seed(config, house("start/seed-main.js"));
      runAll(numbered("worker", config.workers), folder, house("worker-main.js"));
      web = runAll(numbered("web", config.webProcesses), folder, house("web-main.js"), port);
      // Stopped first: from then on, new connections are refused and not kept waiting.
      stops.push(() => void port.close());
      await within(Promise.all([...web.map(({ ready }) => ready), untilReady(config)]), "The web");
      isStarted = true;
    },
    stop() {
      stopping ??= (async () => {
        for (let stop = stops.pop(); stop; stop = stops.pop()) await stop();
      })();
      return stopping;
    },
    renewWeb() {
      renewing ??= renew().finally(() => (renewing = undefined));
      return renewing;
    },
  };
}

/** web, web-2, web-3 … */
function numbered(name: string, count: number): string[] {
  return Array.from({ length: count }, (_, n) => (n === 0 ? name : `${name}-${n + 1}`));
}

/** Makes the wrapped key files at the first start; at any start, asks the root key whether it can be used. */
async function wrappedKeys({ keys }: DataFolder, keyholder: Keyholder): Promise<void> {
  try {
    if (!existsSync(keys)) await keyholder.begin();
    await keyholder.epochs();
    await ensureWrappedKeyFiles(keys, keyholder.sealFile);
  } catch (error) {
    if (!(error instanceof RootUnavailable)) throw error;
    throw new OperatorError(
      `The root key cannot be used (${error.code}). Check the settings of the HSM or key service in docs/operations/keys.md.`,
    );
  } finally {
    keyholder.close();
  }
}

/** The port may still be held for a moment by the last run's web process, which ends when its supervisor is gone. */
async function takePort({ host, port }: Config): Promise<HeldPort> {
  for (const deadline = Date.now() + portPatienceMs; ; await sleep(100)) {
    const held = await holdPort(host, port);
    if (typeof held !== "string") return held;
    if (held === "EADDRINUSE" && Date.now() < deadline) continue;
    if (held === "EADDRINUSE") {
      throw new OperatorError(
        `Port ${port} on ${host} is taken by another program. Stop that program, or set PORT to another number.`,
      );
    }
    if (held === "EACCES")
      throw new OperatorError(`This user may not use port ${port}. Set PORT to a number above 1023.`);
    throw new OperatorError(`This machine cannot listen on ${host} (${held}). Set HOST to one of its addresses.`);
  }
}

async function pagesAnswer({ host, port }: Config): Promise<boolean> {
  try {
    // No connection stays open: a web process that is replaced would wait for it.
    const answer = await fetch(`http://${nearHost(host)}:${port}/readyz`, {
      headers: { connection: "close" },
      signal: AbortSignal.timeout(2_000),
    });
    return answer.ok;
  } catch {
    return false;
  }
}

async function untilReady(config: Config): Promise<void> {
  while (!(await pagesAnswer(config))) await sleep(50);
}

async function within(work: Promise<unknown>, what: string): Promise<void> {
  const late = sleep(startSeconds * 1000, "late", { ref: false });
  if ((await Promise.race([work, late])) !== "late") return;
  throw new OperatorError(
    `${what} was not ready after ${startSeconds} seconds. Its log is in the folder "logs" of the data folder.`,
  );
}
