// Two officers at the command line: open, agree, run, run again, take reports and the bundle, which the published log proves.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { csvOf, lookAt, type Officers, officers, registerPeople } from "../../tests/support/inquiries.js";
import { logOrigin, readLogKey } from "../../tests/support/vault.js";
import { testWorld, type World } from "../../tests/support/world.js";
import type { Config } from "../config.js";
import { openProgramSignIn } from "../modules/staff/index.js";
import { type Publisher, startPublisher } from "../publisher/index.js";
import { dataFolder } from "../start/data-folder.js";
import type { Command, Context } from "./command.js";
import { inquiryVerify } from "./inquiry-case.js";
import { inquiryOpen, inquiryReport, inquiryRun } from "./inquiry-officers.js";

let folder: string;
let world: World;
let publisher: Publisher;
let both: Officers;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "officers-"));
  world = await testWorld();
  const { published } = dataFolder(folder);
  mkdirSync(published, { recursive: true });
  publisher = startPublisher({
    db: world.connectAs("sakshi_publisher"),
    directory: published,
    lockDirectory: join(folder, "lock"),
    key: readLogKey(world.vault),
    origin: logOrigin,
    intervalMs: 50,
  });
  const people = await registerPeople(world, 40);
  await lookAt(world, people.slice(0, 25));
  const rows = people.slice(0, 24).map(({ row }) => ({ Name: row["Name"]!, YOB: row["YOB"]!, ID: row["ID Card"]! }));
  writeFileSync(join(folder, "leak.csv"), csvOf(rows));
  world.setNow(new Date(Date.now() + 120_000));
  both = await officers(world);
  for (const [name, { actor }] of Object.entries(both)) {
    const opened = await openProgramSignIn(world.deps, actor);
    assert.ok(opened.ok);
    writeFileSync(join(folder, name), `${opened.value.token}\n`);
  }
});
after(async () => {
  await publisher.close();
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(command: Command, ...args: string[]) {
  const [out, problem]: [string[], string[]] = [[], []];
  const context = {
    config: { dataDir: folder } as Config,
    calledFrom: folder,
    write: (line: string) => void out.push(line),
    writeError: (line: string) => void problem.push(line),
    openHouse: () => ({ deps: world.deps, close: async () => {} }),
  };
  const code = await command.run(args, context as unknown as Context);
  return { code, out: out.join("\n"), problem: problem.join("\n") };
}
let inquiryId: string;
let runId: string;

test("one officer opens, the same one cannot agree, another one does; nobody acts without a token", async () => {
  const told = ["--told-at", "2026-01-01T09:30", "--told-by", "journalist"];
  assert.equal((await run(inquiryOpen, "leak.csv", ...told)).code, 2);
  writeFileSync(join(folder, "stranger"), "A".repeat(43));
  assert.match((await run(inquiryOpen, "leak.csv", ...told, "--as", "stranger")).problem, /NOT_SIGNED_IN/);
  assert.match((await run(inquiryOpen, "leak.csv", "--as", "first")).problem, /INQUIRY_TOLD_AT_INVALID/);
  const soon = new Date(Date.now() - 3_600_000).toISOString();
  const opened = await run(inquiryOpen, "leak.csv", "--told-at", soon, "--told-by", "police", "--as", "first");
  assert.equal(opened.code, 0, opened.problem);
  inquiryId = opened.out.slice(0, 36);
  assert.match(opened.out, /24 rows, SHA-256 [0-9a-f]{64}; waits for a second officer/);
  assert.match((await run(inquiryRun, inquiryId, "--as", "first")).problem, /INQUIRY_SECOND_OFFICER_NEEDED/);
  assert.match((await run(inquiryOpen, "--second", inquiryId, "--as", "first")).problem, /SECOND_OFFICER_NEEDED/);
  assert.equal((await run(inquiryOpen, "--second", inquiryId, "--as", "second")).code, 0);
});

test("a run prints the answer, and the same bytes come out again", async () => {
  const first = await run(inquiryRun, inquiryId, "--as", "second");
  assert.equal(first.code, 0, first.problem);
  assert.match(first.out, /^run \S+: OURS_\w+; .* of 24 rows linked$/m);
  runId = /^run (\S+):/m.exec(first.out)![1]!;
  const again = await run(inquiryRun, inquiryId, "--as", "first", "--again", runId);
  assert.match(again.out, /the same bytes came out, SHA-256 [0-9a-f]{64}/);
  assert.match((await run(inquiryRun, inquiryId, "--as", "first", "--again", inquiryId)).problem, /NO_ANSWER/);
});

test("reports are listed with what they lack, and written as JSON and PDF", async () => {
  assert.match((await run(inquiryReport, inquiryId, "--as", "first")).out, /^certin: .*; lacks nameAndRole, /m);
  assert.equal((await run(inquiryReport, inquiryId, "--as", "first", "--kind", "nothing", "--out", "a.pdf")).code, 2);
  for (const out of ["r.json", "r.pdf"])
    assert.equal((await run(inquiryReport, inquiryId, "--as", "first", "--kind", "dpb-72h", "--out", out)).code, 0);
  assert.equal(JSON.parse(readFileSync(join(folder, "r.json"), "utf8")).fields.length, 6);
  assert.equal(readFileSync(join(folder, "r.pdf")).subarray(0, 5).toString(), "%PDF-");
});

test("the bundle holds by the log's key alone; one changed, unproven or under another key does not", async () => {
  const taken = await run(inquiryReport, inquiryId, "--as", "second", "--bundle", "bundle.json");
  assert.match(taken.out, /, proven$/);
  const good = await run(inquiryVerify, "bundle.json");
  assert.equal(good.code, 0, good.problem);
  assert.match(good.out, /the log holds the last of them as entry \d+/);
  const bundle = JSON.parse(readFileSync(join(folder, "bundle.json"), "utf8"));
  const verify = async (changed: object) => {
    writeFileSync(join(folder, "changed.json"), JSON.stringify(changed));
    return (await run(inquiryVerify, "changed.json")).problem;
  };
  assert.match(await verify({ ...bundle, answer: { ...bundle.answer, verdict: "FABRICATED" } }), /another answer/);
  assert.match(await verify({ ...bundle, proof: undefined }), /holds no proof/);
  const salt = Buffer.alloc(32).toString("base64");
  assert.match(await verify({ ...bundle, entry: { ...bundle.entry, salt } }), /the log does not hold its entry/);
  assert.match(await verify({ ...bundle, entry: null }), /no bundle/);
  assert.match((await run(inquiryVerify, "bundle.json", "--key", "nokey")).problem, /key is not there/);
});
