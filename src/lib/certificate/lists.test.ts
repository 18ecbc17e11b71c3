// The lists that verifying rests on: codes are those of data/valuesets, trust lists are read strictly.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { projectRoot } from "../../platform/root.js";
import * as codes from "./codes.js";
import { readTrustList } from "./trust.js";
import { reasons } from "./verdict.js";

test("codes.ts is what tools/make-codes.mjs makes of data/valuesets", () => {
  const made = execFileSync(process.execPath, [join(projectRoot, "tools/make-codes.mjs"), "--print"], {
    encoding: "utf8",
  });
  assert.equal(readFileSync(join(projectRoot, "src/lib/certificate/codes.ts"), "utf8"), made);
});

test("every product of the rule file has codes that the verifier knows", () => {
  const read = (path: string) => JSON.parse(readFileSync(join(projectRoot, path), "utf8"));
  const { encoding } = read("data/valuesets/in-additional.json");
  for (const { id, euMp, euMa, sct } of read("data/dose-rules/in-covid19.rules.json").products) {
    const [vp, mp, ma] = euMp && euMa ? [sct[0], euMp, euMa] : [encoding[id].vp, encoding[id].mp, encoding[id].ma];
    assert.ok(codes.vaccines[vp] && codes.products[mp] && codes.manufacturers[ma], id);
  }
});

const key = {
  keyId: "0123456789abcdef",
  country: "IN",
  name: "Test",
  algorithm: "ES256",
  publicKey: "AAAA",
  uses: ["vaccination"],
};

test("docs/certificates.md names every reason code, with its outcome", () => {
  const page = readFileSync(join(projectRoot, "docs/certificates.md"), "utf8");
  for (const [code, outcome] of Object.entries(reasons)) assert.ok(page.includes(`| ${code} | ${outcome} |`), code);
});

test("a trust list is read whole or not at all", () => {
  assert.deepEqual(readTrustList({ version: 1, keys: [key] }), { version: 1, keys: [key] });
  for (const algorithm of ["ES384", "EdDSA", "PS256"])
    assert.ok(
      readTrustList({ version: 1, keys: [{ ...key, algorithm, issuer: "https://a", verificationMethod: "did:a" }] }),
    );
  const broken = [
    null,
    [],
    "x",
    {},
    { version: 2, keys: [] },
    { version: 1 },
    { version: 1, keys: [key, null] },
    ...Object.entries({
      keyId: "0123",
      country: 7,
      algorithm: "none",
      publicKey: "<>",
      uses: ["anything"],
      notAfter: "some day",
    }).map(([name, value]) => ({ version: 1, keys: [{ ...key, [name]: value }] })),
    { version: 1, keys: [{ ...key, algorithm: "toString" }] },
    { version: 1, keys: [{ ...key, issuer: 7 }] },
    { version: 1, keys: [{ ...key, verificationMethod: {} }] },
  ];
  for (const list of broken) assert.equal(readTrustList(list), undefined, JSON.stringify(list));
});
