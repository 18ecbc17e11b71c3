// "sakshi certificate verify" as an operator uses it: files, pictures, trust lists, dates, exit codes.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { PNG } from "pngjs";
import encodeQR from "qr";
import { claimsOf, issuedAt, payloadOf, statusListOf, testIssuer, textOf } from "../../tests/support/certificate.js";
import { encodeCbor } from "../lib/certificate/cbor.js";
import { thumbprint } from "../lib/certificate/jwk.js";
import { nodePrimitives } from "../lib/certificate/node-primitives.js";
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
    /^good\.txt: valid; HCERT; Asha Demo, born 1980; dose 2 of 2, Covishield, 2026-11-23; signed by Test issuer, IN\ncode\.png: valid/,
  );
});

test("the worst answer decides the exit code: 1 for not valid, 2 for cannot tell", async () => {
  assert.equal((await run("good.txt", "forged.txt")).code, 1);
  const foreign = await run("forged.txt", "foreign.txt");
  assert.equal(foreign.code, 2);
  assert.match(foreign.out, /cannot tell; HCERT; CERTIFICATE_KEY_UNKNOWN/);
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

test("hostile files end with a code each and never with success", async () => {
  const files = {
    "nested.json": [`{"proof":${"[".repeat(20_000)}${"]".repeat(20_000)}}`, "CERTIFICATE_JSON_INVALID"],
    "repeated.json": ['{"type":"a","type":"b"}', "CERTIFICATE_JSON_INVALID"],
    "prototype.json": ['{"__proto__":{"outcome":"valid"}}', "CERTIFICATE_JSON_INVALID"],
    "start-of-a-zip.zip": ["PK\u0003\u0004", "CERTIFICATE_CONTAINER_INVALID"],
    "seven-megabytes.txt": ["A".repeat(7 << 20), "CERTIFICATE_TEXT_TOO_LARGE"],
  };
  for (const [name, [content, code]] of Object.entries(files)) {
    writeFileSync(join(folder, name), content!);
    const { code: ended, out } = await run(name);
    assert.notEqual(ended, 0, name);
    assert.match(out, new RegExp(`^${name}: (?:NOT VALID|cannot tell); .*${code}`), name);
  }
  writeFileSync(join(folder, "ten-megabytes.txt"), "A".repeat(10 << 20));
  assert.match((await run("ten-megabytes.txt")).problem, /ten-megabytes\.txt is larger than 8 MB/);
});

test("a SMART Health Card is verified with its issuer's key set, and may be on a list of revoked ones", async () => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x, y } = publicKey.export({ format: "jwk" }) as { x: string; y: string };
  const kid = await thumbprint(x, y, nodePrimitives());
  const jwk = { kty: "EC", crv: "P-256", use: "sig", alg: "ES256", kid, x, y };
  const patient = { resourceType: "Patient", name: [{ family: "Demo", given: ["Asha"] }], birthDate: "1980" };
  const fhirBundle = {
    resourceType: "Bundle",
    type: "collection",
    entry: [{ fullUrl: "resource:0", resource: patient }],
  };
  const credentialSubject = { fhirVersion: "4.0.1", fhirBundle };
  const vc = { type: ["https://smarthealth.cards#health-card"], rid: "r1", credentialSubject };
  const body = deflateRawSync(JSON.stringify({ iss: "https://cards.example", nbf: 1_600_000_000, vc }));
  const header = Buffer.from(JSON.stringify({ alg: "ES256", zip: "DEF", kid }));
  const input = `${header.toString("base64url")}.${body.toString("base64url")}`;
  const signature = sign("sha256", Buffer.from(input), { key: privateKey, dsaEncoding: "ieee-p1363" });
  writeFileSync(join(folder, "card.txt"), `${input}.${signature.toString("base64url")}`);
  writeFileSync(join(folder, "keys.json"), JSON.stringify({ keys: [jwk] }));
  writeFileSync(join(folder, "revoked.json"), JSON.stringify({ kid, method: "rid", ctr: 1, rids: ["r1"] }));
  const jwks = "--jwks=https://cards.example=keys.json";
  assert.match((await run("card.txt")).out, /^card\.txt: cannot tell; SMART Health Card; CERTIFICATE_KEY_UNKNOWN$/);
  const good = await run("card.txt", jwks);
  assert.equal(good.code, 0);
  assert.match(
    good.out,
    /^card\.txt: valid; SMART Health Card; Asha Demo, born 1980; issued by https:\/\/cards\.example$/,
  );
  const revoked = await run("card.txt", jwks, "--revoked", "revoked.json");
  assert.equal(revoked.code, 1);
  assert.match(revoked.out, /NOT VALID;.*CERTIFICATE_REVOKED$/);
  assert.equal((await run("card.txt", "--jwks=https://cards.example=not-keys.json")).code, 2);
  assert.equal((await run("card.txt", "--jwks=keys.json")).code, 2);
  assert.equal((await run("card.txt", "--revoked", "not-keys.json")).code, 2);
});

test("a signed status list says which are revoked; one that a stranger signed is refused", async () => {
  const status = await statusListOf(issuer, [77_777]);
  writeFileSync(join(folder, "status.txt"), status);
  writeFileSync(join(folder, "bundle.json"), JSON.stringify({ version: 1, lists: [status] }));
  writeFileSync(join(folder, "stranger.txt"), await statusListOf(stranger, [77_777]));
  writeFileSync(join(folder, "none.txt"), await statusListOf(issuer, []));
  for (const list of ["status.txt", "bundle.json"]) {
    const { code, out } = await run("good.txt", "--revoked", list);
    assert.equal(code, 1);
    assert.match(out, /NOT VALID;.*CERTIFICATE_REVOKED$/);
  }
  assert.equal((await run("good.txt", "--revoked", "none.txt")).code, 0);
  const refused = await run("good.txt", "--revoked", "stranger.txt");
  assert.equal(refused.code, 2);
  assert.match(refused.problem, /no trusted key signed/);
});
