// A case on the real vault: two officers, a sealed sample, a comparison inside the vault, an answer without rows or names.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import pg from "pg";
import {
  compare,
  csvOf,
  lookAt,
  must,
  type Officers,
  officers,
  openCase,
  type Registered,
  registerPeople,
} from "../../../tests/support/inquiries.js";
import { signedInStaff } from "../../../tests/support/staff-actor.js";
import { testWorld, type World } from "../../../tests/support/world.js";
import { uuidv7 } from "../../platform/random.js";
import { canaryIdentity, canaryKey, isCanary } from "../../vault/canaries.js";
import { readSecretKey } from "../../vault/keys.js";
import { plantCanaries } from "../accesses/index.js";
import {
  addKnownLeak,
  brokenAt,
  closeInquiry,
  correctColumns,
  proposeInquiry,
  runsOfPairEachMonth,
  secondInquiry,
  startRun,
  stopRun,
  takeSample,
  unmaskSources,
  viewCase,
} from "./index.js";
import * as store from "./store.js";

let world: World;
let both: Officers;
let people: Registered[];
/** Of the case that the tests below look at. */
let inquiryId: string;
const canaryNumbers = ["9000020001", "9000020002"];

before(async () => {
  world = await testWorld();
  people = await registerPeople(world, 90);
  await lookAt(world, people.slice(0, 40));
  await lookAt(world, people.slice(30, 80), "Other Centre");
  // For a house whose clock is past their times already, so that nobody waits.
  const later = { ...world.deps, clock: () => new Date(Date.now() + 70_000) };
  must(await plantCanaries(later, { numbers: canaryNumbers, minutes: 1 }));
  // A run is of a minute back.
  world.setNow(new Date(Date.now() + 120_000));
  both = await officers(world);
  inquiryId = await openCase(world, both, sampleOf(people.slice(0, 38)));
  await compare(world, both.first.actor, inquiryId);
});
after(() => world.close());

/** Rows as a thief would offer them: without the phone, which the site's staff never saw. */
function sampleOf(list: readonly Registered[]): Buffer {
  return csvOf(list.map(({ row }) => ({ Name: row["Name"]!, YOB: row["YOB"]!, "ID Card": row["ID Card"]! })));
}

test("a sample of what somebody saw is ours, and who it came from stays masked", async () => {
  const { view, one } = must(await viewCase(world.deps, both.second.actor, inquiryId));
  const [answer] = view.answers;
  assert.match(answer!.verdict, /^OURS_/);
  assert.deepEqual([answer!.rows, answer!.inputs.people, answer!.inputs.disclosures], [38, 90, 90]);
  assert.ok(answer!.linked! >= 30);
  const masks = [...answer!.sources.map(({ mask }) => mask), ...answer!.notDistinguishable];
  assert.ok(masks.length > 0 && masks.every((mask) => /^[0-9A-F]{6}$/.test(mask)), masks.join());
  assert.equal(answer!.columns.find(({ role }) => role === "idLast4")?.verdict, "OURS");
  const sum = answer!.asOf!.curve!.reduce((all, [, share]) => all + share, 0);
  assert.ok(sum > 0.9 && sum < 1.1, `the posterior sums to ${sum}`);
  assert.deepEqual([answer!.canaries.hits, answer!.canaries.chance], [0, 1]);
  assert.ok(one.awareAt !== null);
  const told = JSON.stringify(view);
  for (const { subject, row } of people) {
    assert.ok(!told.includes(subject) && !told.includes(row["Name"]!), "the view names somebody");
  }
  assert.ok(!/staff:/.test(told));
});

test("whoever is in the sample reads so in their own list; whoever is not does not", async () => {
  const linesOf = async ({ subject, account }: Registered) =>
    must(await world.deps.gate.linesOf({ actor: account.actor, subject })).lines.map(
      ({ purpose, fields }) => `${purpose} ${fields.join()}`,
    );
  const [inside, outside] = [people[3]!, people[85]!];
  for (const person of [inside, outside]) {
    await world.deps.db.rows("UPDATE registry.sign_ins SET expires_at = $2 WHERE sign_in_id = $1", [
      person.account.signInId,
      new Date(Date.now() + 3_600_000),
    ]);
  }
  assert.ok((await linesOf(inside)).includes("breach-inquiry comparison"));
  assert.ok(!(await linesOf(outside)).includes("breach-inquiry comparison"));
});

test("names open with the word of each officer, and with one only they do not", async () => {
  assert.equal(refusedBy(await unmaskSources(world.deps, both.first.actor, inquiryId)), "INQUIRY_NEEDS_BOTH");
  assert.equal(refusedBy(await unmaskSources(world.deps, both.first.actor, inquiryId)), "INQUIRY_NEEDS_BOTH");
  const { names } = must(await unmaskSources(world.deps, both.second.actor, inquiryId));
  assert.match(Object.values(names).join(), /^Vimal Demo, Demo Centre/);
});

test("the custody chain is whole, stands in the log, and cannot be changed", async () => {
  const events = await store.events(world.deps.db, inquiryId);
  const kinds = events.map(({ what }) => what);
  assert.deepEqual(kinds.slice(0, 4), ["told", "sample-received", "seconded", "run-started"]);
  assert.equal(brokenAt(inquiryId, events), undefined);
  assert.equal(brokenAt(inquiryId, events.toSpliced(1, 1)), 1);
  const dated = { ...events[0]!, at: new Date(0) };
  assert.equal(brokenAt(inquiryId, [dated, ...events.slice(1)]), 0);
  const admin = new pg.Client({ connectionString: world.adminUrl });
  await admin.connect();
  await assert.rejects(admin.query("UPDATE registry.inquiry_events SET at = now()"), { code: "42501" });
  await assert.rejects(admin.query("UPDATE registry.inquiries SET told_at = now()"), { code: "42501" });
  await assert.rejects(admin.query("UPDATE registry.inquiries SET aware_at = now()"), { code: "42501" });
  await admin.end();
});

const refusedBy = (outcome: { ok: boolean; code?: string }): string | undefined => outcome.code;

test("one officer alone compares nothing, a stranger sees nothing, an admin opens nothing", async () => {
  const { deps } = world;
  const alone = uuidv7();
  must(await proposeInquiry(deps, both.first.actor, { inquiryId: alone, toldAt: deps.clock(), toldBy: "police" }));
  assert.equal(refusedBy(await startRun(deps, both.first.actor, alone)), "INQUIRY_SECOND_OFFICER_NEEDED");
  assert.equal(refusedBy(await secondInquiry(deps, both.first.actor, alone)), "INQUIRY_SECOND_OFFICER_NEEDED");
  const third = await signedInStaff(deps, "privacy-officer");
  assert.equal(refusedBy(await viewCase(deps, third.actor, inquiryId)), "NOT_ALLOWED");
  const admin = await signedInStaff(deps, "national-admin");
  assert.equal(
    refusedBy(await proposeInquiry(deps, admin.actor, { inquiryId: uuidv7(), toldAt: deps.clock(), toldBy: "police" })),
    "NOT_ALLOWED",
  );
  must(await secondInquiry(deps, both.second.actor, alone));
  assert.equal(refusedBy(await startRun(deps, both.first.actor, alone)), "INQUIRY_NO_SAMPLE");
});

test("the recorder refuses comparing people outside an open case", async () => {
  const { deps } = world;
  const third = await signedInStaff(deps, "privacy-officer");
  const asked = { inquiryId, act: "read", field: "comparison" } as const;
  assert.equal(refusedBy(await deps.gate.recordInquiry({ actor: third.actor, ...asked })), "DISCLOSURE_NOT_ALLOWED");
  const somebody = people[0]!.subject;
  assert.equal(
    refusedBy(await deps.gate.recordInquiry({ actor: both.first.actor, ...asked, inquiryId: somebody })),
    "DISCLOSURE_NOT_ALLOWED",
  );
  const permit = must(await deps.gate.recordInquiry({ actor: both.first.actor, ...asked, field: "inquiry" }));
  const other = await deps.inquirer.run(permit, { runId: uuidv7(), signInId: both.first.actor.signInId });
  assert.equal(refusedBy(other), "DISCLOSURE_LOG_UNAVAILABLE", "an entry to read the case compares nobody");
  assert.equal(refusedBy(await deps.inquirer.read(permit)), "DISCLOSURE_LOG_UNAVAILABLE", "and it is good once");
});

test("samples are bounded: too few rows, no table, a second one, unknown columns", async () => {
  const { deps } = world;
  const one = uuidv7();
  must(await proposeInquiry(deps, both.first.actor, { inquiryId: one, toldAt: deps.clock(), toldBy: "other" }));
  const hand = async (file: Buffer, name = "leak.csv") =>
    refusedBy(await takeSample(deps, both.first.actor, { inquiryId: one, name, file, asked: "" }));
  assert.equal(await hand(sampleOf(people.slice(0, 1))), "INQUIRY_SAMPLE_TOO_SMALL");
  assert.equal(await hand(sampleOf(people.slice(0, 19))), "INQUIRY_SAMPLE_TOO_SMALL");
  assert.equal(await hand(Buffer.alloc(0)), "INQUIRY_SAMPLE_TOO_SMALL");
  assert.equal(await hand(Buffer.from([1, 0, 2, 3])), "INQUIRY_SAMPLE_UNREADABLE");
  assert.equal(await hand(Buffer.from("[1,"), "leak.json"), "INQUIRY_SAMPLE_UNREADABLE");
  assert.equal(await hand(Buffer.from("a,b\n".repeat(100_002))), "INQUIRY_SAMPLE_TOO_LARGE");
  assert.equal(await hand(Buffer.alloc(21 * 2 ** 20, "a")), "INQUIRY_SAMPLE_TOO_LARGE");
  assert.equal(await hand(sampleOf(people.slice(0, 20))), undefined);
  assert.equal(await hand(sampleOf(people.slice(0, 20))), "INQUIRY_SAMPLE_TAKEN");
  const wrong = await correctColumns(deps, both.first.actor, one, { Name: "shoe size" });
  assert.equal(refusedBy(wrong), "INQUIRY_COLUMN_UNKNOWN");
  must(await correctColumns(deps, both.first.actor, one, { YOB: "other" }));
  const { view } = must(await viewCase(deps, both.first.actor, one));
  assert.deepEqual(
    view.sample?.columns.map(({ role }) => role),
    ["name", "other", "idLast4"],
  );
});

test("a re-run comes to the same bytes although the log has grown, and leaves no second answer", async () => {
  const [first] = await store.runs(world.deps.db, inquiryId);
  await lookAt(world, people.slice(0, 5), "Later Centre");
  await compare(world, both.second.actor, inquiryId, first!.runId);
  const [again] = await store.runs(world.deps.db, inquiryId);
  assert.deepEqual([again!.rerunOf, again!.answerHash], [first!.runId, first!.answerHash]);
  assert.equal(must(await viewCase(world.deps, both.first.actor, inquiryId)).view.answers.length, 1);
  assert.equal(refusedBy(await startRun(world.deps, both.first.actor, inquiryId, uuidv7())), "INQUIRY_NO_ANSWER");
});

test("a leak known from before is recognised, and no data of it is kept", async () => {
  const file = csvOf(people.slice(40, 80).map(({ row }) => row));
  const known = must(
    await addKnownLeak(world.deps, { name: "old.csv", file, knownOn: "2021-06-10", provenance: "a forum, handed in" }),
  );
  assert.deepEqual([known.rows, known.about], [40, 40]);
  const boxes = await world
    .connectAs("sakshi_inquirer")
    .rows<{ box: Buffer }>("SELECT box FROM vault.records WHERE subject_id = $1", [known.leakId]);
  for (const { row } of people) assert.ok(!boxes[0]!.box.includes(row["Ph No"]!));
  const recycled = await openCase(world, both, csvOf(people.slice(42, 78).map(({ row }) => row)));
  await compare(world, both.first.actor, recycled);
  const { view } = must(await viewCase(world.deps, both.first.actor, recycled));
  assert.deepEqual([view.answers[0]!.verdict, view.answers[0]!.recycled[0]?.leak], ["RECYCLED", known.leakId]);
});

test("a canary in a sample is a hit that chance does not explain, and stops nobody who inquires", async () => {
  const { deps } = world;
  const [half] = await world
    .connectAs("sakshi_inquirer")
    .rows<{ share: Buffer }>("SELECT log.share_of_canary_key() AS share");
  const key = canaryKey(readSecretKey(world.vault.keys.pseudonym), half!.share);
  const ids = await deps.db.rows<{ id: string }>("SELECT beneficiary_id AS id FROM registry.beneficiaries");
  const planted = ids.filter(({ id }) => isCanary(key, id)).map(({ id }) => canaryIdentity(key, id));
  assert.equal(planted.length, 2);
  // Which number belongs to which the test does not know: both are tried.
  const rowOf = (one: (typeof planted)[number], mobile: string) => ({
    Name: one.name,
    YOB: String(one.birthYear),
    "Ph No": mobile,
    "ID Card": `XXXX${one.photoIdLast4}`,
  });
  const rows = planted.flatMap((one) => canaryNumbers.map((mobile) => rowOf(one, mobile)));
  const taken = await openCase(world, both, csvOf([...people.slice(0, 30).map(({ row }) => row), ...rows] as never));
  await compare(world, both.first.actor, taken);
  const { view } = must(await viewCase(deps, both.first.actor, taken));
  const { canaries, inputs, affected } = view.answers[0]!;
  assert.deepEqual([canaries.hits, inputs.canaries, inputs.people], [2, 2, 90]);
  assert.ok(canaries.chance < 1e-9, String(canaries.chance));
  assert.ok(affected === null || affected <= 90);
});

test("a run can be stopped, and a closed case explains nothing more", async () => {
  const { deps } = world;
  const one = await openCase(world, both, sampleOf(people.slice(0, 25)));
  const { runId } = must(await startRun(deps, both.first.actor, one));
  const { stopped } = must(await stopRun(deps, both.second.actor, one, runId));
  const [run] = await store.runs(deps.db, one);
  assert.equal(run!.state, stopped ? "stopped" : "finished");
  must(await closeInquiry(deps, both.first.actor, one));
  assert.equal(refusedBy(await startRun(deps, both.first.actor, one)), "INQUIRY_CLOSED");
  const asked = { inquiryId: one, act: "read", field: "inquiry" } as const;
  assert.equal(
    refusedBy(await deps.gate.recordInquiry({ actor: both.first.actor, ...asked })),
    "DISCLOSURE_NOT_ALLOWED",
  );
});

test("a run that never reached the inquirer does not keep its case from others", async () => {
  const { deps } = world;
  const one = await openCase(world, both, sampleOf(people.slice(0, 25)));
  const at = deps.clock();
  const lost = { runId: uuidv7(), inquiryId: one, staffId: both.first.staffId, at, asOf: at, logSize: 0 };
  const limit = { pair: [both.first.staffId, both.second.staffId], since: at, most: 1_000 } as const;
  assert.equal(await deps.db.transaction((tx) => store.insertRun(tx, lost, limit)), "begun");
  assert.equal(refusedBy(await startRun(deps, both.first.actor, one)), "INQUIRY_RUN_UNDER_WAY");
  world.setNow(new Date(at.getTime() + 61_000));
  await compare(world, both.first.actor, one);
  assert.equal((await store.runs(deps.db, one)).find(({ runId }) => runId === lost.runId)!.state, "failed");
});

test("two officers begin so many comparisons in a month, and no more", async () => {
  const { deps } = world;
  const pair = [both.first.staffId, both.second.staffId] as const;
  const used = await store.runsOfPair(deps.db, pair, new Date(0));
  const at = deps.clock();
  const begin = (most = runsOfPairEachMonth) => {
    const run = { runId: uuidv7(), inquiryId, staffId: both.first.staffId, at, asOf: at, logSize: 0 };
    return deps.db.transaction(async (tx) => {
      const begun = await store.insertRun(tx, run, { pair, since: new Date(0), most });
      await store.endRun(tx, run.runId);
      return begun;
    });
  };
  assert.equal(
    (await Promise.all(Array.from({ length: 4 }, () => begin(used + 1)))).filter((how) => how === "begun").length,
    1,
  );
  for (let i = used + 1; i < runsOfPairEachMonth; i++) assert.equal(await begin(), "begun");
  assert.equal(refusedBy(await startRun(deps, both.second.actor, inquiryId)), "INQUIRY_LIMIT");
});
