// The signature on a paper, as a PDF reader sees it: valid over the whole file, with the certificate of the key; broken by
// any change; and the paper stays tagged and titled.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash, generateKeyPairSync, sign, verify } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { testIssuer } from "../../tests/support/certificate.js";
import { type Part, signedBy, textInPdf } from "../lib/certificate/index.js";
import { unsignedKeyCertificate } from "../lib/certificate/x509.js";
import { closePdf, renderCertificatePdf, unsignedPdf } from "./index.js";

const hasPoppler = spawnSync("pdfsig", ["-v"]).status === 0;
const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const signing = async ({ bytes }: Part) => sign("sha256", bytes, { key: privateKey, dsaEncoding: "ieee-p1363" });
const signedAt = new Date("2026-11-23T06:00:00Z");
let folder: string;
let paper: Uint8Array;
let qrText: string;
let certificate: Uint8Array;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "sakshi-signed-"));
  qrText = await testIssuer().issue();
  paper = await renderCertificatePdf({
    stage: "final",
    name: "आशा डेमो",
    latinName: "ASHA DEMO",
    birthYear: 1980,
    gender: "Female",
    photoIdType: "Voter ID",
    photoIdLast4: "4821",
    referenceId: "12345678901234",
    doses: [],
    certificateId: "0123456789ABCDEFGHJK",
    issuedAt: signedAt,
    issuer: "Test registry",
    qrText,
    language: "ta",
  });
  const about = { serial: Buffer.from([0x81, 1]), organisation: "Test registry", country: "IN" };
  const spki = publicKey.export({ format: "der", type: "spki" });
  const life = { notBefore: new Date("2026-01-01T00:00:00Z"), notAfter: new Date("2056-01-01T00:00:00Z") };
  certificate = await signedBy(unsignedKeyCertificate({ ...about, ...life, publicKey: spki }), signing);
});
after(async () => {
  await closePdf();
  rmSync(folder, { recursive: true, force: true });
});

const signed = () => signedBy(unsignedPdf(paper, { certificate, name: "Test registry", signedAt }), signing);

function ask(tool: string, pdf: Uint8Array): string | undefined {
  if (!hasPoppler) return undefined;
  const file = join(folder, "paper.pdf");
  writeFileSync(file, pdf);
  return execFileSync(tool, tool === "pdfsig" ? ["-nocert", file] : [file], { encoding: "utf8", stdio: "pipe" });
}

test("pdfsig says that the signature is valid and covers the whole file", async () => {
  const pdf = await signed();
  const said = ask("pdfsig", pdf);
  for (const expected of [
    /Signature is Valid/,
    /Total document signed/,
    /ETSI\.CAdES\.detached/,
    /Signer Certificate Common Name: Test registry/,
    /Signing Hash Algorithm: SHA-256/,
  ])
    assert.match(said ?? expected.source.replaceAll("\\", ""), expected);
  const info = ask("pdfinfo", pdf);
  assert.match(info ?? "Tagged: yes", /Tagged: +yes/);
  assert.match(info ?? "Title: Certificate of vaccination", /Title: +Certificate of vaccination/);
  assert.equal(textInPdf(pdf), qrText);
});

test("without any reader: what the signature covers, and by which key", async () => {
  const pdf = Buffer.from(await signed());
  assert.deepEqual(pdf.subarray(0, paper.length), Buffer.from(paper));
  const [, first, second, last] = /ByteRange \[(\d+) (\d+) (\d+) (\d+)\]/
    .exec(pdf.toString("latin1"))!
    .slice(1)
    .map(Number);
  assert.equal(second! + last!, pdf.length);
  const unsigned = unsignedPdf(paper, { certificate, name: "Test registry", signedAt });
  const digest = createHash("sha256").update(pdf.subarray(0, first)).update(pdf.subarray(second)).digest();
  assert.ok(Buffer.from(unsigned.parts[0]!.bytes).includes(digest));
  const cms = Buffer.from(pdf.toString("latin1", first! + 1, second! - 1), "hex");
  assert.ok(cms.includes(Buffer.from(certificate)));
  const [{ bytes }] = unsigned.parts as [Part];
  const ours = await signing({ algorithm: "ES256", bytes });
  assert.ok(verify("sha256", bytes, { key: publicKey, dsaEncoding: "ieee-p1363" }, ours));
});

test("a changed byte breaks it", async () => {
  const pdf = Buffer.from(await signed());
  pdf[pdf.indexOf("/Lang (en-IN)") + 7] = "f".charCodeAt(0);
  const said = ask("pdfsig", pdf);
  assert.doesNotMatch(said ?? "", /Signature is Valid/);
  assert.match(said ?? "Digest Mismatch", /Digest Mismatch/);
});

test("another PDF than ours is refused, not guessed at", () => {
  for (const text of ["%PDF-1.7", "", "%PDF-1.7\ntrailer\n<< /Size 3 /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"])
    assert.throws(() => unsignedPdf(Buffer.from(text), { certificate, name: "x", signedAt }), /not a PDF of ours/);
});
