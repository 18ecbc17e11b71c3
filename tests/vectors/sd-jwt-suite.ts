// SD-JWT: outputs of the working group's reference implementation, edits of them, broken structures, key binding.
// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from "node:util";
import { parseJsonObject } from "../../src/lib/certificate/json.js";
import { nodePrimitives } from "../../src/lib/certificate/node-primitives.js";
import type { VerifyOptions } from "../../src/lib/certificate/options.js";
import { compactSdJwt } from "../../src/lib/certificate/sd-jwt.js";
import type { Verdict } from "../../src/lib/certificate/verdict.js";
import { verifyCertificate } from "../../src/lib/certificate/verify.js";
import { webPrimitives } from "../../src/lib/certificate/web-primitives.js";
import { fromJwk, trustedKey, trusting } from "./keys.js";
import { type CaseResult, compared, type Suite, type SuiteFolder } from "./suite.js";

const year = 365 * 24 * 3_600_000;

export const sdJwtSuite: Suite = {
  name: "sd-jwt",
  marker: "manifest.json",
  async run(folder) {
    const key = fromJwk(folder.sharedJson("common", "issuer-public.jwk.json"));
    const results: CaseResult[] = [];
    for (const item of folder.json("manifest.json")) {
      const text = textOf(item, folder);
      const trust = trusting(trustedKey(key, { issuer: issuerOf(text) }));
      const [node, web] = await Promise.all(
        [nodePrimitives(), webPrimitives()].map((primitives) =>
          verifyCertificate(text, { trust, primitives, ...asked(item) }),
        ),
      );
      const answer = answerOf(item, node!);
      const detail = node!.reasons.map(({ code, at }) => `${code} ${at ?? ""}`).join(", ");
      const same = answerOf(item, web!) === answer;
      results.push(compared(item.id, item.expect, same ? answer : "Node and WebCrypto differ", detail));
    }
    return results;
  },
};

/** Who asks, and when: at the proof's own time, or (proofs dated when they were generated) with years to spare. */
function asked({ keyBinding, nonce, aud, kbTime }: any): Pick<VerifyOptions, "at" | "holderBinding"> {
  const at = kbTime ? new Date(kbTime * 1000 + 60_000) : new Date("2026-12-01T00:00:00Z");
  if (!keyBinding) return { at };
  return { at, holderBinding: { nonce, audience: aud, ...(!kbTime && { maxAgeMs: 100 * year }) } };
}

function textOf({ file, ser }: any, folder: SuiteFolder): string {
  const text = folder.text(file).trim();
  // The generator wrote the JSON form as a JSON text inside a JSON text.
  return ser === "json" && text.startsWith('"') ? JSON.parse(text) : text;
}

/** The vectors share one key among made-up issuers; whose it is, the payload says. */
function issuerOf(text: string): string {
  const compact = text.startsWith("{") ? (compactSdJwt(parseJsonObject(text) ?? {}) ?? "") : text;
  const payload = Buffer.from(compact.split(".")[1] ?? "", "base64url").toString("utf8");
  const issuer = parseJsonObject(payload)?.["iss"];
  return typeof issuer === "string" ? issuer : "https://example.com/issuer";
}

function answerOf(item: any, verdict: Verdict): string {
  if (verdict.outcome !== "valid") return "invalid";
  if (item.verified && !isDeepStrictEqual(verdict.claims, item.verified)) return "other claims";
  return "valid";
}
