// A whole Sakshi under load, its processes killed at seeded moments, and the reckoning afterwards: which entry was
// acknowledged and is gone, which person was shown without an entry. Used by the short test of the suite and by
// "bin/acceptance kills", which goes on for as many rounds as it is told.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { logVerify } from "../../src/cli/log-verify.js";
import { diceOf } from "../../src/demo/random.js";
import { type House, openHouse, readAppKey } from "../../src/house.js";
import { connect } from "../../src/platform/db/db.js";
import { type LoginRole, urlAs } from "../../src/platform/db/roles.js";
import { connectFrames, FramesUnavailable } from "../../src/platform/frames/index.js";
import { uuidv7 } from "../../src/platform/random.js";
import { rootsOf } from "../../src/publisher/index.js";
import { dataFolder, rolePasswords } from "../../src/start/data-folder.js";
import { socketsIn } from "../../src/vault/settings.js";
import { useBudget } from "../support/budgets.js";
import { letShardAge } from "../support/shards.js";
import { ownSignIn, type SignedInAccount } from "../support/vault-people.js";
import type { World } from "../support/world.js";
import { freePort, freshFolder, type Run, remove, start, started, state, until } from "./installation.js";

export interface Installation {
  readonly house: House;
  /** As much of a test's world as an installation has. */
  readonly world: World;
  readonly port: number;
  readonly dataDir: string;
  readonly run: Run;
  urlOf(role: LoginRole): string;
  close(): Promise<void>;
}

export async function openInstallation(env: Record<string, string> = {}): Promise<Installation> {
  const dataDir = freshFolder();
  const folder = dataFolder(dataDir);
  const port = await freePort();
  const run = start(dataDir, port, env);
  await started(run).catch(async (error: unknown) => {
    run.child.kill("SIGTERM");
    await run.ended;
    throw error;
  });
  const inPostgres = (name: string) => readFileSync(join(folder.postgres, name), "utf8").trim();
  const at = () => `127.0.0.1:${inPostgres("port")}/sakshi`;
  const urlOf = (role: LoginRole) => urlAs(`postgresql://postgres@${at()}`, role, rolePasswords(dataDir)[role]);
  const vault = { socketDir: folder.sockets, keyDir: folder.keys };
  const origin = "https://sakshi.example";
  const settings = { databaseUrl: urlOf("sakshi_app"), ...vault, publishedDir: folder.published, origin };
  const house = openHouse(settings, await readAppKey(vault));
  const adminUrl = `postgresql://postgres:${inPostgres("password")}@${at()}`;
  return {
    house,
    world: { deps: house.deps, adminUrl } as World,
    port,
    dataDir,
    run,
    urlOf,
    async close() {
      await house.close();
      run.child.kill("SIGTERM");
      await run.ended;
      remove(dataDir);
    },
  };
}

export interface Looker {
  readonly account: SignedInAccount;
  readonly person: string;
}

/** What those who look were told, by the request ids that they chose. */
export interface Looks {
  /** The log's word that the entry is in it, and where. */
  readonly acknowledged: { readonly request: string; readonly index: number }[];
  /** Requests on which a person's data came back. */
  readonly shown: string[];
  /** Requests that ended with a refusal or without an answer. */
  unanswered: number;
  end(): Promise<void>;
}

/** Each looks at the own record without pause, as the gate does: the recorder first, then the opener. */
export function keepLooking({ dataDir }: Pick<Installation, "dataDir">, lookers: readonly Looker[]): Looks {
  const sockets = socketsIn(dataFolder(dataDir).sockets);
  const recorder = connectFrames(sockets.recorder, { deadlineMs: 2_000 });
  const opener = connectFrames(sockets.opener, { deadlineMs: 2_000 });
  let isOver = false;

  async function look({ account, person }: Looker): Promise<void> {
    const request = uuidv7();
    const asking = { act: "read", actor: account.actor, purpose: "own-view", explanation: ownSignIn, fields: ["name"] };
    const recorded = await recorder.call({ head: { request, isNew: false, ...asking, subjects: [person] }, blobs: [] });
    const word = recorded.head as { ok: boolean; index: number };
    if (!word.ok) throw new FramesUnavailable("refused");
    looks.acknowledged.push({ request, index: word.index });
    const opened = await opener.call({ head: { op: "open", request }, blobs: [] });
    const { ok, people } = opened.head as { ok: boolean; people?: { person: { name: string } }[] };
    if (!ok || people?.[0]?.person.name === undefined) throw new FramesUnavailable("refused");
    looks.shown.push(request);
  }

  async function keepOn(looker: Looker): Promise<void> {
    while (!isOver) {
      try {
        await look(looker);
        await sleep(15);
      } catch (error) {
        if (!(error instanceof FramesUnavailable)) throw error;
        looks.unanswered++;
        await sleep(30);
      }
    }
  }

  const looks: Looks = {
    acknowledged: [],
    shown: [],
    unanswered: 0,
    async end() {
      isOver = true;
      await looking;
      recorder.close();
      opener.close();
    },
  };
  const looking = Promise.all(lookers.map(keepOn));
  return looks;
}

export const vaultAndDatabase = ["recorder", "opener", "keyholder", "postgres"] as const;
export type Victim = (typeof vaultAndDatabase)[number] | "web" | "worker";

/** Kills the process and waits until another has taken its place. */
export async function kill({ dataDir }: Pick<Installation, "dataDir">, part: Victim): Promise<void> {
  const pid = state(dataDir).parts[part];
  if (pid === undefined) throw new Error(`${part} does not run`);
  process.kill(pid, "SIGKILL");
  await until(() => state(dataDir).parts[part] !== pid, `another ${part}`);
}

export interface Round {
  readonly victim: Victim;
  /** From the kill until people are shown their records again. */
  readonly ms: number;
}

/**
 * Kills one after another, each at a moment of its own while looks are answered. Half way the quarter ends: the recorder is the
 * next to be killed, and its successor opens a shard.
 */
export async function killRounds(
  installation: Installation,
  lookers: readonly Looker[],
  looks: Looks,
  { rounds, seed, onRound }: { rounds: number; seed: number; onRound?: (round: Round) => void },
): Promise<void> {
  const dice = diceOf(seed);
  for (let n = 0; n < rounds; n++) {
    await letLook(installation, lookers);
    await sleep(dice.pick(`pause ${n}`, 0, 700));
    const isTurn = n === Math.floor(rounds / 2);
    if (isTurn) await letShardAge(installation.world);
    const victim = isTurn ? "recorder" : vaultAndDatabase[dice.pick(`victim ${n}`, 0, vaultAndDatabase.length - 1)]!;
    const killedAt = performance.now();
    await kill(installation, victim);
    const shown = looks.shown.length;
    await until(() => looks.shown.length > shown + 20, `an answer after ${victim} was killed`, 60);
    onRound?.({ victim, ms: performance.now() - killedAt });
  }
}

/** More looks than a person's hour holds; an hour may begin at any time. */
export async function letLook({ world }: Pick<Installation, "world">, lookers: readonly Looker[]): Promise<void> {
  const actors = lookers.map(({ account }) => `account:${account.accountId}`);
  await useBudget(world, actors, "own-sign-in", -10_000_000);
}

export interface Reckoning {
  readonly entries: number;
  /** The log's word was given for an entry that is not where it said. */
  readonly lost: number;
  /** A person was shown and the log has no entry of it. */
  readonly unlogged: number;
  readonly doubled: number;
  /** Allowed: an entry of a look that nobody was served on. */
  readonly unserved: number;
  /** A person's counter that does not follow on the one before. */
  readonly gaps: number;
  readonly isTreeWhole: boolean;
}

/** Holds what was told against what the log in the database has. */
export async function reckon(
  { urlOf }: Pick<Installation, "urlOf">,
  looks: Pick<Looks, "acknowledged" | "shown">,
): Promise<Reckoning> {
  const auditor = connect(urlOf("sakshi_auditor"), { max: 1 });
  const { size: entries, isHeadRight } = await rootsOf(auditor, []);
  const requests: string[] = [];
  const counters = new Map<string, number>();
  let gaps = 0;
  for (let from = 0; from < entries; from += 5_000) {
    const rows = await auditor.rows<{ request: string; subject: string | null; counter: number }>(
      `SELECT request_id AS request, encode(subject_pseudonym, 'hex') AS subject, counter FROM log.entries
       WHERE index >= $1 AND index < $2 ORDER BY index`,
      [from, Math.min(from + 5_000, entries)],
    );
    for (const { request, subject, counter } of rows) {
      requests.push(request);
      if (subject === null) continue;
      if (counter !== (counters.get(subject) ?? 0)) gaps++;
      counters.set(subject, counter + 1);
    }
  }
  await auditor.close();
  const logged = new Set(requests);
  const acknowledged = new Set(looks.acknowledged.map(({ request }) => request));
  const shown = new Set(looks.shown);
  return {
    entries,
    lost: looks.acknowledged.filter(({ request, index }) => requests[index] !== request).length,
    unlogged: looks.shown.filter((request) => !logged.has(request)).length,
    doubled: requests.length - logged.size,
    unserved: [...acknowledged].filter((request) => !shown.has(request)).length,
    gaps,
    isTreeWhole: isHeadRight && requests.length === entries,
  };
}

/** "bin/sakshi log verify --database", again until what was taken last is published. Gives the verdict in words. */
export async function verifiedLog({ dataDir, urlOf }: Pick<Installation, "dataDir" | "urlOf">): Promise<string> {
  const directory = dataFolder(dataDir).published;
  const said: string[] = [];
  const isClean = async () => {
    said.length = 0;
    const code = await logVerify(["--database"], {
      write: (line) => said.push(line),
      writeProgress: () => {},
      connectAsAuditor: () => connect(urlOf("sakshi_auditor"), { max: 1 }),
      directory,
    });
    return code === 0;
  };
  await until(isClean, "a clean log", 20).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${said.join("\n")}`);
  });
  return said.join("\n");
}
