// Identifiers use the field's words (GLOSSARY.md, column "do not say"). Only words that are wrong everywhere in code
// are looked for; text in quotes and comments may use them.
// SPDX-License-Identifier: Apache-2.0
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../src/platform/root.js";

const instead: Readonly<Record<string, string>> = {
  customer: "beneficiary",
  patient: "beneficiary",
  hospital: "facility",
  timeslot: "slot",
  jab: "vaccination",
  quota: "pool",
  seat: "place",
  justification: "explanation",
  investigation: "inquiry",
  utils: "the name of what it does",
  helper: "the name of what it does",
  helpers: "the name of what it does",
};

// Strings, templates without nesting, regular expressions are left alone; comments too.
const silent =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|(?<=[(,=:[!&|?{};]\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])+\/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g;

const paths = globSync("src/**/*.{ts,tsx}", { cwd: projectRoot }).filter((path) => !/\.test\.tsx?$/.test(path));
const problems = paths.flatMap((path) => {
  const code = readFileSync(join(projectRoot, path), "utf8").replace(silent, (text) => text.replace(/[^\n]/g, " "));
  return code.split("\n").flatMap((line, i) =>
    [...line.matchAll(/[A-Za-z_][A-Za-z0-9_]*/g)].flatMap(([name]) =>
      name
        .split(/_|(?<=[a-z0-9])(?=[A-Z])/)
        .map((part) => part.toLowerCase())
        .filter((part) => Object.hasOwn(instead, part))
        .map((part) => `${path}:${i + 1}: ${name}: say "${instead[part]}" instead of "${part}"`),
    ),
  );
});
if (problems.length > 0) console.log(problems.join("\n"));
process.exit(problems.length === 0 ? 0 : 1);
