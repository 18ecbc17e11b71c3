// The hardened Co-WIN profile: a Co-WIN credential whose words have one meaning each (a context of the issuer's own), with
// two proofs over the same document. The first is the one that Co-WIN's readers know (Ed25519Signature2018 over RDF), the
// second binds the JSON itself, names, order and all (eddsa-jcs-2022). Both must hold, by the same key.
// SPDX-License-Identifier: Apache-2.0
import { joinBytes, toBase64url, utf8Bytes } from "./bytes.js";
import { findSigner, readProof } from "./divoc.js";
import { canonicalCredential, canonicalProof, hardenedShape, OutsideShape } from "./divoc-canonical.js";
import { type CourseFacts, lastDose, namesOf, timeText } from "./facts.js";
import { isJsonArray, isJsonObject, type JsonObject } from "./json.js";
import type { VerifyOptions } from "./options.js";
import { type IssuerNames, issuerNames } from "./own-keys.js";
import type { Primitives } from "./primitives.js";
import { instantOfText, isRealDate, Problems } from "./problems.js";
import { checkStatus, credentialStatus } from "./status.js";
import { judgeTime } from "./time.js";
import type { TrustedKey } from "./trust.js";
import type { Unsigned } from "./unsigned.js";
import { unsignedJcsProof } from "./vc2.js";
import { findSigner as findJcsSigner, readProof as readJcsProof } from "./vc2-proof.js";
import { Progress, type Reason, type Verdict } from "./verdict.js";

const credentialsContext = "https://www.w3.org/2018/credentials/v1";
export const hardenedPath = "/credentials/vaccination/v3";

/** The credential of the last dose, and both its proofs to be signed with Ed25519. */
export async function unsignedHardened(
  facts: CourseFacts,
  verificationMethod: string,
  primitives: Pick<Primitives, "digest">,
): Promise<Unsigned<JsonObject>> {
  const document = hardenedCredential(facts);
  const by = { verificationMethod, created: facts.issuedAt };
  const proof = { type: "Ed25519Signature2018", created: timeText(facts.issuedAt), verificationMethod };
  const head = toBase64url(utf8Bytes('{"alg":"EdDSA","b64":false,"crit":["b64"]}'));
  const canonical = await canonicalCredential(
    document,
    hardenedShape(`${facts.issuer.url}${hardenedPath}`),
    primitives,
  );
  const hashes = [canonicalProof(proof), canonical].map((text) => primitives.digest("SHA-256", utf8Bytes(text)));
  const jcs = await unsignedJcsProof(document, by, primitives);
  return {
    parts: [
      { algorithm: "EdDSA", bytes: joinBytes(utf8Bytes(`${head}.`), ...(await Promise.all(hashes))) },
      { algorithm: "EdDSA", bytes: jcs.bytes },
    ],
    finish([first, second]) {
      if (first?.length !== 64 || second?.length !== 64) throw new Error("two Ed25519 signatures are wanted");
      const jws = `${head}..${toBase64url(first)}`;
      return { ...document, proof: [{ ...proof, proofPurpose: "assertionMethod", jws }, jcs.finish(second)] };
    },
  };
}

function hardenedCredential(facts: CourseFacts): JsonObject {
  const { person, issuer, issuedAt, expiresAt, certificateId, stage, status } = facts;
  const dose = lastDose(facts);
  const { vaccine, product, manufacturer } = namesOf(dose);
  return {
    "@context": [credentialsContext, `${issuer.url}${hardenedPath}`],
    type: ["VerifiableCredential", "ProofOfVaccinationCredential"],
    issuer: issuer.did,
    issuanceDate: timeText(issuedAt),
    expirationDate: timeText(expiresAt),
    nonTransferable: "true",
    credentialSubject: {
      type: "Person",
      id: `urn:vaccination-certificate:${certificateId}:holder`,
      name: person.name,
      gender: person.gender,
      ...(person.birthDate === undefined ? { birthYear: person.birthYear } : { dob: person.birthDate }),
      ...(person.passportNumber !== undefined && { passportNumber: person.passportNumber }),
    },
    evidence: [
      {
        id: `urn:vaccination-certificate:${certificateId}`,
        type: ["Vaccination"],
        certificateId,
        batch: dose.batch,
        vaccine: product,
        prophylaxis: vaccine,
        manufacturer,
        date: dose.givenOn,
        dose: dose.doseNumber,
        totalDoses: dose.primaryDoses,
        stage,
        facilityName: dose.place,
        country: dose.country,
      },
    ],
    credentialStatus: {
      id: `${status.uri}#${status.index}`,
      type: "BitstringStatusListEntry",
      statusPurpose: "revocation",
      statusListIndex: String(status.index),
      statusListCredential: status.uri,
    },
  };
}

/** What the issuer serves under the context's address. */
export function hardenedContext({ url }: Pick<IssuerNames, "url">): JsonObject {
  const own = `${url}${hardenedPath}#`;
  const words =
    "ProofOfVaccinationCredential Person Vaccination BitstringStatusListEntry nonTransferable name gender birthYear dob " +
    "passportNumber certificateId batch vaccine prophylaxis manufacturer date dose totalDoses stage facilityName country " +
    "statusPurpose statusListIndex";
  return {
    "@context": {
      "@version": 1.1,
      ...Object.fromEntries(words.split(" ").map((word) => [word, own + word])),
      statusListCredential: { "@id": `${own}statusListCredential`, "@type": "@id" },
    },
  };
}

/** By its context and its list of proofs: whatever else has such a context is refused for the context. */
export function isHardened(json: JsonObject): boolean {
  return contextOf(json) !== undefined && isJsonArray(json["proof"]);
}

/** The address of the context, of the form that the profile wants. */
function contextOf(document: JsonObject): string | undefined {
  const contexts = document["@context"];
  if (!isJsonArray(contexts) || contexts.length !== 2 || contexts[0] !== credentialsContext) return undefined;
  const own = contexts[1];
  return typeof own === "string" && /^https:\/\/[^/\s?#]+\/credentials\/vaccination\/v3$/.test(own) ? own : undefined;
}

export async function verifyHardened(json: JsonObject, options: VerifyOptions): Promise<Verdict> {
  const progress = new Progress("divoc");
  progress.passed.push("encoding");
  const { proof: proofs, ...document } = json;
  const context = contextOf(document);
  if (context === undefined) return progress.stop("CERTIFICATE_CONTEXT_UNKNOWN", "@context");
  const [first, second] = isJsonArray(proofs) && proofs.length === 2 ? proofs : [];
  const [proof, jcs] = [readProof(first), readJcsProof(second, document)];
  if (!proof || jcs?.suite !== "eddsa-jcs-2022" || jcs.verificationMethod !== proof.verificationMethod)
    return progress.stop("CERTIFICATE_PROOF_INVALID", "proof");
  progress.passed.push("envelope");
  let canonical: string;
  try {
    canonical = await canonicalCredential(document, hardenedShape(context), options.primitives);
  } catch (error) {
    if (!(error instanceof OutsideShape)) throw error;
    return progress.stop("CERTIFICATE_CONTENT_INVALID", error.place);
  }
  const key = await findSigner(proof, canonical, options);
  if (typeof key === "string") return progress.stop(key);
  const bound = await findJcsSigner(jcs, document, options);
  if (bound !== key) return progress.stop(typeof bound === "string" ? bound : "CERTIFICATE_SIGNATURE_INVALID");
  progress.signedBy(key);
  return judge(document, context, key, options, progress);
}

function judge(
  document: JsonObject,
  context: string,
  key: TrustedKey,
  options: VerifyOptions,
  progress: Progress,
): Verdict {
  const issuer = document["issuer"];
  const isOwn = issuer === key.issuer && issuer === issuerNames(context).did;
  if (!isOwn) return progress.stop("CERTIFICATE_ISSUER_MISMATCH");
  const [issuedAt, expiresAt] = [document["issuanceDate"], document["expirationDate"]].map(instantOfText);
  if (!issuedAt || !expiresAt) return progress.stop("CERTIFICATE_CLAIMS_INVALID", "issuanceDate");
  progress.passed.push("claims");
  progress.know({ issuer, issuedAt, expiresAt });
  const reasons: Reason[] = [];
  progress.check(
    "time",
    judgeTime({ issuedAt, expiresAt }, key, options.at).map((code) => ({ code })),
    reasons,
  );
  const misused = key.uses.length > 0 && !key.uses.includes("vaccination");
  progress.check("use", misused ? [{ code: "CERTIFICATE_KEY_USE_REFUSED" }] : [], reasons);
  const problems = new Problems();
  const known = readContent(document, problems);
  const status = credentialStatus(document["credentialStatus"]);
  if (status === "malformed") problems.wrong("credentialStatus");
  progress.check("content", problems.reasons, reasons);
  if (known) progress.know(known);
  checkStatus(status, key, options, progress, reasons);
  return progress.finish(reasons);
}

function readContent(document: JsonObject, problems: Problems): Pick<Verdict, "holder" | "statement"> | undefined {
  const subject = isJsonObject(document["credentialSubject"]) ? document["credentialSubject"] : {};
  const evidence = isJsonArray(document["evidence"]) ? document["evidence"][0] : undefined;
  if (!isJsonObject(evidence)) {
    problems.wrong("evidence");
    return undefined;
  }
  const [person, at] = ["credentialSubject.", "evidence[0]."];
  const name = problems.text(subject, person, "name", /\S/, 600);
  const { dob, birthYear } = subject;
  const year = typeof birthYear === "number" ? String(birthYear) : "";
  problems.expect(dob === undefined ? /^(?:19|20)\d\d$/.test(year) : isRealDate(dob), `${person}dob`);
  const texts = [
    "certificateId",
    "batch",
    "vaccine",
    "prophylaxis",
    "manufacturer",
    "facilityName",
    "country",
  ] as const;
  const [certificateId, , product, vaccine, manufacturer, , country] = texts.map((each) =>
    problems.text(evidence, at, each, /\S/, 600),
  );
  const { date, dose, totalDoses } = evidence;
  problems.expect(isRealDate(date), `${at}date`);
  for (const [word, count] of Object.entries({ dose, totalDoses }))
    problems.expect(Number.isSafeInteger(count) && (count as number) >= 1, at + word);
  if (problems.reasons.length > 0) return undefined;
  return {
    holder: { name: name!, latinName: name!, born: (dob as string | undefined) ?? year },
    statement: {
      kind: "vaccination",
      disease: "COVID-19",
      vaccine: vaccine!,
      product: product!,
      manufacturer: manufacturer!,
      dose: dose as number,
      doses: totalDoses as number,
      givenOn: date as string,
      country: country!,
      issuer: document["issuer"] as string,
      certificateId: certificateId!,
    },
  };
}
