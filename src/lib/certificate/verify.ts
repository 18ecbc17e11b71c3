// One question for every format: is this a certificate, and does it hold? Formats stand beside each other here; each
// has its own file and gives the same kind of verdict.
// SPDX-License-Identifier: Apache-2.0
import { utf8Text } from "./bytes.js";
import { looksLikeDivoc, verifyDivoc } from "./divoc.js";
import { isHardened, verifyHardened } from "./divoc-hardened.js";
import { hcertPrefix, verifyHcert } from "./hcert.js";
import { type JsonObject, parseJsonObject } from "./json.js";
import type { VerifyOptions } from "./options.js";
import { compactSdJwt, isSdJwt, verifySdJwt } from "./sd-jwt.js";
import { cardsIn, shcPrefix, verifyShc, verifyShcCode, verifyShcFile } from "./shc.js";
import { looksLikeVc2, verifyVc2 } from "./vc2.js";
import { looksLikeVdsNc, verifyVdsNc } from "./vds-nc.js";
import { type Format, outcomeOf, type ReasonCode, type Verdict } from "./verdict.js";
import { isWholeZip, unzipCertificate, zipStart } from "./zip.js";

const longestInput = 65_536;
/** A QR code holds 2,953 bytes; a zip of one is never large. */
const largestUnzipped = 65_536;
const byteOrderMark = "\ufeff";

interface Reader<Input> {
  readonly format: Format;
  readonly recognises: (input: Input) => boolean;
  readonly verify: (input: Input, options: VerifyOptions) => Promise<Verdict>;
}
const textFormats: readonly Reader<string>[] = [
  { format: "hcert", recognises: (text) => text.startsWith(hcertPrefix), verify: verifyHcert },
  { format: "shc", recognises: (text) => text.startsWith(shcPrefix), verify: verifyShcCode },
  { format: "sd-jwt-vc", recognises: isSdJwt, verify: verifySdJwt },
  { format: "shc", recognises: isCompactJws, verify: verifyShc },
];
const jsonFormats: readonly Reader<JsonObject>[] = [
  { format: "divoc", recognises: looksLikeDivoc, verify: verifyCowin },
  { format: "shc", recognises: (json) => cardsIn(json) !== undefined, verify: verifyShcFile },
  { format: "vc-2.0", recognises: looksLikeVc2, verify: verifyVc2 },
  { format: "vds-nc", recognises: looksLikeVdsNc, verify: verifyVdsNc },
  {
    format: "sd-jwt-vc",
    recognises: (json) => compactSdJwt(json) !== undefined,
    verify: (json, options) => verifySdJwt(compactSdJwt(json) ?? "", options),
  },
];

/** Never throws, whatever it is given: the text of a QR code or file, or its bytes where it is not text. */
export async function verifyCertificate(input: string | Uint8Array, options: VerifyOptions): Promise<Verdict> {
  if (input.length > longestInput) return unreadable("CERTIFICATE_TEXT_TOO_LARGE");
  const zip = zipIn(input);
  if (zip) {
    const content = await unzipCertificate(zip, largestUnzipped, options.primitives);
    if (content === "too-large") return unreadable("CERTIFICATE_CONTENT_TOO_LARGE", "divoc");
    if (content === "corrupt") return unreadable("CERTIFICATE_CONTAINER_INVALID", "divoc");
    const json = parseJsonObject(utf8Text(content.bytes) ?? "");
    return json ? verifyCowin(json, options) : unreadable("CERTIFICATE_JSON_INVALID", "divoc");
  }
  const text = typeof input === "string" ? input : utf8Text(input);
  return text === undefined ? unreadable("CERTIFICATE_FORMAT_UNKNOWN") : verifyText(text, options);
}

/** Co-WIN's own credentials, and those of our hardened profile of it. */
function verifyCowin(json: JsonObject, options: VerifyOptions): Promise<Verdict> {
  return isHardened(json) ? verifyHardened(json, options) : verifyDivoc(json, options);
}

/** White space around the text is dropped: no format begins or ends with it. */
async function verifyText(text: string, options: VerifyOptions): Promise<Verdict> {
  const trimmed = (text.startsWith(byteOrderMark) ? text.slice(1) : text).trim();
  const reader = textFormats.find((format) => format.recognises(trimmed));
  if (reader) return reader.verify(trimmed, options);
  if (!trimmed.startsWith("{")) return unreadable("CERTIFICATE_FORMAT_UNKNOWN");
  const json = parseJsonObject(trimmed);
  if (!json) return unreadable("CERTIFICATE_JSON_INVALID");
  const jsonReader = jsonFormats.find((format) => format.recognises(json));
  return jsonReader ? jsonReader.verify(json, options) : unreadable("CERTIFICATE_FORMAT_UNKNOWN");
}

/**
 * The bytes of a zip, if this is one. Co-WIN's JavaScript service handed the zip to its QR writer as a text, so that each
 * byte from 0x80 on became two (UTF-8); its other service wrote the bytes as they are. Only one reading can add up.
 */
function zipIn(input: string | Uint8Array): Uint8Array | undefined {
  if (typeof input === "string" && !input.startsWith(zipStart)) return undefined;
  const bytes = typeof input === "string" ? bytesOfCharacters(input) : input;
  if (!bytes || ![...zipStart].every((character, index) => bytes[index] === character.charCodeAt(0))) return undefined;
  const text = isWholeZip(bytes) ? undefined : utf8Text(bytes);
  return text === undefined ? bytes : (bytesOfCharacters(text) ?? bytes);
}

/** Each character as a byte, where a reader of QR codes could give text only. */
function bytesOfCharacters(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0xff) return undefined;
    bytes[i] = code;
  }
  return bytes;
}

function isCompactJws(text: string): boolean {
  return /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$/.test(text);
}

function unreadable(code: ReasonCode, format?: Format): Verdict {
  return { outcome: outcomeOf([{ code }]), format, reasons: [{ code }], passed: [] };
}
