// "sakshi certificate verify" as an operator uses it: files, pictures, trust lists, dates, exit codes.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { PNG } from "pngjs";
import encodeQR from "qr";
import {
  claimsOf,
  issuedAt,
  payloadOf,
  statusListOf,
  testIssuer,
  textOf,
  wrap,
} from "../../tests/support/certificate.js";
import { card, cowin, facts, keys, names, pairs, trust, w3c, wallet } from "../../tests/support/issued-forms.js";
import { encodeCbor } from "../lib/certificate/cbor.js";
import {
  courseCredential,
  proofMethod,
  signedBy,
  unsignedVc2,
  verifyCertificate,
  zipCertificate,
} from "../lib/certificate/index.js";
import { thumbprint } from "../lib/certificate/jwk.js";
import { deflateRaw, nodePrimitives } from "../lib/certificate/node-primitives.js";
import { webPrimitives } from "../lib/certificate/web-primitives.js";
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

test("a trust list that calls the key stolen: the certificate is refused, and so is a status list of that key", async () => {
  const stolen = issuer.trust.keys.map((key) => ({ ...key, revokedAt: "2026-12-01T00:00:00Z" }));
  writeFileSync(join(folder, "stolen.json"), JSON.stringify({ version: 1, keys: stolen }));
  const { code, out } = await run("good.txt", "--trust", "stolen.json");
  assert.equal(code, 1);
  assert.equal(out, "good.txt: NOT VALID; HCERT; CERTIFICATE_KEY_REVOKED");
  writeFileSync(join(folder, "white.txt"), await statusListOf(issuer, []));
  const list = await run("good.txt", "--trust", "stolen.json", "--revoked", "white.txt");
  assert.equal(list.code, 2);
  assert.match(list.problem, /no trusted key signed/);
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

/** The one entry of a zip a second time, each with its own row in the directory. */
function twice(zip: Buffer): Buffer {
  const end = Buffer.from(zip.subarray(-22));
  const directoryAt = end.readUInt32LE(16);
  const [entry, row] = [zip.subarray(0, directoryAt), zip.subarray(directoryAt, -22)];
  const secondRow = Buffer.from(row);
  secondRow.writeUInt32LE(entry.length, 42);
  end.writeUInt16LE(2, 8);
  end.writeUInt16LE(2, 10);
  end.writeUInt32LE(2 * row.length, 12);
  end.writeUInt32LE(2 * entry.length, 16);
  return Buffer.concat([entry, entry, row, secondRow, end]);
}

const base64url = (value: string | Uint8Array) => Buffer.from(value).toString("base64url");
const es256 = (key: KeyObject, dsaEncoding: "der" | "ieee-p1363") => (bytes: Uint8Array) =>
  sign("sha256", bytes, { key, dsaEncoding });

/** A good JWS with other words in its head, signed in another way. */
function resigned(jws: string, head: object, signer: (bytes: Uint8Array) => Uint8Array): string {
  const [header = "", payload] = jws.split(".");
  const words = { ...(JSON.parse(Buffer.from(header, "base64url").toString()) as object), ...head };
  const input = `${base64url(JSON.stringify(words))}.${payload}`;
  return `${input}.${base64url(signer(Buffer.from(input)))}`;
}

type Hostile = readonly [what: string, content: string | Uint8Array, code: string, ...args: string[]];

async function hostileFiles(): Promise<readonly Hostile[]> {
  const [health, [jwt = "", ...disclosed], cowinJson] = [await card(), (await wallet()).split("~"), await cowin()];
  const own = pairs.ES256;
  const secret = own.publicKey.export({ type: "spki", format: "pem" });
  const hmac = (bytes: Uint8Array) => createHmac("sha256", secret).update(bytes).digest();
  const walletOf = (token: string) => [token, ...disclosed].join("~");
  const cose = (algorithm: number, sign = issuer.sign) => {
    const header = new Map<number, unknown>([
      [1, algorithm],
      [4, issuer.keyId],
    ]);
    return textOf({ ...issuer, sign }, { header, claims: encodeCbor(claimsOf(payloadOf("Asha Demo"))) });
  };
  const zip = Buffer.from(zipCertificate(Buffer.from(JSON.stringify(cowinJson)), deflateRaw));
  const inZip = (json: string) => zipCertificate(Buffer.from(json), deflateRaw);
  const alien = generateKeyPairSync("ed25519").privateKey;
  const by = { verificationMethod: proofMethod(names.did, keys.EdDSA.keyId), created: issuedAt };
  const namesake = await signedBy(
    await unsignedVc2(courseCredential(facts()), by, nodePrimitives()),
    async ({ bytes }) => sign(null, bytes, alien),
  );
  const [good, refused, wrong] = [
    await issuer.issue(),
    "CERTIFICATE_ALGORITHM_REFUSED",
    "CERTIFICATE_SIGNATURE_INVALID",
  ];
  const otherContext = ["https://www.w3.org/2018/credentials/v1", "https://other.example/credentials/v1"];
  const shcBomb = `${health.split(".")[0]}.${base64url(deflateRawSync(Buffer.alloc(8 << 20)))}.AAAA`;
  return [
    ["a zip bomb", zipCertificate(Buffer.alloc(8 << 20), deflateRaw), "CERTIFICATE_CONTENT_TOO_LARGE"],
    ["a bomb in an HCERT", wrap(Buffer.alloc(2_000_000)), "CERTIFICATE_CONTENT_TOO_LARGE"],
    ["a bomb in a health card", shcBomb, "CERTIFICATE_CONTENT_TOO_LARGE"],
    ["two entries", twice(zip), "CERTIFICATE_CONTAINER_INVALID"],
    [
      "an entry with a path",
      Buffer.from(zip.toString("latin1").replaceAll("certificate.json", "../../../etc/pwd"), "latin1"),
      "CERTIFICATE_CONTAINER_INVALID",
    ],
    ["the start of a zip", "PK\u0003\u0004", "CERTIFICATE_CONTAINER_INVALID"],
    ["nested arrays", `{"proof":${"[".repeat(20_000)}${"]".repeat(20_000)}}`, "CERTIFICATE_JSON_INVALID"],
    [
      "nested arrays in a zip",
      inZip(`{"proof":${"[".repeat(20_000)}${"]".repeat(20_000)}}`),
      "CERTIFICATE_JSON_INVALID",
    ],
    ["a repeated name", '{"type":"a","type":"b"}', "CERTIFICATE_JSON_INVALID"],
    ["a repeated name in a zip", inZip('{"proof":1,"\\u0070roof":2}'), "CERTIFICATE_JSON_INVALID"],
    ["a prototype", '{"__proto__":{"outcome":"valid"}}', "CERTIFICATE_JSON_INVALID"],
    ["a prototype in a zip", inZip('{"a":{"__proto__":null}}'), "CERTIFICATE_JSON_INVALID"],
    ["health card, alg none", resigned(health, { alg: "none" }, () => Buffer.alloc(0)), refused],
    ["health card, HS256 with the public key", resigned(health, { alg: "HS256" }, hmac), refused],
    ["health card, DER", resigned(health, {}, es256(own.privateKey, "der")), wrong],
    ["SD-JWT, alg none", walletOf(resigned(jwt, { alg: "none" }, () => Buffer.alloc(0))), refused],
    ["SD-JWT, HS256 with the public key", walletOf(resigned(jwt, { alg: "HS256" }, hmac)), refused],
    ["SD-JWT, DER", walletOf(resigned(jwt, {}, es256(own.privateKey, "der"))), wrong],
    ["HCERT, HMAC", await cose(5, async (bytes) => hmac(bytes)), refused],
    ["HCERT, no algorithm", await cose(0), refused],
    ["HCERT, DER", await cose(-7, async (bytes) => es256(issuer.privateKey, "der")(bytes)), wrong],
    [
      "an unknown context",
      JSON.stringify({ ...cowinJson, "@context": otherContext, proof: (cowinJson["proof"] as object[])[0] }),
      "CERTIFICATE_CONTEXT_UNKNOWN",
    ],
    ["expired", good, "CERTIFICATE_EXPIRED", "--at", "2032-01-01"],
    ["from the future", good, "CERTIFICATE_NOT_YET_VALID", "--at", "2026-11-01"],
    ["a health card from the future", health, "CERTIFICATE_NOT_YET_VALID", "--at", "2026-11-01"],
    ["another key under the right name", JSON.stringify(namesake), wrong],
    ["seven megabytes", "A".repeat(7 << 20), "CERTIFICATE_TEXT_TOO_LARGE"],
  ];
}

test("hostile files: the same code from the library, in Node and with WebCrypto, and from the command", async () => {
  const both = { version: 1 as const, keys: [...issuer.trust.keys, ...trust.keys] };
  writeFileSync(join(folder, "both.json"), JSON.stringify(both));
  for (const [what, content, code, ...args] of await hostileFiles()) {
    const input = typeof content === "string" ? content : new Uint8Array(content);
    const at = args[1] === undefined ? issuedAt : new Date(`${args[1]}T06:30:00Z`);
    for (const primitives of [nodePrimitives(), webPrimitives()]) {
      const { outcome, reasons } = await verifyCertificate(input, { trust: both, at, primitives });
      assert.ok(
        outcome !== "valid" && reasons.some((reason) => reason.code === code),
        `${what}: ${JSON.stringify(reasons)}`,
      );
    }
    writeFileSync(join(folder, "hostile"), content);
    const { code: ended, out } = await run("hostile", "--trust", "both.json", ...args);
    assert.ok(ended === 1 || ended === 2, what);
    assert.match(out, new RegExp(`^hostile: (?:NOT VALID|cannot tell);.*${code}`), what);
  }
  writeFileSync(join(folder, "ten-megabytes.txt"), "A".repeat(10 << 20));
  assert.match((await run("ten-megabytes.txt")).problem, /ten-megabytes\.txt is larger than 8 MB/);
});

test("names of 300 characters in any script verify in every form at the command", async () => {
  const both = { version: 1 as const, keys: [...issuer.trust.keys, ...trust.keys] };
  writeFileSync(join(folder, "both.json"), JSON.stringify(both));
  for (const word of ["Asha ", "आशा ", "ꯃꯤꯇꯩ ", "رضوان ", "ரவி ", "𝒜"]) {
    const name = word.repeat(300).slice(0, 300).trim();
    const given = facts({ person: { ...facts().person, name } });
    const forms = {
      "name-hcert": await issuer.issue(name),
      "name-cowin": zipCertificate(Buffer.from(JSON.stringify(await cowin(given))), deflateRaw),
      "name-w3c": JSON.stringify(await w3c(given)),
      "name-card": await card(given),
      "name-wallet": await wallet(given),
    };
    for (const [file, content] of Object.entries(forms)) writeFileSync(join(folder, file), content);
    const { code, out } = await run(...Object.keys(forms), "--trust", "both.json");
    assert.equal(code, 0, out);
  }
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
