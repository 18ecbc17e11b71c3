// SMART Health Cards (smarthealth.cards, specification 1.4): a compact JWS with ES256 over a deflated W3C credential,
// in digits in a QR code ("shc:/") or in a file. The issuer is a URL; its keys are handed in, never fetched.
// SPDX-License-Identifier: Apache-2.0
import { utf8Text } from "./bytes.js";
import { isJsonArray, isJsonObject, type JsonObject, parseJsonObject } from "./json.js";
import { thumbprintOf } from "./jwk.js";
import { findJwsSigner, type Jws, parseJws } from "./jws.js";
import type { VerifyOptions } from "./options.js";
import { readHealthBundle } from "./shc-content.js";
import { isRidRevoked, ridShape } from "./shc-revocation.js";
import { checkStatus, statusClaim } from "./status.js";
import { instantOf, judgeTime } from "./time.js";
import type { TrustedKey } from "./trust.js";
import { Progress, type Reason, type ReasonCode, type Verdict } from "./verdict.js";

export const shcPrefix = "shc:/";
const largestPayload = 65_536;
/** A code of several holds at most this many characters of the JWS, as two digits each. */
const longestPart = 1_191;
const mostParts = 10;
const mostCards = 8;
const healthCardType = "https://smarthealth.cards#health-card";

/** The JWS in the texts of one or several QR codes, in any order; or why there is none. */
export function jwsOfCodes(texts: readonly string[]): { readonly jws: string } | ReasonCode {
  const parts = new Map<number, string>();
  let count: number | undefined;
  for (const text of texts) {
    const match = /^shc:\/(?:([1-9]\d?)\/([1-9]\d?)\/)?((?:\d\d)+)$/.exec(text);
    if (!match) return "CERTIFICATE_JWS_INVALID";
    const [index, of] = [Number(match[1] ?? 1), Number(match[2] ?? 1)];
    const tooLong = of > 1 && match[3]!.length > 2 * longestPart;
    if (index > of || of > mostParts || tooLong || (count ?? of) !== of || parts.has(index))
      return "CERTIFICATE_JWS_INVALID";
    count = of;
    parts.set(index, match[3]!);
  }
  if (parts.size !== count) return "CERTIFICATE_PARTS_MISSING";
  let digits = "";
  for (let index = 1; index <= count; index++) digits += parts.get(index)!;
  // Each pair of digits is a character of the JWS, less 45: "-" is 00 and "z" 77.
  return { jws: digits.replace(/\d\d/g, (pair) => String.fromCharCode(Number(pair) + 45)) };
}

export async function verifyShcCode(text: string, options: VerifyOptions): Promise<Verdict> {
  const found = jwsOfCodes(text.split(/\s+/));
  return typeof found === "string" ? new Progress("shc").stop(found) : verifyShc(found.jws, options);
}

/** The cards of a file (".smart-health-card") or of a FHIR server's answer ("Parameters"); undefined for other JSON. */
export function cardsIn(json: JsonObject): readonly unknown[] | undefined {
  if (isJsonArray(json["verifiableCredential"]) && json["@context"] === undefined) return json["verifiableCredential"];
  if (json["resourceType"] !== "Parameters" || !isJsonArray(json["parameter"])) return undefined;
  const named = json["parameter"].filter((each) => isJsonObject(each) && each["name"] === "verifiableCredential");
  return named.map((each) => (isJsonObject(each) ? each["valueString"] : undefined));
}

/** Every card must hold; the verdict is that of the first that does not, or else of the first. */
export async function verifyShcFile(json: JsonObject, options: VerifyOptions): Promise<Verdict> {
  const cards = cardsIn(json) ?? [];
  if (cards.length === 0 || cards.length > mostCards) return new Progress("shc").stop("CERTIFICATE_JWS_INVALID");
  const verdicts: Verdict[] = [];
  for (const card of cards) verdicts.push(await verifyShc(typeof card === "string" ? card : "", options));
  return verdicts.find(({ outcome }) => outcome !== "valid") ?? verdicts[0]!;
}

export async function verifyShc(text: string, options: VerifyOptions): Promise<Verdict> {
  const progress = new Progress("shc");
  const jws = parseJws(text);
  const keyId = jws?.header["kid"];
  if (!jws || jws.header["zip"] !== "DEF" || typeof keyId !== "string") return progress.stop("CERTIFICATE_JWS_INVALID");
  progress.passed.push("encoding");
  const inflated = await options.primitives.inflate(jws.payload, largestPayload, "raw");
  if (inflated === "too-large") return progress.stop("CERTIFICATE_CONTENT_TOO_LARGE");
  if (inflated === "corrupt") return progress.stop("CERTIFICATE_COMPRESSION_INVALID");
  progress.passed.push("compression");
  const payload = parseJsonObject(utf8Text(inflated.bytes) ?? "");
  if (!payload) return progress.stop("CERTIFICATE_JSON_INVALID");
  progress.passed.push("envelope");
  const key = await findSigner(jws, keyId, payload["iss"], options);
  if (typeof key === "string") return progress.stop(key);
  progress.signedBy(key);
  return judgeShcPayload(payload, { ...options, key, keyId }, progress);
}

async function findSigner(
  jws: Jws,
  keyId: string,
  issuer: unknown,
  options: VerifyOptions,
): Promise<TrustedKey | ReasonCode> {
  const named: TrustedKey[] = [];
  for (const key of options.trust.keys) {
    const fits = key.issuer !== undefined && key.issuer === issuer;
    if (fits && (await thumbprintOf(key, options.primitives)) === keyId) named.push(key);
  }
  return findJwsSigner(jws, named, options);
}

interface Signed {
  readonly key: TrustedKey;
  readonly keyId: string;
}

export function judgeShcPayload(
  payload: JsonObject,
  options: Pick<VerifyOptions, "at" | "revokedShc" | "statusLists"> & Signed,
  progress: Progress,
): Verdict {
  const claims = readClaims(payload);
  if (typeof claims === "string") return progress.stop("CERTIFICATE_CLAIMS_INVALID", claims);
  progress.passed.push("claims");
  const { issuer, issuedAt, expiresAt, rid, bundle } = claims;
  progress.know({ issuer, issuedAt, ...(expiresAt && { expiresAt }) });
  const reasons: Reason[] = [];
  const life = { issuedAt, ...(expiresAt && { expiresAt }) };
  progress.check(
    "time",
    judgeTime(life, options.key, options.at).map((code) => ({ code })),
    reasons,
  );
  const { holder, statement, reasons: wrong } = readHealthBundle(bundle, issuer);
  const { uses } = options.key;
  const misused = statement !== undefined && uses.length > 0 && !uses.includes("vaccination");
  progress.check("use", misused ? [{ code: "CERTIFICATE_KEY_USE_REFUSED" }] : [], reasons);
  progress.check("content", wrong, reasons);
  progress.know({ ...(holder && { holder }), ...(statement && { statement }) });
  if (options.revokedShc) {
    const revoked = rid !== undefined && isRidRevoked(options.revokedShc, options.keyId, rid, issuedAt);
    progress.check("revocation", revoked ? [{ code: "CERTIFICATE_REVOKED" }] : [], reasons);
  }
  // Ours name a place in a signed list besides their rid, as any JWT may.
  checkStatus(claims.status, options.key, options, progress, reasons);
  return progress.finish(reasons);
}

/** The claims, or the name of the one that is not as it must be. */
function readClaims(payload: JsonObject) {
  const { iss, nbf, exp, vc } = payload;
  const issuedAt = instantOf(nbf);
  const expiresAt = exp === undefined ? undefined : instantOf(exp);
  // The issuer's keys stand under this URL, so it is one: https, no query, no slash at the end.
  if (typeof iss !== "string" || !/^https:\/\/[^\s?#]*[^\s?#/]$/.test(iss)) return "iss";
  if (!issuedAt) return "nbf";
  if (exp !== undefined && (!expiresAt || expiresAt <= issuedAt)) return "exp";
  if (!isJsonObject(vc) || !isJsonArray(vc["type"]) || !vc["type"].includes(healthCardType)) return "vc.type";
  const { rid, credentialSubject } = vc;
  if (rid !== undefined && (typeof rid !== "string" || !ridShape.test(rid))) return "vc.rid";
  if (!isJsonObject(credentialSubject)) return "vc.credentialSubject";
  const { fhirVersion, fhirBundle } = credentialSubject;
  if (typeof fhirVersion !== "string" || !/^4\.0\.\d$/.test(fhirVersion)) return "vc.credentialSubject.fhirVersion";
  const status = statusClaim(payload["status"]);
  if (status === "malformed") return "status";
  return { issuer: iss, issuedAt, expiresAt, rid, bundle: fhirBundle, status };
}
