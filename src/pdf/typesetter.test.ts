// The typesetting thread: what takes too long or breaks fails alone, and the next paper is set.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { createTypesetter, TypesettingBusy, TypesettingFailed } from "./typesetter.js";

const at = new Date(0);
const script = (body: string) =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`import { parentPort } from "node:worker_threads"; parentPort.on("message", (order) => { ${body} });`)}`,
  );

test("a paper that never ends is ended, and the next one is set by a new thread", async () => {
  const setter = createTypesetter(
    200,
    script(
      `if (order.data === '"endless"') for (;;); parentPort.postMessage({ id: order.id, pdf: new Uint8Array([1]) });`,
    ),
  );
  await setter.set("slip", "warm", at);
  const [endless, next] = await Promise.allSettled([setter.set("slip", "endless", at), setter.set("slip", "good", at)]);
  assert.ok(endless.status === "rejected" && endless.reason instanceof TypesettingBusy);
  assert.ok(next.status === "fulfilled");
  await setter.close();
});

test("a thread that dies fails its paper only", async () => {
  const setter = createTypesetter(
    5_000,
    script(
      `if (order.data === '"bad"') process.exit(3); parentPort.postMessage({ id: order.id, pdf: new Uint8Array([1]) });`,
    ),
  );
  const [bad, next] = await Promise.allSettled([setter.set("slip", "bad", at), setter.set("slip", "good", at)]);
  assert.deepEqual([bad.status, next.status], ["rejected", "fulfilled"]);
  await setter.close();
});

test("data that a template does not know, or too much of it, is refused with a reason", async () => {
  const setter = createTypesetter();
  await assert.rejects(setter.set("certificate", { nothing: 1 }, at), TypesettingFailed);
  await assert.rejects(setter.set("certificate", { much: "x".repeat(600_000) }, at), TypesettingFailed);
  await setter.close();
});
