// Co-WIN certificates (DIVOC): a W3C verifiable credential 1.1 with RsaSignature2018 or Ed25519Signature2018, under two
// known contexts and no other. "did:india" names no key in particular, so every trusted key of that name is tried.
// SPDX-License-Identifier: Apache-2.0
import { fromBase64url, joinBytes, utf8Bytes, utf8Text } from "./bytes.js";
import {
  type ContextVersion,
  canonicalCredential,
  canonicalProof,
  isPlainIri,
  OutsideShape,
} from "./divoc-canonical.js";
import { readDivoc } from "./divoc-content.js";
import { isRevoked } from "./divoc-revocation.js";
import { isJsonArray, isJsonObject, type JsonObject, parseJsonObject } from "./json.js";
import type { VerifyOptions } from "./options.js";
import { dateTimeShape, instantOfText } from "./problems.js";
import { judgeTime } from "./time.js";
import { type KeyAlgorithm, type TrustedKey, unlessRevoked } from "./trust.js";
import { Progress, type Reason, type ReasonCode, type Verdict } from "./verdict.js";

const credentialsContext = "https://www.w3.org/2018/credentials/v1";
const contexts: Readonly<Record<string, ContextVersion>> = {
  "https://cowin.gov.in/credentials/vaccination/v1": "v1",
  "https://cowin.gov.in/credentials/vaccination/v2": "v2",
  "https://divoc.dev/credentials/vaccination/v1": "v1",
  "https://divoc.dev/credentials/vaccination/v2": "v2",
};
/** Each suite has one algorithm. The RSA suite was named when it was RS256; what it signs with is PS256. */
const suites: Readonly<Record<string, KeyAlgorithm>> = { RsaSignature2018: "PS256", Ed25519Signature2018: "EdDSA" };
const mostKeysTried = 8;

/** True for JSON that means to be such a credential, good or not. */
export function looksLikeDivoc(json: JsonObject): boolean {
  const types = json["type"];
  if (isJsonArray(types) && types.includes("ProofOfVaccinationCredential")) return true;
  return JSON.stringify(json["@context"] ?? "").includes("/credentials/vaccination/v");
}

export interface Proof {
  readonly type: string;
  readonly created: string;
  readonly verificationMethod: string;
  readonly signature: Uint8Array;
  readonly signedHeader: string;
  readonly algorithm: unknown;
}

export async function verifyDivoc(json: JsonObject, options: VerifyOptions): Promise<Verdict> {
  const progress = new Progress("divoc");
  progress.passed.push("encoding");
  const { proof: givenProof, ...document } = json;
  const version = versionOf(document["@context"]);
  if (!version) return progress.stop("CERTIFICATE_CONTEXT_UNKNOWN", "@context");
  const proof = readProof(givenProof);
  if (!proof) return progress.stop("CERTIFICATE_PROOF_INVALID", "proof");
  progress.passed.push("envelope");

  let canonical: string;
  try {
    canonical = await canonicalCredential(document, version, options.primitives);
  } catch (error) {
    if (!(error instanceof OutsideShape)) throw error;
    return progress.stop("CERTIFICATE_CONTENT_INVALID", error.place);
  }
  const key = await findSigner(proof, canonical, options);
  if (typeof key === "string") return progress.stop(key);
  progress.signedBy(key);
  return judge(document, version, key, options, progress);
}

function versionOf(context: unknown): ContextVersion | undefined {
  if (!isJsonArray(context) || context.length !== 2 || context[0] !== credentialsContext) return undefined;
  const own = context[1];
  return typeof own === "string" && Object.hasOwn(contexts, own) ? contexts[own] : undefined;
}

export function readProof(value: unknown): Proof | undefined {
  if (!isJsonObject(value)) return undefined;
  const { type, created, verificationMethod, proofPurpose, jws, ...more } = value;
  if (Object.keys(more).length > 0 || proofPurpose !== "assertionMethod") return undefined;
  if (typeof type !== "string" || !Object.hasOwn(suites, type) || typeof jws !== "string") return undefined;
  if (typeof created !== "string" || !dateTimeShape.test(created) || !isPlainIri(verificationMethod)) return undefined;
  // A detached JWS with the unencoded payload option (RFC 7797).
  const [signedHeader = "", payload, signatureText = "", ...rest] = jws.split(".");
  const header = fromBase64url(signedHeader);
  const fields = header && parseJsonObject(utf8Text(header) ?? "");
  const signature = fromBase64url(signatureText);
  if (payload !== "" || rest.length > 0 || !fields || !signature || signature.length === 0) return undefined;
  const { alg, b64, crit, ...others } = fields;
  if (b64 !== false || !isJsonArray(crit) || crit.length !== 1 || crit[0] !== "b64") return undefined;
  if (Object.keys(others).length > 0) return undefined;
  return { type, created, verificationMethod, signature, signedHeader, algorithm: alg };
}

export async function findSigner(
  proof: Proof,
  canonical: string,
  { trust, primitives }: VerifyOptions,
): Promise<TrustedKey | ReasonCode> {
  const candidates = trust.keys.filter((key) => key.verificationMethod === proof.verificationMethod);
  if (candidates.length === 0) return "CERTIFICATE_KEY_UNKNOWN";
  const algorithm = suites[proof.type];
  const fitting = candidates.filter((key) => key.algorithm === algorithm && proof.algorithm === algorithm);
  if (fitting.length === 0) return "CERTIFICATE_ALGORITHM_REFUSED";
  const signed = joinBytes(
    utf8Bytes(`${proof.signedHeader}.`),
    await primitives.digest("SHA-256", utf8Bytes(canonicalProof(proof))),
    await primitives.digest("SHA-256", utf8Bytes(canonical)),
  );
  for (const key of fitting.slice(0, mostKeysTried)) {
    if (await primitives.verify(key, signed, proof.signature)) return unlessRevoked(key, trust);
  }
  return "CERTIFICATE_SIGNATURE_INVALID";
}

function judge(
  document: JsonObject,
  version: ContextVersion,
  key: TrustedKey,
  options: VerifyOptions,
  progress: Progress,
): Verdict {
  const reasons: Reason[] = [];
  const issuedAt = instantOfText(document["issuanceDate"]);
  if (!issuedAt) reasons.push({ code: "CERTIFICATE_CLAIMS_INVALID", at: "issuanceDate" });
  else if (key.issuer !== undefined && key.issuer !== document["issuer"])
    reasons.push({ code: "CERTIFICATE_ISSUER_MISMATCH" });
  else progress.passed.push("claims");
  progress.know({ ...(issuedAt && { issuedAt }), issuer: document["issuer"] as string });
  // These certificates have no end: how long one counts is for whoever reads its dates to decide.
  progress.check(
    "time",
    judgeTime(issuedAt ? { issuedAt } : {}, key, options.at).map((code) => ({ code })),
    reasons,
  );
  const misused = key.uses.length > 0 && !key.uses.includes("vaccination");
  progress.check("use", misused ? [{ code: "CERTIFICATE_KEY_USE_REFUSED" }] : [], reasons);
  const reading = readDivoc(document, version);
  progress.check("content", reading.reasons, reasons);
  if (reading.content) {
    const { holder, statement, refId } = reading.content;
    progress.know({ holder, statement });
    if (options.revokedDivoc) {
      const row = { preEnrollmentCode: refId, previousCertificateId: statement.certificateId, dose: statement.dose };
      const revoked = isRevoked(options.revokedDivoc, row);
      progress.check("revocation", revoked ? [{ code: "CERTIFICATE_REVOKED" }] : [], reasons);
    }
  }
  return progress.finish(reasons);
}
