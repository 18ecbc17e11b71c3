// A published log of any length in two shards, made as in operation: entries in a real database, real looks at a person
// among them, the publisher's own files, and a witness that cosigns.
// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ed25519Signer } from "../../src/lib/tlog/index.js";
import { type PlacedEntry, publishedLog, startPublisher } from "../../src/publisher/index.js";
import { growLog } from "../../tests/support/grow-log.js";
import { logOrigin, readLogKey } from "../../tests/support/vault.js";
import { ownSignIn, registeredPerson, signedInAccount } from "../../tests/support/vault-people.js";
import { runSakshi, runWitness } from "../../tests/support/witness.js";
import { testWorld, type World } from "../../tests/support/world.js";
import { someLeaves } from "../../tests/tamper/published-log.js";

export interface WitnessedLog {
  readonly directory: string;
  readonly vkey: string;
  readonly size: number;
  /** A file as "who saw my record" hands it out. */
  readonly proofFile: string;
  remove(): void;
}

const nextYear = () => new Date(Date.now() + 366 * 86_400_000);

/** Published at a time, at most; the last of them leaves partial tiles. */
const mostAtOnce = 4_999;

export async function witnessedLog(entries: number, onProgress: (done: number) => void): Promise<WitnessedLog> {
  const home = mkdtempSync(join(tmpdir(), "sakshi-witnessed-"));
  const directory = join(home, "log");
  const world = await testWorld();
  const seen = await lookedAt(world);
  const key = readLogKey(world.vault);
  const signer = ed25519Signer(logOrigin, key);
  await runSakshi("witness", "trust", signer.vkey, "--data", join(home, "court"));
  const court = await runWitness(join(home, "court"), "--name", "court.example");
  const publisher = startPublisher({
    db: world.connectAs("sakshi_publisher"),
    directory,
    lockDirectory: join(home, "lock"),
    policy: `witness court ${court.vkey} ${court.address}\nquorum court\n`,
    key,
    origin: logOrigin,
    intervalMs: 3_600_000,
  });
  const atOnce = Math.min(mostAtOnce, Math.ceil(entries / 3));
  let { size } = await publisher.publishNow();
  let isTurned = false;
  while (size < entries) {
    const isTurn: boolean = !isTurned && size > entries / 2;
    const count = Math.min(atOnce, entries - size);
    await growLog(world, someLeaves(count), isTurn ? nextYear() : new Date(), isTurn);
    if (isTurn) await publisher.publishNow();
    const shards = ["--shards", join(directory, "shards")];
    if (isTurn) await runSakshi("witness", "trust", signer.vkey, "--data", join(home, "court"), ...shards);
    await publisher.publishNow();
    isTurned ||= isTurn;
    size += count;
    onProgress(size);
  }
  const log = publishedLog(directory);
  const proofFile = join(home, "disclosure.json");
  const proven = await log.proofOf(seen, (await log.checkpoint())!);
  writeFileSync(proofFile, JSON.stringify({ ...seen, ...proven }));
  await publisher.close();
  await court.end();
  await world.close();
  const remove = () => rmSync(home, { recursive: true, force: true });
  return { directory, vkey: signer.vkey, size, proofFile, remove };
}

/** A person looks at the own record, and finds the look in the own list. */
async function lookedAt(world: World): Promise<PlacedEntry> {
  const account = await signedInAccount(world);
  const person = await registeredPerson(world, account);
  const { gate } = world.deps;
  const request = { actor: account.actor, purpose: "own-view", explanation: ownSignIn } as const;
  const shown = await gate.disclose({ ...request, subjects: [person], fields: ["name"] });
  if (!shown.ok) throw new Error(shown.code);
  const list = await gate.linesOf({ actor: account.actor, subject: person });
  if (!list.ok) throw new Error(list.code);
  const { entry, salt, tag, index } = list.value.lines.find(({ purpose }) => purpose === "own-view")!;
  return { entry, salt, tag, kind: 1, index };
}
