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
  unsignedSign1,
} from "./cose.js";
import { readDcc } from "./dcc.js";
import type { VerifyOptions } from "./options.js";
import { checkStatus, type StatusReference, statusClaim } from "./status.js";
import { instantOf, judgeTime } from "./time.js";
import { type TrustedKey, unlessRevoked } from "./trust.js";
import type { Unsigned } from "./unsigned.js";
import { Progress, type Reason, type ReasonCode, type Verdict } from "./verdict.js";

export const hcertPrefix = "HC1:";
/** The largest QR code holds 4,296 characters of this alphabet. */
const longestText = 4_296;
const largestContent = 16_384;
const mostKeysTried = 8;

/** 65535 is the status claim of a CWT (draft-ietf-oauth-status-list). */
const claim = { issuer: 1, expiresAt: 4, issuedAt: 6, healthCertificate: -260, status: 65_535 } as const;
const dccClaim = 1;

export interface IssueOptions {
  readonly payload: unknown;
  readonly country: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly keyId: Uint8Array;
  /** Where a Token Status List says whether it is revoked. */
  readonly status?: StatusReference;
  readonly deflate: (bytes: Uint8Array) => Uint8Array;
}

/** The text of the QR code, to be signed with ES256. */
export function unsignedHcert(options: IssueOptions): Unsigned<string> {
  const claims = encodeCbor(
    new Map<number, unknown>([
      [claim.issuer, options.country],
      [claim.issuedAt, seconds(options.issuedAt)],
      [claim.expiresAt, seconds(options.expiresAt)],
      [claim.healthCertificate, new Map([[dccClaim, options.payload]])],
      ...(options.status ? [[claim.status, statusMap(options.status)] as const] : []),
    ]),
  );
  const message = unsignedSign1(claims, options.keyId);
  return {
    parts: message.parts,
    finish(signatures) {
      const text = hcertPrefix + encodeBase45(options.deflate(message.finish(signatures)));
      if (text.length > longestText) throw new Error("certificate does not fit into a QR code");
      return text;
    },
  };
}

function statusMap({ uri, index }: StatusReference): Map<string, unknown> {
  return new Map([
    [
      "status_list",
      new Map<string, unknown>([
        ["idx", index],
        ["uri", uri],
      ]),
    ],
  ]);
}

interface Claims {
  readonly issuer: string | undefined;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly payload: unknown;
  readonly status: StatusReference | undefined;
}

/** Follows the chain from text to content and stops at the first step that fails. */
export async function verifyHcert(text: string, options: VerifyOptions): Promise<Verdict> {
  const progress = new Progress("hcert");
  if (text.length > longestText) return progress.stop("CERTIFICATE_TEXT_TOO_LARGE");
  const compressed = decodeBase45(text.slice(hcertPrefix.length));
  if (!compressed) return progress.stop("CERTIFICATE_BASE45_INVALID");
  progress.passed.push("encoding");

  const inflated = await options.primitives.inflate(compressed, largestContent);
  if (inflated === "too-large") return progress.stop("CERTIFICATE_CONTENT_TOO_LARGE");
  if (inflated === "corrupt") return progress.stop("CERTIFICATE_COMPRESSION_INVALID");
  progress.passed.push("compression");

  const message = parseSign1(inflated.bytes);
  if (!message) return progress.stop("CERTIFICATE_COSE_INVALID");
  progress.passed.push("envelope");

  const keyId = claimedKeyId(message);
  if (!isBytes(keyId) || keyId.length !== 8) return progress.stop("CERTIFICATE_KEY_ID_INVALID");
  progress.know({ keyId: hex(keyId) });
  const key = await findSigner(message, hex(keyId), options);
  if (typeof key === "string") return progress.stop(key);
  progress.signedBy(key);

  const claims = readClaims(message.payload);
  if (!claims) return progress.stop("CERTIFICATE_CLAIMS_INVALID");
  progress.know({ issuedAt: claims.issuedAt, expiresAt: claims.expiresAt });
  if (claims.issuer !== undefined && key.country !== "" && claims.issuer !== key.country)
    return progress.stop("CERTIFICATE_ISSUER_MISMATCH");
  progress.passed.push("claims");
  return judgeContent(claims, key, options, progress);
}

/** Time, use of the key, content and status are judged together, so that a verifier sees all that is wrong. */
function judgeContent(claims: Claims, key: TrustedKey, options: VerifyOptions, progress: Progress): Verdict {
  const reasons: Reason[] = [];
  progress.check(
    "time",
    judgeTime(claims, key, options.at).map((code) => ({ code })),
    reasons,
  );
  const { group, content, reasons: wrong } = readDcc(claims.payload);
  const misused = group !== undefined && key.uses.length > 0 && !key.uses.includes(group);
  if (misused) reasons.push({ code: "CERTIFICATE_KEY_USE_REFUSED" });
  else if (group) progress.passed.push("use");
  progress.check("content", wrong, reasons);
  if (content) progress.know({ holder: content.holder, statement: content.statement });
  checkStatus(claims.status, key, options, progress, reasons);
  return progress.finish(reasons);
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
    if (await primitives.verify(key, signed, message.signature)) return unlessRevoked(key, trust);
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
  const status = statusClaim(claims.get(claim.status));
  if (status === "malformed") return undefined;
  return { issuer, issuedAt, expiresAt, payload: health.get(dccClaim), status };
}

function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}
