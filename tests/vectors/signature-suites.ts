// Signatures by themselves (wycheproof: what a hand-made wrapper lets through), and ICAO's seals.
// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { nodePrimitives } from "../../src/lib/certificate/node-primitives.js";
import { verifyCertificate } from "../../src/lib/certificate/verify.js";
import { webPrimitives } from "../../src/lib/certificate/web-primitives.js";
import { fromPem, trustedKey, trusting } from "./keys.js";
import { type CaseResult, compared, type Suite, type SuiteFolder } from "./suite.js";

const files = ["ecdsa_secp256r1_sha256_p1363_test.json", "ed25519_test.json", "rsa_pss_2048_sha256_mgf1_32_test.json"];

const wycheproof: Suite = {
  name: "wycheproof",
  marker: files[0]!,
  async run(folder) {
    const results: CaseResult[] = [];
    for (const file of files.filter((name) => existsSync(join(folder.path, name)))) {
      for (const group of folder.json(file).testGroups) results.push(...(await runSignatures(file, group)));
    }
    return results;
  },
};

async function runSignatures(file: string, group: any): Promise<CaseResult[]> {
  const key = trustedKey(keyOf(group));
  const results: CaseResult[] = [];
  for (const { tcId, msg, sig, result } of group.tests) {
    const [message, signature] = [Buffer.from(msg, "hex"), Buffer.from(sig, "hex")];
    const node = await nodePrimitives().verify(key, message, signature);
    const web = await webPrimitives().verify(key, message, signature);
    const answer = node === web ? (node ? "valid" : "invalid") : "Node and WebCrypto differ";
    results.push(compared(`${file} ${tcId}`, result === "acceptable" ? answer : result, answer));
  }
  return results;
}

function keyOf({ publicKeyPem, publicKeyDer, publicKey }: any) {
  if (publicKeyPem) return fromPem(publicKeyPem);
  const der = Buffer.from(publicKeyDer ?? publicKey, "hex");
  return createPublicKey({ key: der, format: "der", type: "spki" });
}

const seals: Suite = {
  name: "icao-vds-nc",
  marker: "manifest.json",
  async run(folder) {
    const cases = folder.json("manifest.json");
    const trust = trusting(...cases.flatMap(({ file }: any) => signersOf(folder, file)));
    const results: CaseResult[] = [];
    for (const { id, file, expect } of cases) {
      const answers: string[] = [];
      for (const primitives of [nodePrimitives(), webPrimitives()]) {
        const verdict = await verifyCertificate(folder.text(file), { trust, at: new Date(), primitives });
        answers.push(verdict.outcome === "valid" ? "valid" : "invalid");
      }
      results.push(compared(id, expect, answers[0] === answers[1] ? answers[0]! : "Node and WebCrypto differ"));
    }
    return results;
  },
};

/** The demo signers stand in no trust list: here each is trusted, so that the signature decides. */
function signersOf(folder: SuiteFolder, file: string) {
  const certificate = folder.json(file).sig?.cer;
  if (typeof certificate !== "string") return [];
  return [trustedKey(new X509Certificate(Buffer.from(certificate, "base64url")).publicKey)];
}

export const signatureSuites: readonly Suite[] = [wycheproof, seals];
