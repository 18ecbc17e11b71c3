// Root keys in files, one a family and epoch, for the demo: root-1.key, root-2.key ... Whoever copied a file keeps it,
// so that destroying an epoch here means less than in an HSM; production refuses this back end.
// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { BoxError, boxEpoch, openBox, sealBox } from "../box.js";
import { readSecretKey } from "../keys.js";
import { families, type KeyFamily, type RootKeys, RootUnavailable } from "./root-keys.js";

export function fileRoot(dir: string): RootKeys {
  const fileOf = (family: KeyFamily, epoch: number): string => join(dir, `${family}-${epoch}.key`);

  function found(family: KeyFamily): number[] {
    const epochs = readdirSync(dir).flatMap((name) => {
      const [, of, epoch] = /^([a-z]+)-([1-9]\d{0,4})\.key$/.exec(name) ?? [];
      return of === family ? [Number(epoch)] : [];
    });
    return epochs.toSorted((a, b) => a - b);
  }
  async function make(family: KeyFamily, epoch: number): Promise<number> {
    await write(fileOf(family, epoch), "wx");
    return epoch;
  }
  async function epochs(family: KeyFamily): Promise<number[]> {
    const all = found(family);
    if (all.length === 0) throw new RootUnavailable("NO_ROOT_KEY");
    return all;
  }

  return {
    async begin() {
      for (const family of families) if (found(family).length === 0) await make(family, 1);
    },
    epochs,
    async wrap(family, content, place) {
      const newest = (await epochs(family)).at(-1)!;
      return sealBox(readSecretKey(fileOf(family, newest)), newest, content, place);
    },
    async unwrap(family, box, place) {
      const epoch = boxEpoch(box);
      if (!found(family).includes(epoch)) throw new BoxError();
      return openBox(readSecretKey(fileOf(family, epoch)), box, place);
    },
    async next(family) {
      return make(family, (await epochs(family)).at(-1)! + 1);
    },
    async destroy(family, epoch) {
      await write(fileOf(family, epoch), "r+");
      await rm(fileOf(family, epoch));
    },
    async close() {},
  };
}

/** Chance, durably: a new key, or what stands where a key was. Node's permission model knows no fsync but this one. */
async function write(path: string, flags: "wx" | "r+"): Promise<void> {
  const bytes = randomBytes(32);
  const file = await open(path, flags, 0o600);
  try {
    await file.write(bytes, 0, bytes.length, 0);
    await file.sync();
  } finally {
    await file.close();
    bytes.fill(0);
  }
}
