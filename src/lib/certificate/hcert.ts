// HCERT, the Electronic Health Certificate (WHO, specification 1.1.1, 2024-02-27): text "HC1:" + Base45 + zlib +
// COSE_Sign1 + CWT with the payload in claim -260. Every step is bounded; the message never chooses its own algorithm.
// SPDX-License-Identifier: Apache-2.0
import { decodeBase45, encodeBase45 } from "./base45.js";
import { hex } from "./bytes.js";
import { decodeCbor, encodeCbor, Tagged } from "./cbor.js";
import {
  algorithms,
  bytesToSign,
  claimedAlgorithm,
  claimedKeyId,
  isAlgorithm,
  isBytes,
  parseSign1,
  type Sign1,
  signSign1,
} from "./cose.js";
import { readDcc } from "./dcc.js";
import type { VerifyOptions } from "./options.js";
import { instantOf, judgeTime } from "./time.js";
import type { TrustedKey } from "./trust.js";
import { type Check, outcomeOf, type ReasonCode, type Verdict } from "./verdict.js";

export const hcertPrefix = "HC1:";
/** The largest QR code holds 4,296 characters of this alphabet. */
const longestText = 4_296;
const largestContent = 16_384;
const mostKeysTried = 8;

const claim = { issuer: 1, expiresAt: 4, issuedAt: 6, healthCertificate: -260 } as const;
const dccClaim = 1;

export interface IssueOptions {
  readonly payload: unknown;
  readonly country: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly keyId: Uint8Array;
  /** Signs with ES256 where the key lies; raw r||s. */
  readonly sign: (bytes: Uint8Array) => Promise<Uint8Array>;
  readonly deflate: (bytes: Uint8Array) => Uint8Array;
}

/** The text of the QR code. */
export async function issueHcert(options: IssueOptions): Promise<string> {
  const claims = encodeCbor(
    new Map<number, unknown>([
      [claim.issuer, options.country],
      [claim.issuedAt, seconds(options.issuedAt)],
      [claim.expiresAt, seconds(options.expiresAt)],
      [claim.healthCertificate, new Map([[dccClaim, options.payload]])],
    ]),
  );
  const message = await signSign1(claims, options.keyId, options.sign);
  const text = hcertPrefix + encodeBase45(options.deflate(message));
  if (text.length > longestText) throw new Error("certificate does not fit into a QR code");
  return text;
}

interface Claims {
  readonly issuer: string | undefined;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly payload: unknown;
}

/** Follows the chain from text to content and stops at the first step that fails. */
export async function verifyHcert(text: string, options: VerifyOptions): Promise<Verdict> {
  const passed: Check[] = [];
  let known: Partial<Verdict> = {};
  const stop = (code: ReasonCode): Verdict => ({
    ...known,
    outcome: outcomeOf([{ code }]),
    format: "hcert",
    reasons: [{ code }],
    passed,
  });

  if (text.length > longestText) return stop("CERTIFICATE_TEXT_TOO_LARGE");
  const compressed = decodeBase45(text.slice(hcertPrefix.length));
  if (!compressed) return stop("CERTIFICATE_BASE45_INVALID");
  passed.push("encoding");

  const inflated = await options.primitives.inflate(compressed, largestContent);
  if (inflated === "too-large") return stop("CERTIFICATE_CONTENT_TOO_LARGE");
  if (inflated === "corrupt") return stop("CERTIFICATE_COMPRESSION_INVALID");
  passed.push("compression");

  const message = parseSign1(inflated.bytes);
  if (!message) return stop("CERTIFICATE_COSE_INVALID");
  passed.push("envelope");

  const keyId = claimedKeyId(message);
  if (!isBytes(keyId) || keyId.length !== 8) return stop("CERTIFICATE_KEY_ID_INVALID");
  known = { keyId: hex(keyId) };
  const found = await findSigner(message, hex(keyId), options);
  if (typeof found === "string") return stop(found);
  passed.push("key", "signature");
  known = { ...known, signer: { country: found.country, name: found.name, algorithm: found.algorithm } };

  const claims = readClaims(message.payload);
  if (!claims) return stop("CERTIFICATE_CLAIMS_INVALID");
  known = { ...known, issuedAt: claims.issuedAt, expiresAt: claims.expiresAt };
  if (claims.issuer !== undefined && found.country !== "" && claims.issuer !== found.country)
    return stop("CERTIFICATE_ISSUER_MISMATCH");
  passed.push("claims");
  return judgeContent(claims, found, options.at, known, passed);
}

/** Time, use of the key and content are judged together, so that a verifier sees all that is wrong. */
function judgeContent(claims: Claims, key: TrustedKey, at: Date, known: Partial<Verdict>, passed: Check[]): Verdict {
  const time = judgeTime(claims, key, at).map((code) => ({ code }));
  if (time.length === 0) passed.push("time");
  const { group, content, reasons: contentReasons } = readDcc(claims.payload);
  const misused = group !== undefined && key.uses.length > 0 && !key.uses.includes(group);
  if (group && !misused) passed.push("use");
  if (contentReasons.length === 0) passed.push("content");
  const reasons = [...time, ...(misused ? [{ code: "CERTIFICATE_KEY_USE_REFUSED" as const }] : []), ...contentReasons];
  const shown = content && { holder: content.holder, statement: content.statement };
  return { ...known, ...shown, outcome: outcomeOf(reasons), format: "hcert", reasons, passed };
}

async function findSigner(
  message: Sign1,
  keyId: string,
  { trust, primitives }: VerifyOptions,
): Promise<TrustedKey | ReasonCode> {
  const candidates = trust.keys.filter((key) => key.keyId === keyId).slice(0, mostKeysTried);
  if (candidates.length === 0) return "CERTIFICATE_KEY_UNKNOWN";
  const claimed = claimedAlgorithm(message);
  const fitting = candidates.filter(({ algorithm }) => isAlgorithm(algorithm) && algorithms[algorithm] === claimed);
  if (fitting.length === 0) return "CERTIFICATE_ALGORITHM_REFUSED";
  const signed = bytesToSign(message.protectedBytes, message.payload);
  for (const key of fitting) {
    if (key.algorithm === "ES256" && message.signature.length !== 64) continue;
    if (await primitives.verify(key, signed, message.signature)) return key;
  }
  return "CERTIFICATE_SIGNATURE_INVALID";
}

function readClaims(bytes: Uint8Array): Claims | undefined {
  let claims = decodeCbor(bytes, "content");
  if (claims instanceof Tagged) claims = claims.value;
  if (!(claims instanceof Map)) return undefined;
  const issuer: unknown = claims.get(claim.issuer);
  const issuedAt = instantOf(claims.get(claim.issuedAt));
  const expiresAt = instantOf(claims.get(claim.expiresAt));
  const health: unknown = claims.get(claim.healthCertificate);
  if ((issuer !== undefined && typeof issuer !== "string") || !issuedAt || !expiresAt || !(health instanceof Map))
    return undefined;
  if (health.size !== 1 || !health.has(dccClaim)) return undefined;
  return { issuer, issuedAt, expiresAt, payload: health.get(dccClaim) };
}

function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}
