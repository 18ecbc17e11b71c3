// Every message in every offered language: the same keys, the same arguments, the zero case of plurals, no key twice.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { IntlMessageFormat } from "intl-messageformat";
import { errorRules } from "../../src/errors.js";
import { readPlaces } from "../../src/modules/facilities/load-places.js";
import { locales, readMessages, translator } from "../../src/platform/i18n/i18n.js";
import { projectRoot } from "../../src/platform/root.js";

const english = readMessages("en");

interface Node {
  type: number;
  value?: string;
  options?: Record<string, { value: Node[] }>;
}
const pluralType = 6;

function walk(nodes: Node[], visit: (node: Node) => void): void {
  for (const node of nodes) {
    visit(node);
    for (const option of Object.values(node.options ?? {})) walk(option.value, visit);
  }
}
function parts(text: string): Node[] {
  return new IntlMessageFormat(text, "en", undefined, { ignoreTag: true }).getAst() as unknown as Node[];
}
function argumentsOf(text: string): string[] {
  const names = new Set<string>();
  walk(parts(text), (node) => {
    if (node.type >= 1 && node.type <= 6 && node.value) names.add(node.value);
  });
  return [...names].sort();
}

for (const locale of locales) {
  const messages = readMessages(locale);

  test(`${locale} has every message, with the same arguments as English`, () => {
    assert.deepEqual(
      Object.keys(english).filter((key) => !(key in messages)),
      [],
      "missing",
    );
    assert.deepEqual(
      Object.keys(messages).filter((key) => !(key in english)),
      [],
      "unknown",
    );
    for (const [key, text] of Object.entries(messages)) {
      assert.notEqual(text.trim(), "", key);
      assert.deepEqual(argumentsOf(text), argumentsOf(english[key] ?? ""), key);
    }
  });

  test(`${locale} says zero in words of its own wherever it counts`, () => {
    for (const [key, text] of Object.entries(messages)) {
      walk(parts(text), (node) => {
        if (node.type === pluralType) assert.ok(node.options?.["=0"], `${key} has no =0`);
      });
    }
  });

  test(`${locale} has a message for each error code`, () => {
    const missing = Object.keys(errorRules).filter((code) => !(`error.${code}` in messages));
    assert.deepEqual(missing, []);
  });

  test(`${locale} writes numbers and dates in Latin digits`, () => {
    const t = translator(locale);
    for (const text of [t.number(1234567), t.date("2026-11-23"), t.instant(new Date("2026-11-23T10:35:00Z"))]) {
      assert.match(text, /\d/);
      assert.doesNotMatch(text, /[^\P{Nd}0-9]/u);
    }
    assert.equal(t.number(1234567), "12,34,567");
    assert.match(t.instant(new Date("2026-11-23T10:35:00Z")), /16:05/);
  });
}

test("no key stands in two files", () => {
  const seen = new Map<string, string>();
  const folder = join(projectRoot, "locales/en");
  for (const file of readdirSync(folder)) {
    for (const key of Object.keys(JSON.parse(readFileSync(join(folder, file), "utf8")))) {
      assert.equal(seen.get(key), undefined, `${key} in ${file}`);
      seen.set(key, file);
    }
  }
});

test("names each state and district in Hindi, two different ones of a state never alike", () => {
  const hindi = translator("hi");
  const { states, districts } = readPlaces();
  for (const { name } of [...states, ...districts]) assert.match(hindi.place(name), /^[\u0900-\u097F\d (),-]+$/u, name);
  const shown = districts.map(({ stateId, name }) => `${stateId} ${hindi.place(name)}`);
  assert.equal(new Set(shown).size, shown.length);
  assert.equal(hindi.place("Demo Nagar"), "Demo Nagar");
  assert.equal(translator("en").place("Delhi"), "Delhi");
});
