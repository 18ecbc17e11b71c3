// Bucket keys over a root key that lives in this process: for tests of the opener's parts without its process.
// SPDX-License-Identifier: Apache-2.0
import { createSecretKey, randomBytes } from "node:crypto";
import type { Db } from "../../src/platform/db/db.js";
import { openBox, sealBox } from "../../src/vault/box.js";
import { type Buckets, bucketsIn } from "../../src/vault/opener/buckets.js";

export function bucketsOver(db: Db): Buckets {
  const root = createSecretKey(randomBytes(32));
  return bucketsIn(db, {
    wrap: async (content, place) => sealBox(root, 1, content, place),
    unwrap: async (box, place) => openBox(root, box, place),
  });
}
