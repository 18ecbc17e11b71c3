// Two days of a whole Sakshi, and the day a year later, with a handful of people: the short form of "bin/acceptance soak".
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Soak } from "./soak.js";

test("two days of registrations, bookings, doses, looks and erasures leave books that agree with the log", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sakshi-soak-"));
  chmodSync(folder, 0o711);
  const soak = await Soak.open(folder);
  try {
    for (const day of [0, 1]) {
      await soak.liveDay(day, 20);
      assert.deepEqual(await soak.faults(), [], `day ${day}`);
    }
    const { tally } = soak;
    assert.deepEqual(tally, {
      registered: 40,
      booked: 36,
      refused: 4,
      cancelled: 2,
      doses: 16,
      looks: 16,
      certificates: 1,
      erasuresAsked: 1,
    });
    await soak.liveAYearLater();
    assert.equal(await soak.erased(), 1);
    assert.deepEqual(await soak.faults(), []);
    const { entries, memory } = await soak.sizes();
    assert.ok(entries > tally.registered + tally.doses + tally.looks);
    assert.ok(memory.size >= 7);
  } finally {
    await soak.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
