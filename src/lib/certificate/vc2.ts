// W3C verifiable credentials 2.0 with a Data Integrity proof (vc-di-eddsa, vc-di-ecdsa; vc2-proof.ts), and issuing them
// with eddsa-jcs-2022.
// SPDX-License-Identifier: Apache-2.0
import { joinBytes, toBase58, utf8Bytes } from "./bytes.js";
import { canonicalJson } from "./jcs.js";
import { isJsonArray, isJsonObject, type JsonObject } from "./json.js";
import type { VerifyOptions } from "./options.js";
import type { Primitives } from "./primitives.js";
import { instantOfText, Problems } from "./problems.js";
import { checkStatus, credentialStatus } from "./status.js";
import { judgeTime } from "./time.js";
import { onlySignature, type Unsigned } from "./unsigned.js";
import { canRead, findSigner, type Proof, readProof } from "./vc2-proof.js";
import { checkCredential, vc2Context } from "./vc2-shape.js";
import { Progress, type Reason, type Verdict } from "./verdict.js";

export function looksLikeVc2(json: JsonObject): boolean {
  const context = json["@context"];
  return context === vc2Context || (isJsonArray(context) && context.includes(vc2Context));
}

export async function verifyVc2(json: JsonObject, options: VerifyOptions): Promise<Verdict> {
  const progress = new Progress("vc-2.0");
  progress.passed.push("encoding");
  const { proof: given, ...document } = json;
  const proof = readProof(isJsonArray(given) && given.length === 1 ? given[0] : given, document);
  if (!proof || !canRead(proof, document, options)) return progress.stop("CERTIFICATE_PROOF_INVALID", "proof");
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
