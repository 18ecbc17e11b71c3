// Runs public test vectors (RFC 9285, RFC 8949 appendix A, cose-wg/Examples, dgc-testdata, ehn-dcc-schema) when a copy
// lies beside the project or where SAKSHI_CERTIFICATE_VECTORS says; prints how many ran. A few stand in known-vectors.test.ts.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { createHash, createPublicKey, type KeyObject, verify, X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { projectRoot } from "../../platform/root.js";
import { decodeBase45, encodeBase45 } from "./base45.js";
import { decodeCbor, encodeCbor, Tagged } from "./cbor.js";
import { bytesToSign, claimedAlgorithm, claimedKeyId, isBytes, parseSign1 } from "./cose.js";
import { readDcc } from "./dcc.js";
import { nodePrimitives } from "./node-primitives.js";
import type { KeyUse, TrustedKey } from "./trust.js";
import { verifyCertificate } from "./verify.js";

const folder = process.env["SAKSHI_CERTIFICATE_VECTORS"] ?? join(projectRoot, "..", "shared", "reference", "vectors");

function read(...path: string[]): any {
  return JSON.parse(readFileSync(join(folder, ...path), "utf8"));
}

/** Says how many cases of a suite ran; without the suite, that none did. */
function suite(name: string, run: () => Promise<number> | number): void {
  test(`vectors: ${name}`, async (t) => {
    const present = existsSync(join(folder, name, "dev"));
    t.diagnostic(`${name}: ${present ? await run() : 0} outside vectors run${present ? "" : " (no copy here)"}`);
  });
}

suite("base45", () => {
  const cases = read("base45", "dev", "base45.json");
  for (const { id, base45, hex, expect } of cases) {
    const bytes = decodeBase45(base45);
    assert.equal(bytes !== undefined, expect === "valid", id);
    if (!bytes) continue;
    assert.equal(Buffer.from(bytes).toString("hex"), hex, id);
    assert.equal(encodeBase45(bytes), base45, id);
  }
  return cases.length;
});

suite("cbor", () => {
  const cases = read("cbor", "dev", "appendix_a.json");
  for (const { hex, decoded, roundtrip } of cases) {
    const value = decodeCbor(Buffer.from(hex, "hex"), "content");
    // What certificates never use (undefined, other simple values, foreign tags, infinite numbers) is refused, not guessed.
    if (value === undefined || decoded === undefined) continue;
    assert.deepEqual(plain(value), decoded, hex);
    // Tags are dropped and whole floats become integers on the way in; those two do not come back the same.
    if (roundtrip && !/^[cf]/.test(hex)) assert.equal(Buffer.from(encodeCbor(value)).toString("hex"), hex);
  }
  return cases.length;
});

suite("cose", () => {
  const cases = read("cose", "dev", "manifest.json");
  let run = 0;
  for (const { id, file, expect } of cases) {
    const { input, output } = read("cose", "dev", file);
    const message = parseSign1(Buffer.from(output.cbor, "hex"));
    const key = input.sign0?.key;
    const ours = input.sign0?.alg === "ES256" && key?.crv === "P-256";
    if (!ours) {
      // Another algorithm, or several signers: nothing that a certificate may use.
      assert.ok(message === undefined || claimedAlgorithm(message) !== -7 || key?.crv !== "P-256", id);
      continue;
    }
    run += 1;
    const external = Buffer.from(input.sign0.external ?? "", "hex");
    const good =
      message !== undefined &&
      [-7, undefined].includes(claimedAlgorithm(message) as number) &&
      verify(
        "sha256",
        bytesToSign(message.protectedBytes, message.payload, external),
        { key: publicKey(key), dsaEncoding: "ieee-p1363" },
        message.signature,
      );
    assert.equal(good, expect === "valid", id);
  }
  return run;
});

suite("dcc-schema", () => {
  const cases = read("dcc-schema", "dev", "manifest.json");
  for (const { id, file, expect } of cases) {
    const { content } = readDcc(maps(read("dcc-schema", "dev", file)));
    assert.equal(content !== undefined, expect === "valid", id);
  }
  return cases.length;
});

// Faults of the vectors themselves, named in their collection's own list of known issues or looked at one by one.
const faulty: Record<string, string[]> = {
  "ES-401": ["verify"],
  "ES-402": ["verify"],
  "ES-403": ["verify"],
  "FR-test_pcr_ok": ["decode"],
  "PL-1.3.0-1": ["decode"],
  "PL-1.3.0-5": ["decode"],
  "PL-1.3.0-6": ["expiry"],
  "IS-3": ["use"],
};

suite("eu-dcc", async () => {
  const cases = read("eu-dcc", "dev", "manifest.json");
  const wrong: string[] = [];
  let flags = 0;
  for (const { id, file } of cases) {
    for (const [name, expected, actual] of await judge(read("eu-dcc", "dev", file))) {
      flags += 1;
      if (expected !== actual && !faulty[id]?.includes(name)) wrong.push(`${id} ${name}: expected ${expected}`);
    }
  }
  assert.deepEqual(wrong, []);
  return flags;
});

type Flag = [name: string, expected: boolean, actual: boolean];

/** Each expected flag of a raw case beside what our chain says. A flag whose input is absent is left out. */
async function judge(raw: any): Promise<Flag[]> {
  const flags: Flag[] = [];
  const expected = raw.EXPECTEDRESULTS;
  const add = (name: string, flag: string, input: unknown, actual: () => boolean) => {
    if (expected[flag] !== undefined && input) flags.push([name, expected[flag], actual()]);
  };
  add("prefix", "EXPECTEDUNPREFIX", raw.PREFIX && raw.BASE45, () => raw.PREFIX === `HC1:${raw.BASE45}`);
  add("base45", "EXPECTEDB45DECODE", raw.BASE45 && raw.COMPRESSED, () => {
    const bytes = decodeBase45(raw.BASE45);
    return bytes !== undefined && Buffer.from(bytes).toString("hex") === raw.COMPRESSED.toLowerCase();
  });
  const inflated = raw.COMPRESSED
    ? await nodePrimitives().inflate(Buffer.from(raw.COMPRESSED, "hex"), 16_384)
    : "corrupt";
  add("compression", "EXPECTEDCOMPRESSION", raw.COMPRESSED && raw.COSE, () => {
    return typeof inflated !== "string" && Buffer.from(inflated.bytes).toString("hex") === raw.COSE.toLowerCase();
  });
  const cose = raw.COSE
    ? Buffer.from(raw.COSE, "hex")
    : typeof inflated === "string"
      ? coseOf(raw.PREFIX)
      : inflated.bytes;
  const message = cose && parseSign1(cose);
  const certificate = raw.TESTCTX?.CERTIFICATE
    ? new X509Certificate(Buffer.from(raw.TESTCTX.CERTIFICATE, "base64"))
    : undefined;
  const text = raw.PREFIX ?? `HC1:${raw.BASE45}`;
  const at = new Date(raw.TESTCTX?.VALIDATIONCLOCK ?? 0);
  const verdict =
    certificate &&
    (await verifyCertificate(text, {
      trust: { version: 1, keys: [trusted(certificate)] },
      at,
      primitives: nodePrimitives(),
    }));
  const found = (code: string) => verdict!.reasons.some((reason) => reason.code === code);
  const reached = verdict?.passed.includes("claims") ?? false;
  add("verify", "EXPECTEDVERIFY", verdict && message, () => verdict!.passed.includes("signature") && reached);
  const inTime = () =>
    !["CERTIFICATE_EXPIRED", "CERTIFICATE_NOT_YET_VALID", "CERTIFICATE_KEY_NOT_IN_FORCE"].some(found);
  add("expiry", "EXPECTEDEXPIRATIONCHECK", reached && raw.TESTCTX.VALIDATIONCLOCK, inTime);
  add("use", "EXPECTEDKEYUSAGE", reached, () => !found("CERTIFICATE_KEY_USE_REFUSED"));
  add("decode", "EXPECTEDDECODE", raw.JSON && message, () => {
    const claims = decodeCbor(message!.payload, "content");
    const payload = claims instanceof Map ? claims.get(-260)?.get?.(1) : undefined;
    return payload !== undefined && sameContent(plain(payload), raw.JSON);
  });
  return flags;
}

function coseOf(text: string | undefined): Uint8Array | undefined {
  return text === undefined ? undefined : decodeBase45(text.slice(4));
}

const useOids: Record<string, KeyUse> = { "1": "test", "2": "vaccination", "3": "recovery" };

function trusted(certificate: X509Certificate): TrustedKey {
  const uses = (certificate.keyUsage ?? []).flatMap((oid) => {
    const use = /^1\.3\.6\.1\.4\.1\.(?:0\.)?1847\.2021\.1\.([123])$/.exec(oid)?.[1];
    return use ? [useOids[use]!] : [];
  });
  return {
    keyId: createHash("sha256").update(certificate.raw).digest("hex").slice(0, 16),
    country: "",
    name: "",
    algorithm: certificate.publicKey.asymmetricKeyType === "ec" ? "ES256" : "PS256",
    publicKey: certificate.publicKey.export({ type: "spki", format: "der" }).toString("base64"),
    uses,
    notBefore: new Date(certificate.validFrom).toISOString(),
    notAfter: new Date(certificate.validTo).toISOString(),
  };
}

/** Equal JSON, where two texts that are the same instant count as equal (some issuers re-wrote date-times). */
function sameContent(a: unknown, b: unknown): boolean {
  if (typeof a === "string" && typeof b === "string")
    return a === b || (/T\d\d:/.test(a) && Date.parse(a) === Date.parse(b));
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return a === b;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => sameContent((a as any)[key], (b as any)[key]));
}

function plain(value: unknown): unknown {
  if (value instanceof Tagged) return plain(value.value);
  if (value instanceof Map) return Object.fromEntries(Array.from(value, ([key, item]) => [String(key), plain(item)]));
  return Array.isArray(value) ? value.map(plain) : value;
}

function maps(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maps);
  return typeof value === "object" && value !== null
    ? new Map(Object.entries(value).map(([key, item]) => [key, maps(item)]))
    : value;
}

function publicKey(key: any): KeyObject {
  const base64url = (name: string) => key[name] ?? Buffer.from(key[`${name}_hex`], "hex").toString("base64url");
  return createPublicKey({ format: "jwk", key: { kty: "EC", crv: "P-256", x: base64url("x"), y: base64url("y") } });
}

test("a key id in the protected header wins", () => {
  const inner = encodeCbor(new Map([[4, new Uint8Array([1])]]));
  const message = parseSign1(
    encodeCbor([inner, new Map([[4, new Uint8Array([2])]]), new Uint8Array(), new Uint8Array(64)]),
  );
  const keyId = message && claimedKeyId(message);
  assert.ok(isBytes(keyId) && keyId[0] === 1);
});
