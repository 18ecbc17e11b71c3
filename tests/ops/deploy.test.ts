// The units and the container's files: what they set exists, and what hardens them is there. systemd and Docker themselves
// are not asked here (docs/operations/deploy.md says what was).
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { projectRoot } from "../../src/platform/root.js";

const deploy = join(projectRoot, "deploy");
const textOf = (name: string) => readFileSync(join(deploy, name), "utf8");

test("every setting that deploy/ names is one that there is", () => {
  const settings = readFileSync(join(projectRoot, "docs/operations/settings.md"), "utf8");
  for (const name of readdirSync(deploy))
    for (const [setting] of textOf(name).matchAll(/\b(SAKSHI_[A-Z_]+|DATABASE_URL)\b/g))
      assert.ok(settings.includes(`\`${setting}\``), `${name} sets ${setting}`);
});

test("the services run a program that there is, as a user without rights, and leave no core", () => {
  for (const name of ["sakshi.service", "sakshi-backup.service"]) {
    const lines = textOf(name).split("\n");
    const [, program] = lines.join("\n").match(/^ExecStart=\/opt\/sakshi\/(\S+)/m) ?? [];
    assert.ok(program && existsSync(join(projectRoot, program)), name);
    for (const wanted of [
      "User=sakshi",
      "NoNewPrivileges=yes",
      "CapabilityBoundingSet=",
      "ProtectSystem=strict",
      "UMask=0077",
      "LimitCORE=0",
    ])
      assert.ok(lines.includes(wanted), `${name}: ${wanted}`);
  }
});

test("the container runs as a user without rights, on a file system that it cannot write", () => {
  assert.match(textOf("Dockerfile"), /^USER sakshi$/m);
  for (const wanted of [/read_only: true/, /cap_drop: \[ALL\]/, /no-new-privileges:true/, /"127\.0\.0\.1:8080:8080"/])
    assert.match(textOf("compose.yaml"), wanted);
});
