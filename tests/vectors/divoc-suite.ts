// Co-WIN and DIVOC credentials: public fixtures, issued ones, edits of them, exchanged fields and hostile containers.
// SPDX-License-Identifier: Apache-2.0

import { type RevocationList, readRevocationList } from "../../src/lib/certificate/divoc-revocation.js";
import { nodePrimitives } from "../../src/lib/certificate/node-primitives.js";
import type { Verdict } from "../../src/lib/certificate/verdict.js";
import { verifyCertificate } from "../../src/lib/certificate/verify.js";
import { webPrimitives } from "../../src/lib/certificate/web-primitives.js";
import { readQrPhoto } from "../../src/platform/qr/read-qr-photo.js";
import { fromEd25519Base58, fromPem, trustedKey, trusting } from "./keys.js";
import { type CaseResult, compared, type Suite, type SuiteFolder } from "./suite.js";

/** After every case was made. */
const at = new Date("2026-12-01T00:00:00Z");

export const divocSuite: Suite = {
  name: "divoc",
  marker: "manifest.json",
  async run(folder) {
    const revoked = readRevocationList(folder.json("revocation-list.json"));
    if (!revoked) throw new Error("the revocation list is not understood");
    const results: CaseResult[] = [];
    for (const item of folder.json("manifest.json")) results.push(await runCase(item, folder, revoked));
    return results;
  },
};

async function runCase(item: any, folder: SuiteFolder, revokedDivoc: RevocationList): Promise<CaseResult> {
  const input = await inputOf(item, folder);
  if (input === undefined) return compared(item.id, item.expect, "no QR code found");
  const trust = trusting(trustedKey(keyOf(item.key, folder), { verificationMethod: "did:india" }));
  // The same certificates serve as good ones: the list counts where a case is about it.
  const list = item.class === "revoked" ? { revokedDivoc } : {};
  const verdicts: Verdict[] = [];
  for (const primitives of [nodePrimitives(), webPrimitives()])
    verdicts.push(await verifyCertificate(input, { trust, at, primitives, ...list }));
  const [answer, answerInBrowser] = verdicts.map((verdict) => answerOf(item, verdict)) as [string, string];
  const codes = verdicts[0]!.reasons.map(({ code, at }) => `${code} ${at ?? ""}`).join(", ");
  if (answer !== answerInBrowser) return compared(item.id, answer, answerInBrowser, "Node and WebCrypto differ");
  return compared(item.id, item.expect === "either" ? answer : item.expect, answer, codes);
}

function answerOf({ id, checks, holder, certificateId, expect }: any, verdict: Verdict): string {
  if (checks === "signature") return verdict.passed.includes("signature") ? "valid" : "invalid";
  if (verdict.reasons.some(({ code }) => code === "CERTIFICATE_REVOKED")) return "revoked";
  if (verdict.outcome !== "valid") return "invalid";
  const statement = verdict.statement?.kind === "vaccination" ? verdict.statement : undefined;
  if (holder !== undefined && verdict.holder?.name !== holder) return `another holder in ${id}`;
  if (certificateId !== undefined && statement?.certificateId !== certificateId) return `another id in ${id}`;
  return expect === "either" || statement ? "valid" : "no statement";
}

async function inputOf({ file, form }: any, folder: SuiteFolder): Promise<string | Uint8Array | undefined> {
  const bytes = folder.bytes(file);
  if (!form.startsWith("png")) return bytes;
  const answer = await readQrPhoto(bytes);
  return typeof answer === "string" ? undefined : answer.text;
}

function keyOf(name: string, folder: SuiteFolder) {
  if (name.endsWith("ed25519")) return fromEd25519Base58(folder.sharedJson("keys", `${name}.json`).publicKeyBase58);
  return fromPem(folder.shared("keys", `${name}.pem`).toString("utf8"));
}
