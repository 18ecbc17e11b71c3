// The clocks: over midnight, before and after the law's first day, signed and late.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { deadlineRules, deadlinesOf } from "./deadlines.js";
import { certInTypes, draftReport, formTime, reportKinds } from "./reports.js";

const at = (text: string): Date => new Date(`${text}+05:30`);

test("told at 23:50 in India, CERT-In is due at 05:50 the next day", () => {
  const toldAt = at("2026-12-31T23:50:00");
  const [certin] = deadlinesOf({ toldAt, awareAt: null }, new Set(), toldAt);
  assert.equal(formTime(certin!.dueAt!), "01/01/2027 05:50");
  assert.deepEqual([certin!.isInForce, certin!.state], [true, "running"]);
  const late = deadlinesOf({ toldAt, awareAt: null }, new Set(), at("2027-01-01T05:51:00"));
  assert.deepEqual(
    late.map(({ state }) => state),
    ["late", "waiting", "waiting", "waiting"],
  );
});

test("the Board's clocks wait for awareness, and are law from 13 May 2027 on", () => {
  const of = (awareAt: Date) =>
    deadlinesOf({ toldAt: awareAt, awareAt }, new Set(["dpb-first"]), awareAt).find(({ id }) => id === "dpb-72h")!;
  assert.equal(of(at("2027-05-12T23:59:00")).isInForce, false);
  const first = of(at("2027-05-13T00:00:00"));
  assert.deepEqual([first.isInForce, formTime(first.dueAt!)], [true, "16/05/2027 00:00"]);
  const signed = deadlinesOf({ toldAt: at("2027-06-01T00:00:00"), awareAt: null }, new Set(["certin"]), new Date());
  assert.equal(signed[0]!.state, "signed");
});

test("each rule names a report that exists; the form has the 20 types and all fields", () => {
  for (const rule of deadlineRules()) assert.ok(reportKinds.includes(rule.report), rule.id);
  assert.equal(certInTypes.length, 20);
  assert.match(certInTypes[10], /^Data Breach$/);
  const facts = {
    number: 1,
    toldAt: at("2023-06-12T11:00:00"),
    toldBy: "journalist",
    awareAt: null,
    answer: undefined,
    affected: 0,
    told: 0,
  };
  const form = draftReport("certin", facts);
  assert.equal(form.fields.length, 20);
  assert.equal(form.fields.find(({ key }) => key === "detectedAt")?.value, "12/06/2023 11:00");
  const detail = draftReport("dpb-72h", facts);
  assert.deepEqual(
    detail.fields.map(({ label }) => label.slice(0, label.indexOf(" "))),
    ["(i)", "(ii)", "(iii)", "(iv)", "(v)", "(vi)"],
  );
  assert.ok(detail.missing.includes("facts"));
  const notice = draftReport("principal", facts);
  assert.equal(notice.missing.length, 5);
  for (const { value } of notice.fields) assert.ok(!/vaccin|dose/i.test(value));
});
