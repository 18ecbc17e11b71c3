// "sakshi certificate verify" as an operator uses it: files, pictures, trust lists, dates, exit codes.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { PNG } from "pngjs";
import encodeQR from "qr";
import { claimsOf, issuedAt, payloadOf, testIssuer, textOf } from "../../tests/support/certificate.js";
import { encodeCbor } from "../lib/certificate/cbor.js";
import { certificateVerify } from "./certificate-verify.js";

const issuer = testIssuer();
const stranger = testIssuer();
let folder: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "sakshi-certificates-"));
  const text = await issuer.issue();
  writeFileSync(join(folder, "good.txt"), `${text}\n`);
  const stolenKeyId = new Map<number, unknown>([
    [1, -7],
    [4, issuer.keyId],
  ]);
  const claims = encodeCbor(claimsOf(payloadOf("Forged Demo")));
  writeFileSync(join(folder, "forged.txt"), await textOf(stranger, { header: stolenKeyId, claims }));
  writeFileSync(join(folder, "foreign.txt"), await stranger.issue());
  writeFileSync(join(folder, "foreign-keys.json"), JSON.stringify(stranger.trust));
  writeFileSync(join(folder, "not-keys.json"), "{}");
  writeFileSync(join(folder, "junk.bin"), Buffer.from([0, 255, 254, 1, 2, 3]));
  const matrix = encodeQR(text, "raw", { ecc: "quartile", border: 4, scale: 4 });
  const png = new PNG({ width: matrix.length, height: matrix.length });
  matrix.flat().forEach((isDark, at) => png.data.set(isDark ? [0, 0, 0, 255] : [255, 255, 255, 255], at * 4));
  writeFileSync(join(folder, "code.png"), PNG.sync.write(png));
});
after(() => rmSync(folder, { recursive: true, force: true }));

async function run(...args: string[]): Promise<{ code: number; out: string; problem: string }> {
  const [out, problem]: [string[], string[]] = [[], []];
  const code = await certificateVerify(args, {
    write: (line) => out.push(line),
    writeProblem: (line) => problem.push(line),
    folder,
    now: () => issuedAt,
    ownTrustList: async () => issuer.trust,
  });
  return { code, out: out.join("\n"), problem: problem.join("\n") };
}

test("a text and a picture are verified and said in one line each", async () => {
  const { code, out } = await run("good.txt", "code.png");
  assert.equal(code, 0);
  assert.match(
    out,
    /^good\.txt: valid; Asha Demo, born 1980; dose 2 of 2, Covishield, 2026-11-23; signed by Test issuer, IN\ncode\.png: valid/,
  );
});

test("the worst answer decides the exit code: 1 for not valid, 2 for cannot tell", async () => {
  assert.equal((await run("good.txt", "forged.txt")).code, 1);
  const foreign = await run("forged.txt", "foreign.txt");
  assert.equal(foreign.code, 2);
  assert.match(foreign.out, /cannot tell; CERTIFICATE_KEY_UNKNOWN/);
  assert.equal((await run("junk.bin")).code, 2);
});

test("another trust list, another date, JSON", async () => {
  assert.equal((await run("foreign.txt", "--trust", "foreign-keys.json")).code, 0);
  const late = await run("good.txt", "--at", "2032-01-01", "--json");
  assert.equal(late.code, 1);
  const verdict = JSON.parse(late.out);
  assert.deepEqual(
    [verdict.file, verdict.outcome, verdict.reasons],
    ["good.txt", "invalid", [{ code: "CERTIFICATE_EXPIRED" }]],
  );
});

test("wrong use is said in one sentence and ends with 2", async () => {
  for (const [args, sentence] of [
    [[], /Which file/],
    [["missing.txt"], /missing\.txt cannot be read \(ENOENT\)/],
    [["good.txt", "--at", "soon"], /--at wants a date/],
    [["good.txt", "--trust", "not-keys.json"], /is not a trust list/],
    [["good.txt", "--wrong"], /wrong/],
  ] as const) {
    const { code, problem } = await run(...args);
    assert.equal(code, 2);
    assert.match(problem, sentence);
  }
  assert.equal((await run("--help")).code, 0);
});
