// Makes a cluster out of a backup: in a data folder that is not running, or in a scratch folder to try it.
// SPDX-License-Identifier: Apache-2.0
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OperatorError } from "../platform/operator-error.js";
import { type PgProgram, preparePgProgram } from "../start/pg-program.js";
import { copyFile, treeBelow } from "./copy.js";
import { type Manifest, readManifest } from "./manifest.js";

/** Recover from archived WAL up to an instant, and no further. */
export interface PointInTime {
  /** The folder that SAKSHI_WAL_ARCHIVE named. */
  readonly archive: string;
  readonly at: Date;
}

export interface PutBack {
  readonly manifest: Manifest;
  /** Where the cluster that was there before lies now. */
  readonly before: string | undefined;
}

/** `postgres` is the data folder's folder for the database; nothing may run on it. */
export async function putBack(
  backup: string,
  postgres: string,
  { until, progress = () => {} }: { until?: PointInTime; progress?: (done: number, of: number) => void } = {},
): Promise<PutBack> {
  const manifest = readManifest(backup);
  refuseUnreachable(manifest, until);
  mkdirSync(postgres, { recursive: true, mode: 0o711 });
  const program = preparePgProgram(postgres);
  const cluster = join(program.home, "cluster");
  const partial = `${cluster}.partial`;
  rmSync(partial, { recursive: true, force: true });
  for (const folder of ["", ...manifest.folders]) mkdirSync(join(partial, folder), { recursive: true, mode: 0o700 });
  const files = manifest.files.filter(({ path }) => path !== "superuser-password");
  for (const [at, { path, sha256 }] of files.entries()) {
    const copied = await copyFile(join(backup, path), partial, path);
    if (copied?.sha256 !== sha256) {
      rmSync(partial, { recursive: true, force: true });
      throw new OperatorError(`The backup is damaged: ${path} is ${copied ? "not what was copied" : "missing"}.`);
    }
    progress(at + 1, files.length);
  }
  if (until) recoverUntil(partial, until);
  await giveAll(program, partial);
  const before = existsSync(cluster)
    ? `${cluster}.before-${new Date().toISOString().replace(/[-:]|\.\d+/g, "")}`
    : undefined;
  if (before) renameSync(cluster, before);
  renameSync(partial, cluster);
  writeFileSync(join(program.home, "password"), readFileSync(join(backup, "superuser-password")), { mode: 0o600 });
  return { manifest, before };
}

function refuseUnreachable(manifest: Manifest, until: PointInTime | undefined): void {
  if (!until) return;
  if (until.at < new Date(manifest.takenAt))
    throw new OperatorError(
      `This backup was taken at ${manifest.takenAt}, after the instant asked for. Take an older one.`,
    );
  if (!existsSync(until.archive)) throw new OperatorError(`There is no folder ${until.archive} with archived WAL.`);
}

function recoverUntil(cluster: string, { archive, at }: PointInTime): void {
  const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
  const lines = [
    `restore_command = ${quoted(`cp "${archive}/%f" "%p"`)}`,
    `recovery_target_time = ${quoted(at.toISOString().replace("T", " ").replace("Z", "+00"))}`,
    "recovery_target_action = 'promote'",
  ];
  writeFileSync(join(cluster, "postgresql.auto.conf"), `${lines.join("\n")}\n`, { flag: "a", mode: 0o600 });
  writeFileSync(join(cluster, "recovery.signal"), "", { mode: 0o600 });
}

async function giveAll({ runAs }: PgProgram, cluster: string): Promise<void> {
  if (!runAs) return;
  const { files, folders } = await treeBelow(cluster);
  for (const path of ["", ...folders, ...files]) chownSync(join(cluster, path), runAs.uid, runAs.gid);
}
