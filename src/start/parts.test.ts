// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readConfig } from "../config.js";
import { ensureKeyFiles } from "../vault/keys.js";
import { dataFolder } from "./data-folder.js";
import type { Database } from "./database.js";
import { housePart } from "./parts.js";

const path = mkdtempSync(join(tmpdir(), "sakshi-parts-"));
after(() => rmSync(path, { recursive: true, force: true }));
const folder = { ...dataFolder(path), unlock() {} };
const keys = ensureKeyFiles(folder.keys);
const database = { urlAs: (role: string) => `postgresql://${role}@127.0.0.1/sakshi`, stop: async () => {} } as Database;
const web = housePart("web-main.js", readConfig({ SAKSHI_DATA_DIR: path }), folder, database);

/** Runs a line of code in the web's place: with its rights, and what it is given. */
function inPlaceOfWeb(code: string): string {
  const [program] = web.args.slice(-1);
  assert.match(program ?? "", /web-main\.js$/);
  const { stdout, stderr } = spawnSync(web.command, [...web.args.slice(0, -1), "-e", code], {
    env: web.env,
    encoding: "utf8",
  });
  return `${stdout}${stderr}`;
}
const reads = (file: string) => inPlaceOfWeb(`console.log(require("fs").readFileSync(${JSON.stringify(file)}).length)`);

test("the web reads its own key, and no key of the vault", () => {
  assert.equal(reads(keys.app).trim(), "32");
  for (const name of ["log", "index", "transit", "pseudonym"] as const) {
    assert.match(reads(keys[name]), /ERR_ACCESS_DENIED/, name);
  }
});

test("the web reads no password of the database, writes nothing and starts nothing", () => {
  const passwords = join(path, "database-passwords.json");
  writeFileSync(passwords, "{}");
  assert.match(reads(passwords), /ERR_ACCESS_DENIED/);
  assert.match(
    inPlaceOfWeb(`require("fs").writeFileSync(${JSON.stringify(join(path, "x"))}, "")`),
    /ERR_ACCESS_DENIED/,
  );
  assert.match(inPlaceOfWeb(`require("child_process").execSync("true")`), /ERR_ACCESS_DENIED/);
});

test("the web is told the application's role and no other", () => {
  assert.deepEqual(
    Object.values(web.env).filter((value) => value.startsWith("postgresql://")),
    ["postgresql://sakshi_app@127.0.0.1/sakshi"],
  );
});
