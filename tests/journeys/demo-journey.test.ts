// The whole story on a fresh installation, as `bin/sakshi demo journey` tells it, twice: with the demo country just
// put in, and again as somebody else.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Context } from "../../src/cli/command.js";
import { demoJourney } from "../../src/cli/demo-journey/demo-journey.js";
import { readConfig } from "../../src/config.js";
import { freePort, type Run, remove, start, started } from "../ops/installation.js";

const dataDir = mkdtempSync(join(tmpdir(), "sakshi-journey-"));
let port: number;
let run: Run;

before(async () => {
  port = await freePort();
  run = start(dataDir, port);
  await started(run);
});
after(async () => {
  run.child.kill("SIGTERM");
  await run.ended;
  remove(dataDir);
});

for (const who of ["the first visitor", "the next one"]) {
  test(`${who} registers, books, is vaccinated, holds a certificate and sees who looked`, async () => {
    const lines: string[] = [];
    const context = {
      config: readConfig({ SAKSHI_DATA_DIR: dataDir, PORT: String(port) }),
      write: (line: string) => lines.push(line),
      writeError: (line: string) => lines.push(line),
    } as unknown as Context;
    assert.equal(await demoJourney.run([], context), 0, lines.join("\n"));
    assert.equal(lines.length, 14);
  });
}
