// ICAO Visible Digital Seal for non-constrained environments (Doc 9303 part 13, VDS-NC 1.3): proof of vaccination or test as
// JSON with an ES256 signature over its canonical form. The seal carries its signer's certificate; trusted is only a key
// that was handed in.
// SPDX-License-Identifier: Apache-2.0
import { fromBase64, fromBase64url, hex, utf8Bytes } from "./bytes.js";
import { canonicalJson } from "./jcs.js";
import { isJsonArray, isJsonObject, type JsonObject } from "./json.js";
import type { VerifyOptions } from "./options.js";
import { isRealDate, Problems } from "./problems.js";
import { type KeyUse, type TrustedKey, unlessRevoked } from "./trust.js";
import {
  type Holder,
  Progress,
  type Reason,
  type ReasonCode,
  type VaccinationStatement,
  type Verdict,
} from "./verdict.js";

const types: Readonly<Record<string, KeyUse>> = { "icao.vacc": "vaccination", "icao.test": "test" };

export function looksLikeVdsNc(json: JsonObject): boolean {
  return isJsonObject(json["data"]) && isJsonObject(json["data"]["hdr"]) && isJsonObject(json["sig"]);
}

export async function verifyVdsNc(json: JsonObject, options: VerifyOptions): Promise<Verdict> {
  const progress = new Progress("vds-nc");
  progress.passed.push("encoding");
  const { data, sig, ...more } = json;
  if (!isJsonObject(data) || !isJsonObject(sig) || Object.keys(more).length > 0)
    return progress.stop("CERTIFICATE_PROOF_INVALID");
  const signature = typeof sig["sigvl"] === "string" ? fromPaddedBase64url(sig["sigvl"]) : undefined;
  const certificate = typeof sig["cer"] === "string" ? fromPaddedBase64url(sig["cer"]) : undefined;
  if (!signature || !certificate) return progress.stop("CERTIFICATE_PROOF_INVALID", "sig");
  progress.passed.push("envelope");
  const key = await findSigner(data, sig["alg"], certificate, signature, options);
  if (typeof key === "string") return progress.stop(key);
  progress.signedBy(key);
  return judge(data, key, progress);
}

/** The certificate names its key: trusted is one with the same bytes, whatever the certificate says of itself. */
async function findSigner(
  data: JsonObject,
  algorithm: unknown,
  certificate: Uint8Array,
  signature: Uint8Array,
  { trust, primitives }: VerifyOptions,
): Promise<TrustedKey | ReasonCode> {
  const text = hex(certificate);
  const key = trust.keys.find(({ algorithm, publicKey }) => {
    const der = algorithm === "ES256" ? fromBase64(publicKey) : undefined;
    return der !== undefined && der.length > 64 && text.includes(hex(der));
  });
  if (!key) return "CERTIFICATE_KEY_UNKNOWN";
  if (algorithm !== key.algorithm) return "CERTIFICATE_ALGORITHM_REFUSED";
  const held = await primitives.verify(key, utf8Bytes(canonicalJson(data)), signature);
  return held ? unlessRevoked(key, trust) : "CERTIFICATE_SIGNATURE_INVALID";
}

function judge(data: JsonObject, key: TrustedKey, progress: Progress): Verdict {
  const header = isJsonObject(data["hdr"]) ? data["hdr"] : {};
  const message = data["msg"];
  const type = header["t"];
  const use = typeof type === "string" && Object.hasOwn(types, type) ? types[type] : undefined;
  const issuer = header["is"];
  if (!use || !isJsonObject(message) || typeof issuer !== "string")
    return progress.stop("CERTIFICATE_CLAIMS_INVALID", "data.hdr");
  progress.know({ issuer });
  const reasons: Reason[] = [];
  const mismatch = key.country !== "" && key.issuer === undefined && key.country !== issuer;
  progress.check("claims", mismatch ? [{ code: "CERTIFICATE_ISSUER_MISMATCH" }] : [], reasons);
  const misused = key.uses.length > 0 && !key.uses.includes(use);
  progress.check("use", misused ? [{ code: "CERTIFICATE_KEY_USE_REFUSED" }] : [], reasons);
  const problems = new Problems();
  const holder = readHolder(message, problems);
  const statement = use === "vaccination" ? readDose(message, issuer, problems) : undefined;
  progress.check("content", problems.reasons, reasons);
  if (problems.reasons.length === 0) progress.know({ ...(holder && { holder }), ...(statement && { statement }) });
  return progress.finish(reasons);
}

function readHolder(message: JsonObject, problems: Problems): Holder | undefined {
  const person = message["pid"];
  if (!isJsonObject(person)) {
    problems.wrong("data.msg.pid");
    return undefined;
  }
  const name = problems.text(person, "data.msg.pid.", "n", /\S/, 39);
  const born = person["dob"];
  problems.expect(born === undefined || isRealDate(born), "data.msg.pid.dob");
  return name === undefined ? undefined : { name, latinName: name, born: typeof born === "string" ? born : "" };
}

/** The last dose of the last event. */
function readDose(message: JsonObject, issuer: string, problems: Problems): VaccinationStatement | undefined {
  const certificateId = problems.text(message, "data.msg.", "uvci", /\S/, 80);
  const events = message["ve"];
  const event = isJsonArray(events) ? events.at(-1) : undefined;
  const doses = isJsonObject(event) ? event["vd"] : undefined;
  const dose = isJsonArray(doses) ? doses.at(-1) : undefined;
  if (!isJsonObject(event) || !isJsonObject(dose)) {
    problems.wrong("data.msg.ve");
    return undefined;
  }
  const product = problems.text(event, "data.msg.ve.", "nam", /\S/, 80);
  const number = Number(dose["seq"]);
  problems.expect(Number.isSafeInteger(number) && number >= 1, "data.msg.ve.vd.seq");
  problems.expect(isRealDate(dose["dvc"]), "data.msg.ve.vd.dvc");
  if (certificateId === undefined || product === undefined) return undefined;
  const text = (value: unknown) => (typeof value === "string" ? value : "");
  return {
    kind: "vaccination",
    disease: text(event["dis"]),
    vaccine: text(event["des"]),
    product,
    manufacturer: "",
    dose: number,
    doses: number,
    givenOn: text(dose["dvc"]),
    country: text(dose["ctr"]),
    issuer,
    certificateId,
  };
}

/** These seals write their base64url with padding. */
function fromPaddedBase64url(text: string): Uint8Array | undefined {
  return text.length % 4 === 0 ? fromBase64url(text.replace(/={1,2}$/, "")) : undefined;
}
