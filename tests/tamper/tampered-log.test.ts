// Whatever is changed in a published log is found and named: a byte, an entry gone, two swapped, a fork, another key.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { generateKeyPairSync, randomInt } from "node:crypto";
import { test } from "node:test";
import { decodeBundle, encodeBundle, type LogFaultCode } from "../../src/lib/tlog/index.js";
import { acceptedChanges } from "./byte-changes.js";
import { publish, someLeaves, verdictOn } from "./published-log.js";

// Two full tiles, a partial one, and a level above.
const leaves = someLeaves(700);
const log = publish(leaves);

async function faultIn(
  change: (files: Map<string, Buffer>) => void,
): Promise<{ code: LogFaultCode; path?: string; index?: number }> {
  const files = new Map(log.files);
  change(files);
  const verdict = await verdictOn(files);
  assert.ok(!verdict.ok, "the changed log was accepted");
  return verdict.fault;
}

function changed(bytes: Buffer, at: number, by = 1): Buffer {
  const copy = Buffer.from(bytes);
  copy[at]! ^= by;
  return copy;
}

test("the untouched log verifies at every size around a tile's edge", async () => {
  for (const size of [0, 1, 255, 256, 257, 511, 512, 513, 700]) {
    const verdict = await verdictOn(publish(leaves.slice(0, size)).files);
    assert.ok(verdict.ok && verdict.checkpoint.size === size, `size ${size}`);
  }
});

test("a changed entry is named by its index, in full and partial bundles", async () => {
  for (const [path, first] of [
    ["tile/entries/000", 0],
    ["tile/entries/001", 256],
    ["tile/entries/002.p/188", 512],
  ] as const) {
    const fault = await faultIn((files) => files.set(path, changed(files.get(path)!, 68 * 100 + 20)));
    assert.deepEqual([fault.code, fault.index], ["TILE_WRONG", first + 100]);
  }
});

test("a changed length in a bundle is named by its file", async () => {
  const fault = await faultIn((files) => files.set("tile/entries/001", changed(files.get("tile/entries/001")!, 1)));
  assert.deepEqual([fault.code, fault.path, fault.index], ["FILE_MALFORMED", "tile/entries/001", 256]);
});

test("a changed hash in a tile is named by the first entry under it", async () => {
  for (const [path, at, index] of [
    ["tile/0/001", 32 * 7 + 3, 263],
    ["tile/0/002.p/188", 0, 512],
    ["tile/1/000.p/2", 33, 256],
  ] as const) {
    const fault = await faultIn((files) => files.set(path, changed(files.get(path)!, at)));
    assert.deepEqual([fault.code, fault.path, fault.index], ["TILE_WRONG", path, index]);
  }
});

test("an entry dropped, doubled or swapped with its neighbour is named", async () => {
  const reordered = (change: (entries: Buffer[]) => void) =>
    faultIn((files) => {
      const entries = decodeBundle(files.get("tile/entries/001")!, 256);
      change(entries);
      files.set("tile/entries/001", encodeBundle(entries));
    });
  assert.equal((await reordered((entries) => entries.splice(9, 1))).code, "FILE_MALFORMED");
  const swapped = await reordered((entries) => entries.splice(9, 2, entries[10]!, entries[9]!));
  assert.deepEqual([swapped.code, swapped.index], ["TILE_WRONG", 265]);
  const doubled = await reordered((entries) => entries.splice(9, 1, entries[8]!));
  assert.deepEqual([doubled.code, doubled.index], ["TILE_WRONG", 265]);
});

test("each missing file is named", async () => {
  for (const path of log.files.keys()) {
    const fault = await faultIn((files) => files.delete(path));
    assert.deepEqual([fault.code, fault.path], [path === "checkpoint" ? "CHECKPOINT_MISSING" : "FILE_MISSING", path]);
  }
});

test("a file that is cut off or goes on too long is refused", async () => {
  for (const [path, bytes] of log.files) {
    await faultIn((files) => files.set(path, bytes.subarray(0, -1)));
    await faultIn((files) => files.set(path, Buffer.concat([bytes, Buffer.of(0)])));
    await faultIn((files) => files.set(path, Buffer.alloc(0)));
  }
});

test("two tiles exchanged are refused", async () => {
  const fault = await faultIn((files) =>
    files.set("tile/0/000", log.files.get("tile/0/001")!).set("tile/0/001", log.files.get("tile/0/000")!),
  );
  assert.deepEqual([fault.code, fault.path, fault.index], ["TILE_WRONG", "tile/0/000", 0]);
});

test("an entry rewritten with all its hashes is refused by the signed root", async () => {
  const forged = publish(leaves.with(300, someLeaves(1)[0]!));
  const fault = await faultIn((files) => {
    for (const [path, bytes] of forged.files) if (path !== "checkpoint") files.set(path, bytes);
  });
  assert.equal(fault.code, "ROOT_WRONG");
});

test("a rewritten log under another key's signature is refused", async () => {
  const otherKey = generateKeyPairSync("ed25519").privateKey;
  const forged = publish(leaves.with(300, someLeaves(1)[0]!), otherKey);
  const verdict = await verdictOn(forged.files);
  assert.ok(!verdict.ok);
  assert.deepEqual([verdict.fault.code, verdict.fault.path], ["CHECKPOINT_REFUSED", "checkpoint"]);
});

test("a fork that the log itself signed is refused by whoever kept an older checkpoint", async () => {
  const since = publish(leaves.slice(0, 400)).checkpoint;
  assert.ok((await verdictOn(log.files, { since })).ok);
  const forked = publish(leaves.with(300, someLeaves(1)[0]!));
  const verdict = await verdictOn(forked.files, { since });
  assert.ok(!verdict.ok && verdict.fault.code === "HISTORY_CHANGED");
  const shrunk = await verdictOn(publish(leaves.slice(0, 399)).files, { since });
  assert.ok(!shrunk.ok && shrunk.fault.code === "HISTORY_CHANGED" && shrunk.fault.index === 399);
  // A fork behind the kept checkpoint is not for this reader to see; one at its very end is.
  const last = await verdictOn(publish(leaves.with(399, someLeaves(1)[0]!)).files, { since });
  assert.ok(!last.ok && last.fault.code === "HISTORY_CHANGED");
});

test("a partial tile that gave way to its full one is read from the full one", async () => {
  const longer = publish(leaves);
  const files = new Map(longer.files).set("checkpoint", publish(leaves.slice(0, 300)).files.get("checkpoint")!);
  assert.equal(files.get("tile/0/001.p/44"), undefined);
  // The level above has no full tile yet: its partial of that size must still be there.
  files.set("tile/1/000.p/1", publish(leaves.slice(0, 300)).files.get("tile/1/000.p/1")!);
  assert.ok((await verdictOn(files)).ok);
});

test("1,000 single-byte changes, anywhere in the log, are all refused", async () => {
  const seed = randomInt(2 ** 32);
  const isRefused = async (files: ReadonlyMap<string, Buffer>) => !(await verdictOn(files)).ok;
  const accepted = await acceptedChanges(log.files, { changes: 1_000, seed, isRefused });
  assert.deepEqual(accepted, [], `seed ${seed}`);
});
