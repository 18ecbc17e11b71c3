// Worlds as files: what may be left out, written otherwise or in another order, and what is refused with its line.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Unreadable } from "./read-sample.js";
import { readWorld } from "./read-world.js";

async function worldOf(files: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), "world-"));
  try {
    writeFileSync(join(folder, "world.json"), '{"format":"sakshi-inquiry-world/1","logComplete":true}');
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, `${name}.ndjson`), text);
    return await readWorld(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const people =
  '{"person":7,"versions":[{"from":"2021-03-01T08:00:00Z","to":null,"name":"Asha"}]}\n{"person":"ü","versions":[{"from":"2021-03-01T08:00:00Z","to":null}],"doses":[{"on":"2021-05-01"}]}';

test("a disclosure is the same look however its line is written", async () => {
  const registry = await worldOf({
    people,
    actors: '{"actor":1,"kind":"staff"}\n',
    disclosures: [
      '{"at":"2021-05-01T00:00:03Z","actor":"1","person":"7","fields":["name","mobile"],"recipientId":"AbCd"}',
      '{"fields": ["name", "mobile"], "extra": {"a": [1]}, "person": 7, "actor": 1, "at": "2021-05-01T00:00:03.250Z", "recipientId": null}',
      '{"recipientId":"abcd","at":"2021-05-01T05:30:03+05:30","actor":"1","person":"\\u0037","fields":["mobile","name"]}',
      '{"at":"2021-05-01T00:00:01Z","actor":"1","person":"ü","fields":["dose"]}\r',
      '{"at":"2021-05-01T00:00:03Z","actor":"nobody","person":"7","fields":["name"]}',
      "",
    ].join("\n"),
  });
  assert.equal(registry.lookActor.length, 4);
  for (const look of [0, 1, 2]) {
    assert.deepEqual(
      [registry.lookAt.at(look), registry.lookPerson.at(look), registry.lookFields.at(look)],
      [1_619_827_203, 0, registry.lookFields.at(0)],
    );
  }
  assert.deepEqual(registry.looksOfToken("ABCD"), [0, 2]);
  // The line that is out of order comes first in time.
  assert.deepEqual([...registry.looksOfActor.of(0)], [3, 0, 1, 2]);
});

test("a world of nothing but its head is a world; a line that cannot be read is named", async () => {
  assert.equal((await worldOf({})).people.length, 0);
  await assert.rejects(worldOf({ people: `${people}\n{` }), (error: Error) => {
    assert.ok(error instanceof Unreadable);
    assert.match(error.message, /people\.ndjson, line 3 cannot be read/);
    return true;
  });
  await assert.rejects(worldOf({ people, disclosures: '{"at":' }), /disclosures\.ndjson, line 1 cannot be read/);
});
