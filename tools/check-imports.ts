// Import rules, and first the proof that they are looked at: a tree in which each rule is broken on purpose must be
// told off for each of them.
// SPDX-License-Identifier: Apache-2.0
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectRoot } from "../src/platform/root.js";

const planted: readonly (readonly [rule: string, from: string, to: string])[] = [
  ["no-cycles", "src/platform/a.ts", "src/platform/b.ts"],
  ["", "src/platform/b.ts", "src/platform/a.ts"],
  ["lib-is-pure", "src/lib/x/a.ts", "src/platform/a.ts"],
  ["platform-knows-no-domain", "src/platform/a.ts", "src/modules/staff/index.ts"],
  ["pdf-knows-no-domain", "src/pdf/a.ts", "src/modules/staff/index.ts"],
  ["vault-is-a-floor-of-its-own", "src/vault/a.ts", "src/web/a.ts"],
  ["witness-stands-alone", "src/witness/a.ts", "src/platform/db/db.ts"],
  ["modules-know-no-door", "src/modules/staff/index.ts", "src/web/a.ts"],
  ["modules-know-no-vault", "src/modules/staff/index.ts", "src/vault/a.ts"],
  ["module-front-door", "src/modules/staff/index.ts", "src/modules/accounts/store.ts"],
  ["door-uses-front-door", "src/web/a.ts", "src/modules/staff/store.ts"],
  ["doors-have-no-sql", "src/web/a.ts", "src/platform/db/db.ts"],
  ["sql-lives-in-store", "src/modules/staff/index.ts", "pg"],
  ["rules-are-pure", "src/modules/staff/rules.ts", "src/modules/staff/store.ts"],
  ["portals-are-strangers", "src/web/citizen/a.ts", "src/web/staff/a.ts"],
  ["no-tests-in-production", "src/web/a.ts", "tests/support/a.ts"],
  ["row-0-points-up-only", "src/modules/disclosure/index.ts", "src/modules/staff/index.ts"],
  ["row-3-points-up-only", "src/modules/appointments/index.ts", "src/modules/coverage/index.ts"],
];

function cruise(folder: string): { status: number | null; output: string } {
  const program = join(projectRoot, "node_modules", ".bin", "depcruise");
  const args = [program, "--config", ".dependency-cruiser.cjs", "--output-type", "err", "src", "tests"];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  return { status, output: `${stdout}${stderr}` };
}

function plant(): string {
  const folder = mkdtempSync(join(projectRoot, "var", "import-canary-"));
  const imports = new Map<string, string[]>();
  for (const [, from, to] of planted) {
    for (const path of [from, to]) if (path.includes("/") && !imports.has(path)) imports.set(path, []);
    const depth = "../".repeat(from.split("/").length - 1);
    imports.get(from)?.push(to.includes("/") ? `${depth}${to.replace(/\.ts$/, ".js")}` : to);
  }
  for (const [path, targets] of imports) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), `${targets.map((target) => `import "${target}";`).join("\n")}\nexport {};\n`);
  }
  for (const name of [".dependency-cruiser.cjs", "tsconfig.json", "package.json"]) {
    copyFileSync(join(projectRoot, name), join(folder, name));
  }
  symlinkSync(join(projectRoot, "node_modules"), join(folder, "node_modules"));
  return folder;
}

mkdirSync(join(projectRoot, "var"), { recursive: true });
const folder = plant();
const { output: told } = cruise(folder);
rmSync(folder, { recursive: true });
const untold = planted.filter(([rule, from]) => rule && !told.includes(`${rule}: ${from} `));
if (untold.length > 0) {
  console.log(`Planted breaches that nobody saw:\n${untold.map((breach) => breach.join("  ")).join("\n")}\n\n${told}`);
  process.exit(1);
}
const { status, output } = cruise(projectRoot);
if (status !== 0) console.log(output.trim());
process.exit(status === 0 ? 0 : 1);
