// Makes src/lib/certificate/codes.ts from data/valuesets, so that the verifier needs no file at run time and the
// browser gets the same lists. `node tools/make-codes.mjs` writes it; a test compares.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const read = (name) => JSON.parse(readFileSync(new URL(`data/valuesets/${name}.json`, root), "utf8"));
const displays = (values) => Object.fromEntries(Object.entries(values).map(([code, { display }]) => [code, display]));
const set = (name, more = {}) => ({ ...displays(read(name).valueSetValues), ...displays(more) });
const additional = read("in-additional");

const sets = {
  diseases: set("disease-agent-targeted"),
  vaccines: set("vaccine-prophylaxis"),
  products: set("vaccine-medicinal-product", additional.products),
  manufacturers: set("vaccine-mah-manf", additional.manufacturers),
  testTypes: set("test-type"),
  testResults: set("test-result"),
  countries: set("country-2-codes"),
};

const text = `// Codes and their names. Made by tools/make-codes.mjs from data/valuesets (EU eHealth Network value sets, and the
// additional Indian codes of this project). Do not edit by hand.
// SPDX-License-Identifier: Apache-2.0
export type CodeSet = Readonly<Record<string, string>>;

${Object.entries(sets)
  .map(([name, values]) => `export const ${name}: CodeSet = ${literal(values)};\n`)
  .join("\n")}`;

function literal(values) {
  return `{\n${Object.entries(values).map(line).join("\n")}\n}`;
}

/** One entry; a long one is broken where the project's formatter breaks it. */
function line([code, display]) {
  const value = JSON.stringify(display.trim());
  const flat = `  ${key(code)}: ${value},`;
  return flat.length <= 120 ? flat : `  ${key(code)}:\n    ${value},`;
}

function key(code) {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(code) || /^[1-9]\d{0,14}$/.test(code) ? code : JSON.stringify(code);
}

if (process.argv[2] === "--print") process.stdout.write(text);
else writeFileSync(fileURLToPath(new URL("src/lib/certificate/codes.ts", root)), text);
