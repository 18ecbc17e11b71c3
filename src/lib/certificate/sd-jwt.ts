// SD-JWT (RFC 9901) and SD-JWT VC ("dc+sd-jwt", earlier "vc+sd-jwt"): a signed set of digests, and the claims that the
// holder chose to disclose. Compact, or JSON with one signature. Issuer keys are handed in.
// SPDX-License-Identifier: Apache-2.0
import { utf8Text } from "./bytes.js";
import { hashOf, openDisclosures } from "./disclosures.js";
import { isHolderProven } from "./holder-proof.js";
import { isJsonArray, isJsonObject, type JsonObject, parseJsonObject } from "./json.js";
import { findJwsSigner, type Jws, parseJws } from "./jws.js";
import type { VerifyOptions } from "./options.js";
import { checkStatus, statusClaim } from "./status.js";
import { instantOf, judgeTime } from "./time.js";
import { Progress, type Reason, type Verdict } from "./verdict.js";

const credentialTypes = ["dc+sd-jwt", "vc+sd-jwt"];
/** SD-JWT VC 3.2.2.2: never selectively disclosed, so that whoever verifies sees them always. */
const alwaysPlain = ["iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status"];

export function isSdJwt(text: string): boolean {
  return /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*~[A-Za-z0-9_.~-]*$/.test(text);
}

/** The compact form of a JSON serialisation (RFC 9901 section 8); undefined for other JSON. */
export function compactSdJwt(json: JsonObject): string | undefined {
  const signatures = json["signatures"];
  const signed = isJsonArray(signatures) && signatures.length === 1 ? signatures[0] : json;
  if (!isJsonObject(signed)) return undefined;
  const { protected: head, signature, header } = signed;
  const { payload } = json;
  if (typeof head !== "string" || typeof payload !== "string" || typeof signature !== "string") return undefined;
  const { disclosures = [], kb_jwt: proof = "" } = isJsonObject(header) ? header : {};
  if (!isJsonArray(disclosures) || typeof proof !== "string") return undefined;
  const parts = [`${head}.${payload}.${signature}`, ...disclosures, proof];
  // A "~" inside a part would be read as two parts.
  const whole = parts.filter((part): part is string => typeof part === "string" && !part.includes("~"));
  return whole.length === parts.length ? whole.join("~") : undefined;
}

export async function verifySdJwt(text: string, options: VerifyOptions): Promise<Verdict> {
  const progress = new Progress("sd-jwt-vc");
  const [jwt = "", ...rest] = text.split("~");
  const proof = rest.pop();
  const jws = parseJws(jwt);
  const payload = jws && parseJsonObject(utf8Text(jws.payload) ?? "");
  if (!jws || !payload || proof === undefined || !isTyped(jws)) return progress.stop("CERTIFICATE_JWS_INVALID");
  progress.passed.push("encoding", "envelope");
  const issuer = payload["iss"];
  if (typeof issuer !== "string" || issuer === "") return progress.stop("CERTIFICATE_CLAIMS_INVALID", "iss");
  const candidates = options.trust.keys.filter((key) => key.issuer === issuer);
  const key = await findJwsSigner(jws, candidates, options);
  if (typeof key === "string") return progress.stop(key);
  progress.signedBy(key);
  progress.know({ issuer });

  const opened = await openDisclosures(payload, rest, options.primitives);
  const hidden = opened && alwaysPlain.find((name) => opened.disclosedAtTop.has(name));
  if (!opened || hidden !== undefined) return progress.stop("CERTIFICATE_DISCLOSURE_INVALID", hidden);
  const wrong = wrongClaim(opened.claims, jws);
  if (wrong !== undefined) return progress.stop("CERTIFICATE_CLAIMS_INVALID", wrong);
  progress.passed.push("claims", "content");
  const life = lifeOf(opened.claims);
  progress.know({ claims: opened.claims, ...life });

  const reasons: Reason[] = [];
  progress.check(
    "time",
    judgeTime(life, key, options.at).map((code) => ({ code })),
    reasons,
  );
  checkStatus(statusClaim(opened.claims["status"]), key, options, progress, reasons);
  if (proof !== "" || options.holderBinding) {
    const shown = text.slice(0, text.length - proof.length);
    const presented = { proof, shown, hash: hashOf(payload)!, confirmation: payload["cnf"] };
    const proven = await isHolderProven(presented, options);
    if (!proven) reasons.push({ code: "CERTIFICATE_HOLDER_UNPROVEN" });
    else if (options.holderBinding) progress.passed.push("holder");
  }
  return progress.finish(reasons);
}

/** RFC 9901 9.11: an SD-JWT says so in its type, so that no other signed token of the issuer passes for one. */
function isTyped({ header }: Jws): boolean {
  return typeof header["typ"] === "string" && /^[a-z0-9.-]+\+sd-jwt$/.test(header["typ"]);
}

/** The name of the first claim that is not of its kind. */
function wrongClaim(claims: JsonObject, { header }: Jws): string | undefined {
  const times = ["iat", "nbf", "exp"].find((name) => claims[name] !== undefined && !instantOf(claims[name]));
  if (times !== undefined) return times;
  const isCredential = credentialTypes.includes(header["typ"] as string);
  if (isCredential && (typeof claims["vct"] !== "string" || claims["vct"] === "")) return "vct";
  if (statusClaim(claims["status"]) === "malformed") return "status";
  return claims["cnf"] === undefined || isJsonObject(claims["cnf"]) ? undefined : "cnf";
}

function lifeOf(claims: JsonObject) {
  const [issuedAt, validFrom, expiresAt] = ["iat", "nbf", "exp"].map((name) => instantOf(claims[name]));
  return { ...(issuedAt && { issuedAt }), ...(validFrom && { validFrom }), ...(expiresAt && { expiresAt }) };
}
