// bin/sakshi: lists its commands, explains each, and says what is wrong when called wrongly.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { after, test } from "node:test";
import { commands } from "../../src/cli/commands.js";
import { sakshi as runHere } from "../../src/cli/sakshi.js";
import { freshFolder, remove } from "./installation.js";

const program = join(import.meta.dirname, "..", "..", "src", "cli-main.js");
const dataDir = freshFolder();
after(() => remove(dataDir));

function sakshi(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [program, ...args], {
    encoding: "utf8",
    env: { PATH: process.env.PATH, SAKSHI_DATA_DIR: dataDir },
  });
}

test("--help lists every command with a line about it", () => {
  const { status, stdout } = sakshi("--help");
  assert.equal(status, 0);
  for (const { words, summary } of commands) assert.ok(stdout.includes(`${words} `) && stdout.includes(summary), words);
});

test("every command explains itself", async () => {
  for (const { words, usage } of commands) {
    const said: string[] = [];
    const write = (line: string) => void said.push(line);
    assert.equal(await runHere([...words.split(" "), "--help"], write, assert.fail), 0, words);
    assert.deepEqual(said, [usage]);
  }
});

test("an unknown command ends with 2 and a hint", () => {
  const { status, stderr } = sakshi("log", "verfy");
  assert.equal(status, 2);
  assert.equal(stderr, 'There is no command "log verfy". Did you mean bin/sakshi log verify?\n');
});

test("an unknown option ends with 2", () => {
  assert.equal(sakshi("staff", "invite", "--nmae", "Asha Demo").status, 2);
});

test("a command that needs a running Sakshi says so in one sentence", () => {
  const { status, stderr } = sakshi("staff", "invite", "--name", "Asha Demo", "--role", "national-admin");
  assert.equal(status, 1);
  assert.match(stderr, /^Sakshi is not running on [^\n]+: start it with bin\/start\.\n$/);
  assert.equal(sakshi("status").status, 1);
});
