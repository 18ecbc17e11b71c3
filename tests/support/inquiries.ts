// Two privacy officers, a small register with looks in it, and a case with a sample: what tests of inquiries begin with.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { proposeInquiry, runProgress, secondInquiry, startRun, takeSample } from "../../src/modules/inquiries/index.js";
import { uuidv7 } from "../../src/platform/random.js";
import { signedInStaff, type TestStaff } from "./staff-actor.js";
import {
  appointmentAt,
  facility,
  registeredPerson,
  type SignedInAccount,
  signedInAccount,
  signedInStaff as siteStaff,
} from "./vault-people.js";
import type { World } from "./world.js";

export interface Registered {
  readonly subject: string;
  readonly account: SignedInAccount;
  readonly row: Readonly<Record<string, string>>;
}

const [first, last] = [
  ["Asha", "Ravi", "Meena", "Kiran", "Latha", "Imran", "Joseph", "Gurpreet", "Farida", "Bhavna"],
  ["Rao", "Das", "Iyer", "Khan", "Nair", "Bose", "Gill", "Patel", "Reddy", "Mistry"],
];

/** People with different names and last fours. */
export async function registerPeople(world: World, count: number, from = 0): Promise<Registered[]> {
  const people: Registered[] = [];
  for (let i = from; i < from + count; i++) {
    const account = await signedInAccount(world);
    const name = `${first![i % 10]} ${last![Math.floor(i / 10) % 10]}${i >= 100 ? ` ${i}` : ""}`;
    const identity = { name, birthYear: 1940 + ((i * 7) % 60), photoIdLast4: String(1000 + ((i * 37) % 9000)) };
    const subject = await registeredPerson(world, account, identity);
    const { birthYear, photoIdLast4 } = identity;
    const row = { Name: name, YOB: String(birthYear), "Ph No": account.mobile, "ID Card": `XXXX${photoIdLast4}` };
    people.push({ subject, account, row });
  }
  return people;
}

/** A member of staff at a new facility who saw each of them at check-in. */
export async function lookAt(world: World, people: readonly Registered[], name = "Demo Centre"): Promise<string> {
  const facilityId = await facility(world, name);
  const staff = await siteStaff(world, "verifier", facilityId);
  for (const { subject, account } of people) {
    const appointmentId = await appointmentAt(world, facilityId, { subject, accountId: account.accountId });
    const seen = await world.deps.gate.disclose({
      actor: staff.actor,
      purpose: "check-in",
      explanation: { kind: "appointment-here", appointmentId },
      subjects: [subject],
      fields: ["name", "birthYear", "gender", "photoIdType", "photoIdLast4"],
    });
    assert.ok(seen.ok);
  }
  return staff.staffId;
}

export interface Officers {
  readonly first: TestStaff;
  readonly second: TestStaff;
}

export async function officers(world: World): Promise<Officers> {
  return {
    first: await signedInStaff(world.deps, "privacy-officer"),
    second: await signedInStaff(world.deps, "privacy-officer"),
  };
}

export function csvOf(rows: readonly Readonly<Record<string, string>>[]): Buffer {
  const columns = Object.keys(rows[0] ?? {});
  return Buffer.from(
    [columns, ...rows.map((row) => columns.map((column) => row[column]))].map((cells) => cells.join(",")).join("\n"),
  );
}

export function must<T>(outcome: { ok: true; value: T } | { ok: false; code: string }): T {
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.value;
}

/** A case opened by both, with a sample. */
export async function openCase(world: World, { first, second }: Officers, file: Buffer, asked = ""): Promise<string> {
  const { deps } = world;
  const inquiryId = uuidv7();
  must(await proposeInquiry(deps, first.actor, { inquiryId, toldAt: deps.clock(), toldBy: "journalist" }));
  must(await takeSample(deps, first.actor, { inquiryId, name: "leak.csv", file, asked }));
  must(await secondInquiry(deps, second.actor, inquiryId));
  return inquiryId;
}

/** Runs the comparison to its end. */
export async function compare(
  world: World,
  actor: TestStaff["actor"],
  inquiryId: string,
  rerunOf?: string,
): Promise<string> {
  const { runId } = must(await startRun(world.deps, actor, inquiryId, rerunOf));
  for (let tries = 0; tries < 1_200; tries++) {
    const stage = (await runProgress(world.deps, runId))?.stage;
    if (stage === "finished") return runId;
    assert.ok(stage !== "failed" && stage !== "stopped", `the run ${stage}`);
    await sleep(50);
  }
  assert.fail("the run did not end");
}
