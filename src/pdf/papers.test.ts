// The printed papers: tagged, titled, one page, readable back, and safe from what people type.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import jsqrModule from "jsqr";
import { PNG } from "pngjs";
import encodeQR from "qr";
import { testIssuer } from "../../tests/support/certificate.js";
import { textInPdf } from "../lib/certificate/index.js";
import { shrink } from "../platform/qr/picture.js";
import { projectRoot } from "../platform/root.js";
import { type CertificatePaper, closePdf, renderCertificatePdf, renderSlipPdf, type SlipPaper } from "./index.js";
import { type PaperKey, type PaperLanguage, paperLanguages, paperWord } from "./paper-words.js";

const readQr = jsqrModule as unknown as typeof import("jsqr").default;
// poppler's tools look into a PDF as a reader would; without them the tests look at its bytes only.
const hasPoppler = spawnSync("pdftoppm", ["-v"]).status === 0;
let folder: string;
let qrText: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "sakshi-pdf-"));
  qrText = await testIssuer().issue();
});
after(async () => {
  await closePdf();
  rmSync(folder, { recursive: true, force: true });
});

function certificate(difference: Partial<CertificatePaper> = {}): CertificatePaper {
  return {
    stage: "final",
    name: "Asha Demo",
    latinName: "ASHA DEMO",
    birthYear: 1980,
    gender: "Female",
    photoIdType: "Voter ID",
    photoIdLast4: "4821",
    referenceId: "12345678901234",
    doses: [
      {
        number: 1,
        kind: "primary",
        product: "COVISHIELD",
        givenOn: "2026-05-02",
        batch: "4121Z001",
        place: "District Hospital",
      },
      {
        number: 2,
        kind: "primary",
        product: "COVISHIELD",
        givenOn: "2026-08-20",
        batch: "4121Z077",
        place: "Health Centre",
      },
    ],
    certificateId: "0123456789ABCDEFGHJK",
    issuedAt: new Date("2026-08-20T10:00:00.000Z"),
    issuer: "Test registry",
    qrText,
    verifyAddress: "https://sakshi.example/verify",
    ...difference,
  };
}

function slip(difference: Partial<SlipPaper> = {}): SlipPaper {
  return {
    on: "2026-11-24",
    startsAt: "09:00",
    endsAt: "11:00",
    centre: { name: "District Hospital", address: "Station Road, Demo Nagar 110001" },
    vaccine: "COVISHIELD",
    referenceId: "12345678901234",
    securityCode: "4821",
    people: [
      { name: "Asha Demo", dose: { number: 2, kind: "primary" }, photoIdType: "Voter ID", photoIdLast4: "4821" },
    ],
    qrText: "0123456789ABCDEF0123456789ABCDEF",
    issuer: "Test registry",
    printedAt: new Date("2026-11-23T10:00:00.000Z"),
    ...difference,
  };
}

/** Runs a tool on the PDF; undefined where poppler is not installed. */
function ask(tool: "pdfinfo" | "pdftotext", pdf: Uint8Array): string | undefined {
  assert.equal(Buffer.from(pdf.subarray(0, 5)).toString(), "%PDF-");
  if (!hasPoppler) return undefined;
  const file = join(folder, "paper.pdf");
  writeFileSync(file, pdf);
  const more = tool === "pdftotext" ? ["-layout", file, "-"] : [file];
  return execFileSync(tool, more, { encoding: "utf8", stdio: "pipe" });
}

/** The QR code in a picture of the page as a cheap scanner makes it; undefined where poppler is not installed. */
function qrOf(pdf: Uint8Array): string | undefined {
  if (ask("pdfinfo", pdf) === undefined) return undefined;
  const out = join(folder, "page");
  execFileSync("pdftoppm", ["-r", "150", "-gray", "-png", "-singlefile", join(folder, "paper.pdf"), out], {
    stdio: "pipe",
  });
  const { data, width, height } = PNG.sync.read(readFileSync(`${out}.png`));
  const page = { data: new Uint8ClampedArray(data), width, height };
  // As a phone does that is held nearer and farther.
  for (const longest of [height, 1_400, 1_000]) {
    const seen = shrink(page, longest);
    const found = readQr(seen.data, seen.width, seen.height)?.data;
    if (found) return found;
  }
  return "";
}

function has(text: string | undefined, ...parts: string[]): void {
  const squeezed = text?.replace(/[\s\u200b]+/g, "");
  for (const part of parts) assert.ok(squeezed?.includes(part.replace(/\s+/g, "")) ?? true, part);
}

test("a certificate is one tagged A4 page with a title, and its QR code reads back at 150 dpi", async () => {
  const pdf = await renderCertificatePdf(certificate());
  const bytes = Buffer.from(pdf).toString("latin1");
  assert.match(bytes, /\/Lang ?\(en-IN\)/);
  assert.match(bytes, /\/Lang ?\(hi-IN\)/);
  assert.equal(textInPdf(pdf), qrText);
  assert.ok(pdf.length < 200_000, String(pdf.length));
  const info = ask("pdfinfo", pdf);
  for (const expected of [/Title: +Certificate of vaccination/, /Tagged: +yes/, /Pages: +1\n/, /A4/]) {
    assert.match(info ?? "Title: Certificate of vaccination Tagged: yes Pages: 1\n A4", expected);
  }
  has(
    ask("pdftotext", pdf),
    "Asha Demo",
    "1980",
    "XXXX 4821",
    "COVISHIELD",
    "4121Z077",
    "20 Aug 2026",
    "Female / महिला",
  );
  assert.equal(qrOf(pdf) ?? qrText, qrText);
});

test("twelve languages: one tagged page each, in every stage, with the language of its words", async () => {
  for (const language of Object.keys(paperLanguages) as PaperLanguage[]) {
    const stages = { provisional: 1, final: 2, precaution: 3 } as const;
    for (const stage of language === "ta" ? (Object.keys(stages) as (keyof typeof stages)[]) : ["final" as const]) {
      const pdf = await renderCertificatePdf(certificate({ language, stage }));
      const info = ask("pdfinfo", pdf);
      assert.match(info ?? "Pages: 1\n", /Pages: +1\n/, language);
      assert.match(Buffer.from(pdf).toString("latin1"), new RegExp(`/Lang ?\\(${language}-IN\\)`));
      has(ask("pdftotext", pdf), "Asha Demo", "4121Z077", paperWord("en", `stage.${stage}`));
      if (language === "ta") assert.equal(qrOf(pdf) ?? qrText, qrText);
    }
  }
});

test("an international certificate prints date of birth and passport, and no year alone", async () => {
  const pdf = await renderCertificatePdf(
    certificate({ birthDate: "1980-05-17", passportNumber: "Z0000000", language: "en" }),
  );
  const text = ask("pdftotext", pdf);
  has(text, "17 May 1980", "Z0000000", "Date of birth");
  assert.doesNotMatch(text ?? "", /Year of birth/);
});

test("the words of each language are whole: every key, its own script, and nothing left to fill in", () => {
  const scripts: Partial<Record<PaperLanguage, string>> = {
    mr: "Devanagari",
    ml: "Malayalam",
    pa: "Gurmukhi",
    te: "Telugu",
    gu: "Gujarati",
    as: "Bengali",
    bn: "Bengali",
    kn: "Kannada",
    or: "Oriya",
    ta: "Tamil",
  };
  const english = JSON.parse(readFileSync(join(projectRoot, "locales/papers/mr.json"), "utf8"));
  for (const [language, script] of Object.entries(scripts) as [PaperLanguage, string][]) {
    const words = JSON.parse(readFileSync(join(projectRoot, `locales/papers/${language}.json`), "utf8"));
    assert.deepEqual(Object.keys(words), Object.keys(english), language);
    assert.match(words.state, /^(draft|reviewed|approved)$/);
    for (const key of Object.keys(words).filter((each) => each !== "state") as PaperKey[]) {
      const text = paperWord(language, key, { number: 2, address: "https://sakshi.example/verify" });
      assert.match(text, new RegExp(`\\p{Script=${script}}`, "u"), `${language} ${key}`);
      assert.doesNotMatch(text, /[{}]/, `${language} ${key}`);
    }
  }
});

test("a slip shows centre, day, time, people and code, and its QR code reads back at 150 dpi", async () => {
  const pdf = await renderSlipPdf(slip());
  assert.equal(textInPdf(pdf), undefined);
  assert.doesNotMatch(Buffer.from(pdf).toString("latin1"), /0123456789ABCDEF0123456789ABCDEF/);
  has(ask("pdftotext", pdf), "Tuesday 24 Nov 2026", "09:00 – 11:00", "District Hospital", "Asha Demo", "4821");
  assert.equal(qrOf(pdf) ?? slip().qrText, slip().qrText);
});

test("the QR matrix itself reads back at level Q, for a machine without poppler too", () => {
  const matrix = encodeQR(qrText, "raw", { ecc: "quartile", border: 4, scale: 3 });
  const side = matrix.length;
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  matrix.flat().forEach((isDark, at) => {
    if (isDark) pixels.fill(0, at * 4, at * 4 + 3);
  });
  assert.equal(readQr(pixels, side, side)?.data, qrText);
});

test("names of many scripts, of one letter and of 300 characters are set on one page", async () => {
  const names = [
    "X",
    "आशा डेमो",
    "রবীন্দ্রনাথ ঠাকুর",
    "தமிழ்ச்செல்வன்",
    "అనిత రెడ్డి",
    "ಕೃಷ್ಣ ಗೌಡ",
    "അമ്മിണി നായർ",
    "મહાત્મા ગાંધી",
    "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
    "ଆଶା ଦାସ",
    "رضوان احمد",
    "ᱥᱟᱱᱛᱟᱲ",
    // These three letters send another PDF library into an endless loop.
    "ꯀ꯭ꯔ",
    "अतिदीर्घनामधारिणी ".repeat(20).slice(0, 300),
    "W".repeat(300),
  ];
  for (const name of names) {
    const info = ask("pdfinfo", await renderCertificatePdf(certificate({ name })));
    assert.match(info ?? "Pages: 1\n", /Pages: +1\n/, name);
  }
});

test("what looks like markup is printed as it was typed", async () => {
  const name = '#panic("x") $x^2$ *b* <a> \\ "q" `c` #read("/etc/passwd")';
  has(
    ask("pdftotext", await renderCertificatePdf(certificate({ name }))),
    '#panic("x")',
    "*b*",
    "<a>",
    "`c`",
    '#read("/etc/passwd")',
  );
});

test("many at once are all made, each with its own data", async () => {
  const made = await Promise.all(
    ["4821", "0001", "7777"].map((photoIdLast4) => renderCertificatePdf(certificate({ photoIdLast4 }))),
  );
  for (const [index, last4] of ["4821", "0001", "7777"].entries()) {
    has(ask("pdftotext", made[index]!), `XXXX ${last4}`);
  }
});
