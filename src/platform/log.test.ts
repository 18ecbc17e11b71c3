// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { type LogFields, logTo } from "./log.js";

function linesOf(...all: readonly LogFields[]): Record<string, unknown>[] {
  const lines: string[] = [];
  const log = logTo(
    (line) => lines.push(line),
    () => new Date("2026-11-27T10:00:00Z"),
  );
  for (const fields of all) log(fields);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

test("a line holds what it may, and says what was left out", () => {
  const [line] = linesOf({ kind: "TypeError", code: "ECONNRESET", route: "/my/:id", what: "Asha <Demo>" });
  assert.deepEqual(line, {
    time: "2026-11-27T10:00:00.000Z",
    kind: "TypeError",
    code: "ECONNRESET",
    route: "/my/:id",
    leftOut: ["what"],
  });
});

test("neither an unknown field nor a value in a known one carries a person out", () => {
  const number = "9000077009";
  const lines = linesOf(
    { mobile: number } as LogFields,
    { [`name ${number}`]: "x" } as LogFields,
    { code: `duplicate ${number}` },
    { what: `sent to +91${number}` },
    { job: number },
    { route: `/people/${number}` },
    { kind: `Error ${number}` },
    { at: `at lookUp(${number})` },
    { times: number },
    { code: "आशा डेमो" },
  );
  assert.doesNotMatch(JSON.stringify(lines), /9000077009|आशा/);
  for (const line of lines) assert.equal((line.leftOut as string[]).length, 1);
});

test("a place in the program is kept", () => {
  const at = new Error("x").stack!.split("\n")[1]!.trim();
  assert.equal(linesOf({ at })[0]!.at, at);
});
