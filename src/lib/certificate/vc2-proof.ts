// Data Integrity proofs of W3C credentials: reading one, and which trusted key made it. Over canonical JSON
// (eddsa-jcs-2022, ecdsa-jcs-2019) every byte of meaning is signed and no vocabulary is needed. Over canonical RDF
// (eddsa-rdfc-2022, ecdsa-rdfc-2019, Ed25519Signature2020) only what words mean is signed: whoever calls must lend the
// reader of vocabularies, or such a proof is refused.
// SPDX-License-Identifier: Apache-2.0
import { fromBase58, joinBytes, utf8Bytes } from "./bytes.js";
import { canonicalJson } from "./jcs.js";
import { isJsonArray, isJsonObject, type Json, type JsonObject } from "./json.js";
import type { VerifyOptions } from "./options.js";
import type { Hash } from "./primitives.js";
import { instantOfText } from "./problems.js";
import { canonicalRdf } from "./rdfc10.js";
import { type KeyAlgorithm, type TrustedKey, unlessRevoked } from "./trust.js";
import type { ReasonCode } from "./verdict.js";

interface Suite {
  readonly over: "json" | "rdf";
  /** Which keys may sign, and what each hashes with. */
  readonly hashes: Partial<Record<KeyAlgorithm, Hash>>;
}
const edwards: Suite["hashes"] = { EdDSA: "SHA-256" };
const nist: Suite["hashes"] = { ES256: "SHA-256", ES384: "SHA-384" };
const suites: Readonly<Record<string, Suite>> = {
  "eddsa-jcs-2022": { over: "json", hashes: edwards },
  "ecdsa-jcs-2019": { over: "json", hashes: nist },
  "eddsa-rdfc-2022": { over: "rdf", hashes: edwards },
  "ecdsa-rdfc-2019": { over: "rdf", hashes: nist },
  Ed25519Signature2020: { over: "rdf", hashes: edwards },
};
const mostKeysTried = 8;

export interface Proof {
  readonly suite: string;
  readonly verificationMethod: string;
  readonly signature: Uint8Array;
  readonly options: JsonObject;
  readonly created: Date | undefined;
  readonly expires: Date | undefined;
}

export function readProof(value: unknown, document: JsonObject): Proof | undefined {
  if (!isJsonObject(value)) return undefined;
  const { proofValue, ...options } = value;
  const { type, cryptosuite, created, expires, verificationMethod, proofPurpose } = options;
  if (proofPurpose !== "assertionMethod" || "previousProof" in options) return undefined;
  const isOf2020 = type === "Ed25519Signature2020" && cryptosuite === undefined;
  const suite = isOf2020 ? type : type === "DataIntegrityProof" ? cryptosuite : undefined;
  if (typeof suite !== "string" || !Object.hasOwn(suites, suite)) return undefined;
  if (typeof verificationMethod !== "string" || typeof proofValue !== "string") return undefined;
  const signature = proofValue.startsWith("z") ? fromBase58(proofValue.slice(1)) : undefined;
  const [createdAt, expiresAt] = [created, expires].map(instantOfText);
  if (!signature || (created !== undefined && !createdAt) || (expires !== undefined && !expiresAt)) return undefined;
  // Contexts that were added to the document after signing would change what its words mean.
  const context = options["@context"];
  const sameContext = context === undefined || canonicalJson(context) === canonicalJson(document["@context"] ?? null);
  if (!sameContext) return undefined;
  return { suite, verificationMethod, signature, options, created: createdAt, expires: expiresAt };
}

/** False for a proof over RDF where nobody lent a reader, or where the document brings meanings of its own along. */
export function canRead(proof: Proof, document: JsonObject, { asRdf }: VerifyOptions): boolean {
  if (suites[proof.suite]!.over === "json") return true;
  const contexts = document["@context"];
  const named = isJsonArray(contexts) && contexts.every((each) => typeof each === "string");
  return asRdf !== undefined && named && !Object.values(document).some(hasContext);
}

function hasContext(value: Json | undefined): boolean {
  if (value !== undefined && isJsonArray(value)) return value.some(hasContext);
  if (value === undefined || !isJsonObject(value)) return false;
  return Object.entries(value).some(([name, inside]) => name === "@context" || hasContext(inside));
}

export async function findSigner(
  proof: Proof,
  document: JsonObject,
  options: VerifyOptions,
): Promise<TrustedKey | ReasonCode> {
  const { trust, primitives } = options;
  const candidates = trust.keys.filter((key) => key.verificationMethod === proof.verificationMethod);
  if (candidates.length === 0) return "CERTIFICATE_KEY_UNKNOWN";
  const { hashes } = suites[proof.suite]!;
  const fitting = candidates.filter(({ algorithm }) => hashes[algorithm] !== undefined).slice(0, mostKeysTried);
  if (fitting.length === 0) return "CERTIFICATE_ALGORITHM_REFUSED";
  const signedBytes = new Map<Hash, Uint8Array | undefined>();
  for (const key of fitting) {
    const hash = hashes[key.algorithm]!;
    if (!signedBytes.has(hash)) signedBytes.set(hash, await bytesToSign(proof, document, hash, options));
    const signed = signedBytes.get(hash);
    if (!signed) return "CERTIFICATE_CONTEXT_UNKNOWN";
    if (await primitives.verify(key, signed, proof.signature)) return unlessRevoked(key, trust);
  }
  return "CERTIFICATE_SIGNATURE_INVALID";
}

/** Undefined if the document has no RDF form that we can name. */
async function bytesToSign(
  { suite, options }: Proof,
  document: JsonObject,
  hash: Hash,
  { asRdf, primitives }: VerifyOptions,
): Promise<Uint8Array | undefined> {
  const hashed: Uint8Array[] = [];
  const isJson = suites[suite]!.over === "json";
  const context = document["@context"] ?? null;
  for (const part of [isJson ? options : { ...options, "@context": context }, document]) {
    const quads = isJson ? undefined : await asRdf?.(part);
    const canonical = quads === undefined ? undefined : (await canonicalRdf(quads, hash, primitives))?.text;
    const text = isJson ? canonicalJson(part) : canonical;
    // A document without a single statement says nothing that a signature could bind.
    if (!text) return undefined;
    hashed.push(await primitives.digest(hash, utf8Bytes(text)));
  }
  return joinBytes(...hashed);
}
