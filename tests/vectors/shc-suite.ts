// SMART Health Cards: the examples of the specification and the cases of its developer tools, layer by layer.
// SPDX-License-Identifier: Apache-2.0
import { PNG } from "pngjs";
import { readIssuerKeys } from "../../src/lib/certificate/issuer-keys.js";
import { parseJson, parseJsonObject } from "../../src/lib/certificate/json.js";
import { nodePrimitives } from "../../src/lib/certificate/node-primitives.js";
import { judgeShcPayload } from "../../src/lib/certificate/shc.js";
import { readHealthBundle } from "../../src/lib/certificate/shc-content.js";
import type { TrustedKey } from "../../src/lib/certificate/trust.js";
import { Progress, type Verdict } from "../../src/lib/certificate/verdict.js";
import { verifyCertificate } from "../../src/lib/certificate/verify.js";
import { webPrimitives } from "../../src/lib/certificate/web-primitives.js";
import { readQrPhoto } from "../../src/platform/qr/read-qr-photo.js";
import { trusting } from "./keys.js";
import { type CaseResult, compared, type Suite, type SuiteFolder } from "./suite.js";

/** The manifest's clock, at which the issuer's certificates are in force. */
const certificatesAt = new Date("2022-05-31T00:00:00Z");
// The specification's examples were issued again on 2023-06-22, after the manifest's clock; its other times lie years off.
const cardsAt = new Date("2023-07-01T00:00:00Z");
const specIssuer = "https://spec.smarthealth.cards/examples/issuer";
/** Whom the certificates in the key sets of the tests name. */
const keySetIssuer = "https://smarthealth.cards/examples/issuer";

export const shcSuite: Suite = {
  name: "shc",
  marker: "manifest.json",
  async run(folder) {
    const about = { issuer: specIssuer, country: "", name: "" };
    const jwks = folder.sharedJson("common", "issuer-jwks.json");
    const keys = await readIssuerKeys(jwks, about, nodePrimitives(), certificatesAt);
    if (!keys) throw new Error("the issuer's keys are not understood");
    const results: CaseResult[] = [];
    for (const item of folder.json("manifest.json")) {
      const [answer, detail] = await answerOf(item, folder, keys);
      results.push(compared(item.name, item.expect === "either" ? answer : item.expect, answer, detail));
    }
    return results;
  },
};

async function answerOf(item: any, folder: SuiteFolder, keys: readonly TrustedKey[]): Promise<[string, string]> {
  if (item.type === "keyset") return [await keySetAnswer(item, folder), ""];
  const first = () => folder.text(item.files[0]).trim();
  if (item.type === "fhirbundle") {
    const { reasons } = readHealthBundle(parseJson(first()), specIssuer);
    return [reasons.length === 0 ? "valid" : "invalid", JSON.stringify(reasons)];
  }
  if (item.type === "jwspayload") {
    const payload = parseJsonObject(first());
    const signed = { at: cardsAt, key: keys[0]!, keyId: "" };
    return payload ? answerOfVerdict(judgeShcPayload(payload, signed, new Progress("shc"))) : ["invalid", "no JSON"];
  }
  const texts: string[] = [];
  for (const file of item.files) {
    const text = item.type === "qr" ? await textInPicture(folder.bytes(file), file) : folder.text(file);
    if (text === undefined) return ["invalid", "no QR code found"];
    texts.push(text.trim());
  }
  const options = { trust: trusting(...keys), at: cardsAt };
  const input = texts.join("\n");
  const verdict = await verifyCertificate(input, { ...options, primitives: nodePrimitives() });
  const inBrowser = await verifyCertificate(input, { ...options, primitives: webPrimitives() });
  const [answer, detail] = answerOfVerdict(verdict);
  return answerOfVerdict(inBrowser)[0] === answer ? [answer, detail] : ["Node and WebCrypto differ", detail];
}

function answerOfVerdict({ outcome, reasons }: Verdict): [string, string] {
  const codes = reasons.map(({ code }) => code);
  const only = codes.length === 1 ? codes[0] : undefined;
  const detail = reasons.map(({ code, at }) => `${code} ${at ?? ""}`).join(", ");
  if (only === "CERTIFICATE_EXPIRED") return ["expired", detail];
  if (only === "CERTIFICATE_NOT_YET_VALID") return ["not-yet-valid", detail];
  return [outcome === "valid" ? "valid" : "invalid", detail];
}

async function keySetAnswer(item: any, folder: SuiteFolder): Promise<string> {
  // One test names another issuer than the certificate does.
  const given = /https?:[^']+/.exec(String(item.options[0] ?? ""))?.[0];
  const about = { issuer: given ?? keySetIssuer, country: "", name: "" };
  const keys = await readIssuerKeys(folder.json(item.files[0]), about, nodePrimitives(), certificatesAt);
  return keys ? "valid" : "invalid";
}

async function textInPicture(bytes: Buffer, file: string): Promise<string | undefined> {
  const answer = await readQrPhoto(file.endsWith(".svg") ? drawn(bytes.toString("utf8")) : bytes);
  return typeof answer === "string" ? undefined : answer.text;
}

/** A QR code in SVG is one line drawn through its dark modules, row by row: "M4 4.5h7m1 0h1...". */
function drawn(svg: string): Buffer {
  const side = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1]);
  const line = /stroke="#000000" d="([^"]+)"/.exec(svg)?.[1] ?? "";
  const scale = 6;
  const png = new PNG({ width: side * scale, height: side * scale });
  png.data.fill(255);
  let [x, y] = [0, 0];
  for (const [, command, first, second] of line.matchAll(/([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?/g)) {
    if (command === "M") [x, y] = [Number(first), Math.floor(Number(second))];
    else if (command === "m") [x, y] = [x + Number(first), y + Math.floor(Number(second))];
    else for (const end = x + Number(first); x < end; x++) darken(png, x, y, scale);
  }
  return PNG.sync.write(png);
}

function darken(png: PNG, x: number, y: number, scale: number): void {
  for (let row = y * scale; row < (y + 1) * scale; row++) {
    for (let column = x * scale; column < (x + 1) * scale; column++) {
      png.data.fill(0, (row * png.width + column) * 4, (row * png.width + column) * 4 + 3);
    }
  }
}
