// W3C verifiable credentials 2.0 with a Data Integrity proof over canonical JSON: eddsa-jcs-2022 (vc-di-eddsa) and
// ecdsa-jcs-2019 (vc-di-ecdsa). Every byte of meaning is signed, so no vocabulary is needed to verify.
// SPDX-License-Identifier: Apache-2.0
import { fromBase58, joinBytes, toBase58, utf8Bytes } from "./bytes.js";
import { canonicalJson } from "./jcs.js";
import { isJsonArray, isJsonObject, type JsonObject } from "./json.js";
import type { VerifyOptions } from "./options.js";
import type { Hash, Primitives } from "./primitives.js";
import { instantOfText, Problems } from "./problems.js";
import { checkStatus, credentialStatus } from "./status.js";
import { judgeTime } from "./time.js";
import type { KeyAlgorithm, TrustedKey } from "./trust.js";
import { onlySignature, type Unsigned } from "./unsigned.js";
import { checkCredential, vc2Context } from "./vc2-shape.js";
import { Progress, type Reason, type ReasonCode, type Verdict } from "./verdict.js";

/** Which keys may sign under a suite, and what each hashes with. */
const suites: Readonly<Record<string, Partial<Record<KeyAlgorithm, Hash>>>> = {
  "eddsa-jcs-2022": { EdDSA: "SHA-256" },
  "ecdsa-jcs-2019": { ES256: "SHA-256", ES384: "SHA-384" },
};
const mostKeysTried = 8;

export function looksLikeVc2(json: JsonObject): boolean {
  const context = json["@context"];
  return context === vc2Context || (isJsonArray(context) && context.includes(vc2Context));
}

export interface Proof {
  readonly suite: string;
  readonly verificationMethod: string;
  readonly signature: Uint8Array;
  readonly options: JsonObject;
  readonly created: Date | undefined;
  readonly expires: Date | undefined;
}

export async function verifyVc2(json: JsonObject, options: VerifyOptions): Promise<Verdict> {
  const progress = new Progress("vc-2.0");
  progress.passed.push("encoding");
  const { proof: given, ...document } = json;
  const proof = readProof(isJsonArray(given) && given.length === 1 ? given[0] : given, document);
  if (!proof) return progress.stop("CERTIFICATE_PROOF_INVALID", "proof");
  progress.passed.push("envelope");
  const key = await findSigner(proof, document, options);
  if (typeof key === "string") return progress.stop(key);
  progress.signedBy(key);

  const issuer = isJsonObject(document["issuer"]) ? document["issuer"]["id"] : document["issuer"];
  if (typeof issuer !== "string") return progress.stop("CERTIFICATE_CLAIMS_INVALID", "issuer");
  // A key speaks for whom the trust list says, or else for the name that it has itself.
  if (issuer !== (key.issuer ?? proof.verificationMethod.split("#")[0]))
    return progress.stop("CERTIFICATE_ISSUER_MISMATCH");
  progress.passed.push("claims");
  const life = lifeOf(document, proof);
  progress.know({ issuer, claims: document, ...life });
  const reasons: Reason[] = [];
  progress.check(
    "time",
    judgeTime(life, key, options.at).map((code) => ({ code })),
    reasons,
  );
  const problems = new Problems();
  checkCredential(document, problems);
  const status = credentialStatus(document["credentialStatus"]);
  if (status === "malformed") problems.wrong("credentialStatus");
  progress.check("content", problems.reasons, reasons);
  checkStatus(status, key, options, progress, reasons);
  return progress.finish(reasons);
}

export function readProof(value: unknown, document: JsonObject): Proof | undefined {
  if (!isJsonObject(value)) return undefined;
  const { proofValue, ...options } = value;
  const { type, cryptosuite, created, expires, verificationMethod, proofPurpose } = options;
  if (type !== "DataIntegrityProof" || proofPurpose !== "assertionMethod" || "previousProof" in options)
    return undefined;
  if (typeof cryptosuite !== "string" || !Object.hasOwn(suites, cryptosuite)) return undefined;
  if (typeof verificationMethod !== "string" || typeof proofValue !== "string") return undefined;
  const signature = proofValue.startsWith("z") ? fromBase58(proofValue.slice(1)) : undefined;
  const [createdAt, expiresAt] = [created, expires].map(instantOfText);
  if (!signature || (created !== undefined && !createdAt) || (expires !== undefined && !expiresAt)) return undefined;
  // Contexts that were added to the document after signing would change what its words mean.
  const context = options["@context"];
  const sameContext = context === undefined || canonicalJson(context) === canonicalJson(document["@context"] ?? null);
  if (!sameContext) return undefined;
  return { suite: cryptosuite, verificationMethod, signature, options, created: createdAt, expires: expiresAt };
}

export async function findSigner(
  proof: Proof,
  document: JsonObject,
  { trust, primitives }: VerifyOptions,
): Promise<TrustedKey | ReasonCode> {
  const candidates = trust.keys.filter((key) => key.verificationMethod === proof.verificationMethod);
  if (candidates.length === 0) return "CERTIFICATE_KEY_UNKNOWN";
  const hashes = suites[proof.suite]!;
  const fitting = candidates.filter(({ algorithm }) => hashes[algorithm] !== undefined).slice(0, mostKeysTried);
  if (fitting.length === 0) return "CERTIFICATE_ALGORITHM_REFUSED";
  const parts = [proof.options, document].map((part) => utf8Bytes(canonicalJson(part)));
  for (const key of fitting) {
    const hash = hashes[key.algorithm]!;
    const signed = joinBytes(...(await Promise.all(parts.map((part) => primitives.digest(hash, part)))));
    if (await primitives.verify(key, signed, proof.signature)) return key;
  }
  return "CERTIFICATE_SIGNATURE_INVALID";
}

/** The document with an eddsa-jcs-2022 proof, to be signed with Ed25519. */
export async function unsignedVc2(
  document: JsonObject,
  by: { verificationMethod: string; created: Date },
  primitives: Pick<Primitives, "digest">,
): Promise<Unsigned<JsonObject>> {
  const { bytes, finish } = await unsignedJcsProof(document, by, primitives);
  return {
    parts: [{ algorithm: "EdDSA", bytes }],
    finish: (signatures) => ({ ...document, proof: finish(onlySignature(signatures)) }),
  };
}

/** An eddsa-jcs-2022 proof over a document, with Ed25519 (vc-di-eddsa 3.3). */
export async function unsignedJcsProof(
  document: JsonObject,
  { verificationMethod, created }: { verificationMethod: string; created: Date },
  primitives: Pick<Primitives, "digest">,
): Promise<{ bytes: Uint8Array; finish: (signature: Uint8Array) => JsonObject }> {
  const options: JsonObject = {
    type: "DataIntegrityProof",
    cryptosuite: "eddsa-jcs-2022",
    created: `${created.toISOString().slice(0, 19)}Z`,
    verificationMethod,
    proofPurpose: "assertionMethod",
    ...(document["@context"] !== undefined && { "@context": document["@context"] }),
  };
  const parts = [options, document].map((part) => primitives.digest("SHA-256", utf8Bytes(canonicalJson(part))));
  return {
    bytes: joinBytes(...(await Promise.all(parts))),
    finish: (signature) => ({ ...options, proofValue: `z${toBase58(signature)}` }),
  };
}

function lifeOf(document: JsonObject, { created, expires }: Proof) {
  const validFrom = instantOfText(document["validFrom"]);
  const ends = [instantOfText(document["validUntil"]), expires].filter((end) => end !== undefined);
  const expiresAt = ends.sort((a, b) => a.getTime() - b.getTime())[0];
  return { ...(created && { issuedAt: created }), ...(validFrom && { validFrom }), ...(expiresAt && { expiresAt }) };
}
