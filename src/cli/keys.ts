// "sakshi keys status", "rotate" and "erase": the vault's keys from the operator's side. Long work goes in steps, tells
// how far it is, stops on Ctrl-C between two steps, and goes on where it was when called again.
// SPDX-License-Identifier: Apache-2.0
import { parseArgs } from "node:util";
import type { House } from "../house.js";
import { listReissues } from "../modules/certificates/index.js";
import type { CertificateKey, KeyDesk, KeyStatus, KeyStep } from "../modules/disclosure/index.js";
import { eraseDue } from "../modules/erasures/index.js";
import type { Command, Context } from "./command.js";
import { reissueLine } from "./keys-revoke.js";

const busyPauseMs = 500;
const tellEveryMs = 2_000;

export const keysStatus: Command = {
  words: "keys status",
  summary: "the vault's keys: epochs, ages, what waits to be replaced",
  usage: `Tells the epochs of the root key, of each bucket key and how many people's keys each wraps, what waits to be replaced, and
which keys sign certificates.

  bin/sakshi keys status`,
  run: (_args, context) =>
    withHouse(context, async ({ deps }) => {
      describe(await deps.gate.keys.status(), context.write);
      for (const key of await deps.gate.certificateKeys()) context.write(certificateKeyLine(key, deps.clock()));
      for (const reissue of await listReissues(deps)) context.write(reissueLine(reissue));
      return 0;
    }),
};

export const keysRotate: Command = {
  words: "keys rotate",
  summary: "replace the vault's keys while the system runs",
  usage: `Replaces each bucket key by a new epoch, rewraps people's keys, destroys the old ones, and then does the same with the root key.
Sealed records are not touched. Ctrl-C stops between two steps; called again it goes on. Everybody can go on working.

  bin/sakshi keys rotate

  --root   only the root key: a new epoch, bucket keys rewrapped, the old epoch destroyed`,
  run: (args, context) => {
    const { values } = parseArgs({ args: [...args], options: { root: { type: "boolean" } } });
    return withHouse(context, async ({ deps }) => {
      const { keys } = deps.gate;
      if (values.root) context.write(`The root key has epoch ${await keys.nextRoot()}.`);
      else context.write(`${await keys.markAll()} bucket keys wait to be replaced.`);
      return untilDone(keys, context);
    });
  },
};

export const keysErase: Command = {
  words: "keys erase",
  summary: "carry out the erasures that are due, now instead of tonight",
  usage: `Deletes the keys of people whose erasure is due, replaces the bucket keys that had wrapped them and destroys the old
ones together with the root key's epoch, so that no backup opens what was erased. The worker does the same each night.
Backups of vault.person_keys and vault.bucket_keys from before are worth nothing afterwards: make a new one.

  bin/sakshi keys erase`,
  run: (_args, context) =>
    withHouse(context, async ({ deps }) => {
      const { erased, refused } = await eraseDue(deps);
      context.write(`${erased} erased${refused > 0 ? `, ${refused} could not be: the log or the vault refused` : ""}.`);
      const code = await untilDone(deps.gate.keys, context);
      return refused > 0 ? 1 : code;
    }),
};

async function withHouse(context: Context, work: (house: House) => Promise<number>): Promise<number> {
  const house = context.openHouse();
  try {
    return await work(house);
  } finally {
    await house.close();
  }
}

function describe({ rootEpochs, buckets, destroyedUnderLivingRoot }: KeyStatus, write: (line: string) => void): void {
  write(`root key      epochs ${rootEpochs.join(", ")}`);
  for (const { bucket, epoch, people, createdAt, rotateSince, rootEpoch } of buckets) {
    const what = bucket === 0 ? "house" : `bucket ${bucket}`;
    const wraps = bucket === 0 ? "log halves, certificates" : `${people} people`;
    const waits = rotateSince ? `, waits to be replaced since ${rotateSince}` : "";
    write(`${what.padEnd(13)} epoch ${epoch} of ${createdAt.slice(0, 10)}, ${wraps}, root epoch ${rootEpoch}${waits}`);
  }
  if (destroyedUnderLivingRoot > 0) {
    write(
      `${destroyedUnderLivingRoot} destroyed bucket keys open from a backup until the root key is replaced: bin/sakshi keys rotate --root`,
    );
  }
}

function certificateKeyLine({ keyId, algorithm, signsFrom, signsUntil, revokedAt }: CertificateKey, now: Date): string {
  const on = (day: Date) => day.toISOString().slice(0, 10);
  if (revokedAt) return `certificates  key ${keyId}, ${algorithm}, revoked on ${on(revokedAt)}`;
  const since = signsFrom && signsFrom > now ? `signs from ${on(signsFrom)}` : "signs";
  return `certificates  key ${keyId}, ${algorithm}, ${signsUntil && signsUntil <= now ? `signed until ${on(signsUntil)}` : since}`;
}

/** 0 when nothing is left, 130 after Ctrl-C. */
async function untilDone(keys: KeyDesk, { write, writeError }: Context): Promise<number> {
  let isAsked = false;
  const ask = () => (isAsked = true);
  process.once("SIGINT", ask);
  const waiting = (await keys.status()).buckets.filter(({ rotateSince }) => rotateSince);
  const progress = { people: 0, of: waiting.reduce((sum, { people }) => sum + people, 0), toldAt: 0 };
  try {
    for (;;) {
      const step = await keys.step();
      if (step.did === "done") {
        write("Done: no key waits.");
        return 0;
      }
      tell(step, progress, write);
      if (isAsked) {
        writeError("Stopped. What is left waits; the same command goes on with it.");
        return 130;
      }
      if (step.did === "busy") await new Promise((resolve) => setTimeout(resolve, busyPauseMs));
    }
  } finally {
    process.off("SIGINT", ask);
  }
}

function tell(
  step: KeyStep,
  progress: { people: number; of: number; toldAt: number },
  write: (line: string) => void,
): void {
  if (step.did === "rewrapped") {
    progress.people += step.people;
    if (performance.now() - progress.toldAt < tellEveryMs) return;
    progress.toldAt = performance.now();
    write(`  ${progress.people} of ${progress.of} people's keys rewrapped`);
  }
  if (step.did === "destroyed") write(`  bucket ${step.bucket}: epoch ${step.epoch} destroyed`);
  if (step.did === "root-made") write(`  root key: epoch ${step.epoch} made`);
  if (step.did === "root-destroyed") write(`  root key: epoch ${step.epoch} destroyed`);
}
