// An installation of an earlier version, with its demo country and a person who lived the demo's journey there, is started by
// this one: it migrates, and all that the person has is there. states/before-0170.json.gz is the state of commit 25e5d34.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { openBrowser } from "../../src/cli/demo-journey/browser.js";
import { type Demo, type Story, steps } from "../../src/cli/demo-journey/steps.js";
import { logVerify } from "../../src/cli/log-verify.js";
import { dateInIndia } from "../../src/platform/clock.js";
import { connect } from "../../src/platform/db/db.js";
import { readMigrations } from "../../src/platform/db/migrate.js";
import { urlAs } from "../../src/platform/db/roles.js";
import { projectRoot } from "../../src/platform/root.js";
import { dataFolder, rolePasswords } from "../../src/start/data-folder.js";
import { portOf } from "../../src/start/postgres.js";
import { freePort, type Run, remove, start, started } from "../ops/installation.js";
import { putBackState } from "./stored-state.js";

/** Who lived the journey in the stored state. */
const mobile = "9000099946";
const entriesThen = 259;
const dataDir = mkdtempSync(join(tmpdir(), "sakshi-upgrade-"));
let run: Run;
let address: string;
let earlier: readonly string[];

before(async () => {
  chmodSync(dataDir, 0o711);
  ({ migrations: earlier } = await putBackState(
    join(projectRoot, "tests/upgrade/states/before-0170.json.gz"),
    dataDir,
  ));
  // No sessions of today are put in: the test is about what was there.
  writeFileSync(join(dataDir, "demo-seeded-on"), dateInIndia(new Date()));
  const port = await freePort();
  address = `http://127.0.0.1:${port}`;
  run = start(dataDir, port);
  await started(run);
});
after(async () => {
  run?.child.kill("SIGTERM");
  await run?.ended;
  remove(dataDir);
});

const auditor = () => {
  const at = `127.0.0.1:${portOf(dataFolder(dataDir).postgres)}/sakshi`;
  return connect(urlAs(`postgresql://postgres@${at}`, "sakshi_auditor", rolePasswords(dataDir).sakshi_auditor), {
    max: 1,
  });
};

test("the migrations that came since have run, and no row is lost", async () => {
  const db = auditor();
  try {
    const applied = await db.rows<{ name: string }>("SELECT name FROM migrations.applied ORDER BY number");
    const now = readMigrations().map(({ name }) => name);
    assert.deepEqual(
      applied.map(({ name }) => name),
      now,
    );
    assert.ok(now.length > earlier.length);
    const [entries] = await db.rows<{ n: number }>("SELECT count(*) AS n FROM log.entries");
    assert.ok(entries!.n >= entriesThen);
  } finally {
    await db.close();
  }
});

test("its person signs in, holds the certificate, and proves each look, those before and those after", async () => {
  const citizen = openBrowser(address);
  const demo = JSON.parse((await citizen.get("/demo", { accept: "application/json" })).text) as Demo;
  const story: Story = {
    address,
    citizen,
    staff: openBrowser(address),
    mobile,
    name: "Asha Journey Demo",
    demo,
    personPath: "",
    sessionId: "",
    appointmentPath: "",
    securityCode: "",
    certificate: "",
  };
  const step = (what: string) => steps.find((one) => one.what === what)!.run(story);
  await step("signs in with a code sent to the phone");
  const people = await citizen.get("/en/people");
  assert.ok(people.text.includes(story.name));
  story.personPath = /\/en\/people\/[0-9a-f-]{36}(?=")/.exec(people.text)![0];
  await step("the certificate is issued");
  await step("the certificate verifies offline");
  await step("sees who saw the record");
  const lines = Number.parseInt(await step("proves each line against the published log"), 10);
  assert.ok(lines > 23, `${lines} lines; the stored state had 23`);
});

test("the published log goes on where the earlier version left it", async () => {
  const said: string[] = [];
  const code = await logVerify(["--database"], {
    write: (line) => said.push(line),
    writeProgress: () => {},
    connectAsAuditor: auditor,
    directory: dataFolder(dataDir).published,
  });
  assert.equal(code, 0, said.join("\n"));
});
