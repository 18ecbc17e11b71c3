// Certificate keys over the years: the next one is published before it signs, the older ones go on verifying, and what
// lies in the database opens with the root key only.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createPrivateKey, verify, X509Certificate } from "node:crypto";
import { after, before, test } from "node:test";
import { bucketsOver } from "../../../tests/support/buckets.js";
import { testWorld, type World } from "../../../tests/support/world.js";
import type { Db } from "../../platform/db/db.js";
import type { Buckets } from "./buckets.js";
import { certificateKeys } from "./certificate-keys.js";

let world: World;
let db: Db;
let now = new Date("2026-11-23T06:00:00Z");
let buckets: Buckets;
const clock = () => now;
const daysOn = (days: number) => new Date(Date.parse("2026-11-23T06:00:00Z") + days * 86_400_000);

before(async () => {
  world = await testWorld();
  db = world.connectAs("sakshi_opener");
  buckets = bucketsOver(db);
});
after(() => world.close());

test("the first keys sign at once; their successors are published a month ahead and sign after a year", async () => {
  const keys = certificateKeys(db, buckets, clock);
  const first = await keys.signing();
  assert.equal((await keys.all()).length, 2);
  const bytes = Buffer.from("certificate");
  const early = await keys.sign(first.ES256.keyId, "ES256", bytes);
  assert.ok(early);

  now = daysOn(336);
  const known = await keys.all();
  assert.deepEqual(known.map(({ algorithm }) => algorithm).sort(), ["ES256", "ES256", "EdDSA", "EdDSA"]);
  assert.equal((await keys.signing()).ES256.keyId, first.ES256.keyId);
  const next = known.find(({ algorithm, signsFrom }) => algorithm === "ES256" && signsFrom !== null)!;
  assert.deepEqual(next.signsFrom, daysOn(365));
  assert.equal(await keys.sign(next.keyId, "ES256", bytes), undefined);

  now = daysOn(366);
  // Another process, and the same one after its start, see the same keys.
  const later = certificateKeys(db, buckets, clock);
  assert.equal((await later.signing()).ES256.keyId, next.keyId);
  assert.ok(await later.sign(next.keyId, "ES256", bytes));
  assert.equal(await later.sign(first.ES256.keyId, "ES256", bytes), undefined);
  const old = (await later.all()).find(({ keyId }) => keyId === first.ES256.keyId)!;
  assert.deepEqual([old.signsFrom, old.signsUntil], [null, daysOn(365)]);
  const certificate = new X509Certificate(old.x509!);
  assert.ok(certificate.verify(certificate.publicKey));
  assert.ok(verify("sha256", bytes, { key: certificate.publicKey, dsaEncoding: "ieee-p1363" }, early));
});

test("a key of another algorithm, or an unknown one, signs nothing", async () => {
  const keys = certificateKeys(db, buckets, clock);
  const { ES256 } = await keys.signing();
  assert.equal(await keys.sign(ES256.keyId, "EdDSA", Buffer.from("x")), undefined);
  assert.equal(await keys.sign(ES256.keyId, "PS256", Buffer.from("x")), undefined);
  assert.equal(await keys.sign("0000000000000000", "ES256", Buffer.from("x")), undefined);
});

test("the database holds no key that opens without the root key", async () => {
  for (const { wrapped } of await db.rows<{ wrapped: Buffer }>("SELECT wrapped FROM vault.certificate_keys"))
    assert.throws(() => createPrivateKey({ key: wrapped, format: "der", type: "pkcs8" }));
  const stranger = certificateKeys(db, bucketsOver(db), clock);
  const { ES256 } = await stranger.signing();
  await assert.rejects(stranger.sign(ES256.keyId, "ES256", Buffer.from("x")));
});
