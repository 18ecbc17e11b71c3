// "bin/acceptance power-loss", "disk-full" and "clock-jump": the machine under a whole Sakshi fails in three ways while people
// look at their records; afterwards nothing that was acknowledged may be missing, or it is refused by name.
// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { isGone, start, started, state, until } from "../../tests/ops/installation.js";
import {
  type Installation,
  keepLooking,
  type Looker,
  letLook,
  openInstallation,
  reckon,
  verifiedLog,
} from "../../tests/ops/kill-rounds.js";
import { registeredPerson, signedInAccount } from "../../tests/support/vault-people.js";
import type { Report } from "./report.js";

async function lookersOf({ world }: Installation, count = 6): Promise<Looker[]> {
  const lookers: Looker[] = [];
  for (let n = 0; n < count; n++) {
    const account = await signedInAccount(world);
    lookers.push({ account, person: await registeredPerson(world, account) });
  }
  return lookers;
}

/** Every process of the installation at once, the database's children too: none has time to say goodbye. */
async function cutPower({ dataDir }: Installation): Promise<void> {
  const { supervisor, parts } = state(dataDir);
  const children = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => parentOf(pid) === parts.postgres)
    .map(Number);
  const all = [supervisor, ...Object.values(parts), ...children];
  for (const pid of all) if (!isGone(pid)) process.kill(pid, "SIGKILL");
  for (const pid of all) await until(() => isGone(pid), `the end of ${pid}`);
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(/\) \S (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, "latin1"))?.[1]);
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}

interface WalEnd {
  readonly file: string;
  readonly end: number;
}

/** Records begin at multiples of this, and the last bytes of a commit's (its time) are zeros: they belong to it. */
const recordAlignment = 8;

/** A segment that is used again holds old records behind the new ones; a new one holds zeros, so that its end is seen. */
async function keepSegmentsNew({ world }: Installation): Promise<void> {
  const admin = new pg.Client({ connectionString: world.adminUrl });
  await admin.connect();
  try {
    await admin.query("ALTER SYSTEM SET wal_recycle = off");
    await admin.query("SELECT pg_reload_conf()");
  } finally {
    await admin.end();
  }
}

/** Where the newest WAL ends: what follows is zeros. */
function walEnd({ dataDir }: Installation): WalEnd {
  const folder = join(dataDir, "postgres", "cluster", "pg_wal");
  const segments = readdirSync(folder).filter((name) => /^[0-9A-F]{24}$/.test(name));
  for (const name of segments.toSorted().toReversed()) {
    const bytes = readFileSync(join(folder, name));
    const end = bytes.findLastIndex((byte) => byte !== 0) + 1;
    const aligned = Math.ceil(end / recordAlignment) * recordAlignment;
    if (end > 0 && aligned < bytes.length) return { file: join(folder, name), end: aligned };
  }
  throw new Error("no segment of the WAL ends in zeros");
}

function overwrite(file: string, at: number, bytes: Buffer): void {
  const handle = openSync(file, "r+");
  writeSync(handle, bytes, 0, bytes.length, at);
  closeSync(handle);
}

const tornBytes = 3_000;

export async function powerLoss({ rounds }: { rounds: number }, report: Report): Promise<boolean> {
  const installation = await openInstallation();
  const { dataDir, port } = installation;
  let { run } = installation;
  const restart = async () => {
    run = start(dataDir, port);
    await started(run);
  };
  try {
    await keepSegmentsNew(installation);
    const lookers = await lookersOf(installation);
    const looks = keepLooking(installation, lookers);
    for (let round = 1; round <= rounds; round++) {
      const before = looks.shown.length;
      await letLook(installation, lookers);
      await until(() => looks.shown.length > before + 30, "looks", 60);
      await cutPower(installation);
      const { file, end } = walEnd(installation);
      // A write that was under way: garbage after the last record that was forced to disk, and half a file beside a whole one.
      overwrite(file, end, randomBytes(tornBytes));
      writeFileSync(join(dataDir, "published", "checkpoint.new"), "half a");
      await restart();
      report.progress(`round ${round} of ${rounds}: ${looks.shown.length} looks so far`);
    }
    const shown = looks.shown.length;
    await until(() => looks.shown.length > shown + 10, "looks after the last round", 60);
    await looks.end();
    const { entries, unserved, ...faults } = await reckon(installation, looks);
    report.row("power cut, the WAL's tail torn", `${rounds} times`);
    report.row("entries, of them without a look", `${entries}, ${unserved}`);
    report.row("faults", JSON.stringify(faults));
    await verifiedLog(installation);
    return faults.lost + faults.unlogged + faults.doubled + faults.gaps === 0 && faults.isTreeWhole;
  } finally {
    run.child.kill("SIGTERM");
    await run.ended;
    await installation.close();
  }
}

export async function diskFull({ megabytes }: { megabytes: number }, report: Report): Promise<boolean> {
  const disk = mkdtempSync(join(tmpdir(), "sakshi-disk-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m,mode=1777`, "tmpfs", disk]);
  if (mounted.status !== 0) {
    report.row("disk full", "not tried: a small file system of its own needs root");
    rmSync(disk, { recursive: true });
    return false;
  }
  const usual = process.env.TMPDIR;
  process.env.TMPDIR = disk;
  let installation: Installation | undefined;
  try {
    installation = await openInstallation();
    const lookers = await lookersOf(installation);
    const looks = keepLooking(installation, lookers);
    await until(() => looks.shown.length > 30, "looks", 60);
    fill(join(disk, "ballast"));
    await until(() => looks.unanswered > 10, "refused looks", 120);
    const before = looks.shown.length;
    await sleep(5_000);
    report.row("looks shown in 5 s of a full disk", looks.shown.length - before);
    const page = await fetch(`http://127.0.0.1:${installation.port}/readyz`).then(
      ({ status }) => String(status),
      () => "no answer",
    );
    report.row("/readyz then", page);
    rmSync(join(disk, "ballast"));
    await letLook(installation, lookers).catch(() => {});
    const full = looks.shown.length;
    const freedAt = performance.now();
    await until(() => looks.shown.length > full + 30, "looks with room again", 120);
    report.row("looks again after", `${((performance.now() - freedAt) / 1000).toFixed(1)} s`);
    await looks.end();
    const { entries, unserved, ...faults } = await reckon(installation, looks);
    report.row("entries, of them without a look", `${entries}, ${unserved}`);
    report.row("faults", JSON.stringify(faults));
    await verifiedLog(installation);
    return faults.lost + faults.unlogged + faults.doubled + faults.gaps === 0 && faults.isTreeWhole;
  } finally {
    await installation?.close();
    if (usual === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = usual;
    spawnSync("umount", [disk]);
    rmSync(disk, { recursive: true });
  }
}

/** Until nothing more goes in. */
function fill(file: string): void {
  const handle = openSync(file, "w");
  try {
    for (const size of [1 << 20, 1 << 12, 1]) {
      const block = Buffer.alloc(size, 1);
      try {
        for (;;) writeSync(handle, block);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      }
    }
  } finally {
    closeSync(handle);
  }
}

const hourMs = 3_600_000;

export async function clockJump(_numbers: object, report: Report): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "sakshi-clock-"));
  chmodSync(folder, 0o711);
  const file = join(folder, "now");
  let now = new Date();
  const jump = (to: Date) => {
    now = to;
    writeFileSync(`${file}.new`, String(to.getTime()));
    renameSync(`${file}.new`, file);
  };
  jump(now);
  const installation = await openInstallation({ SAKSHI_TEST_CLOCK_FILE: file });
  try {
    const world = { ...installation.world, deps: { ...installation.house.deps, clock: () => now } };
    const own = { ...installation, world };
    const begin = now.getTime();
    const [first] = await lookersOf(own, 1);
    const seen = async ({ account, person }: Looker): Promise<string> => {
      const ownView = { actor: account.actor, purpose: "own-view", explanation: { kind: "own-sign-in" } } as const;
      const outcome = await installation.house.deps.gate.disclose({ ...ownView, subjects: [person], fields: ["name"] });
      return outcome.ok ? "shown" : outcome.code;
    };
    const results: [string, string, string][] = [["now", await seen(first!), "shown"]];
    for (const [name, hours] of [
      ["two hours forward", 2],
      ["a hundred days forward", 2_400],
      ["back to the start", 0],
      ["a day back", -24],
    ] as const) {
      jump(new Date(begin + hours * hourMs));
      results.push([`${name}, signed in before`, await seen(first!), hours > 0 ? "DISCLOSURE_NOT_ALLOWED" : "shown"]);
      const [fresh] = await lookersOf(own, 1);
      results.push([`${name}, signed in then`, await seen(fresh!), "shown"]);
    }
    for (const [name, seenAs] of results) report.row(name, seenAs);
    await verifiedLog(installation);
    return results.every(([, seenAs, wanted]) => seenAs === wanted);
  } finally {
    await installation.close();
    rmSync(folder, { recursive: true });
  }
}
