// Signs a paper for offices that check PDFs (PAdES baseline B: ISO 32000-2 section 12.8, ETSI EN 319 142-1). Adds an
// invisible signature field behind what typst wrote, whose bytes stay as they are, and signs all but the signature itself.
// Knows the files that we make and no others.
// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { unsignedCms } from "../lib/certificate/cms.js";
import type { Unsigned } from "../lib/certificate/index.js";

/** Enough for a certificate and a signature, in bytes. */
const room = 2_048;

export interface PdfSigner {
  /** X.509, DER. */
  readonly certificate: Uint8Array;
  readonly name: string;
  readonly signedAt: Date;
}

export function unsignedPdf(pdf: Uint8Array, signer: PdfSigner): Unsigned<Uint8Array> {
  const before = Buffer.from(pdf);
  const added = Buffer.from(update(before.toString("latin1"), signer), "latin1");
  const whole = Buffer.concat([before, added]);
  const start = whole.indexOf("/Contents <", before.length, "latin1") + "/Contents ".length;
  const end = start + 2 * room + 2;
  const range = `[0 ${start} ${end} ${whole.length - end}]`;
  whole.write(range.padEnd(rangeSpace.length), whole.indexOf(rangeSpace, before.length, "latin1"), "latin1");
  const digest = createHash("sha256").update(whole.subarray(0, start)).update(whole.subarray(end)).digest();
  const cms = unsignedCms(digest, signer.certificate);
  return {
    parts: cms.parts,
    finish(signatures) {
      const signature = Buffer.from(cms.finish(signatures));
      if (signature.length > room) throw new Error("the signature is larger than its place");
      const signed = Buffer.from(whole);
      signed.write(signature.toString("hex").padEnd(2 * room, "0"), start + 1, "latin1");
      return signed;
    },
  };
}

const rangeSpace = `[${" ".repeat(44)}]`;

/** The incremental update: field, signature without its value, and page and catalogue that name the field. */
function update(text: string, { name, signedAt }: PdfSigner): string {
  const trailer = /trailer\s*<<(.*?)>>\s*startxref\s+(\d+)\s+%%EOF\s*$/s.exec(text);
  const [, entries = "", previous] = trailer ?? [];
  const size = Number(/\/Size (\d+)/.exec(entries)?.[1]);
  const root = Number(/\/Root (\d+) 0 R/.exec(entries)?.[1]);
  const page = Number([...text.matchAll(/\n(\d+) 0 obj\n<<\n\s*\/Type \/Page\n/g)][0]?.[1]);
  if (!trailer || !size || !root || !page) throw new Error("not a PDF of ours");
  const [field, signature] = [size, size + 1];
  const time = `${signedAt.toISOString().slice(0, 19).replace(/\D/g, "")}Z`;
  const objects: readonly (readonly [number, string])[] = [
    [root, withEntry(objectOf(text, root), `/AcroForm << /Fields [${field} 0 R] /SigFlags 3 >>`)],
    [page, withEntry(objectOf(text, page), `/Annots [${field} 0 R] /Tabs /S`)],
    [
      field,
      `<< /Type /Annot /Subtype /Widget /FT /Sig /T (Signature) /V ${signature} 0 R /P ${page} 0 R /Rect [0 0 0 0] /F 130 >>`,
    ],
    [
      signature,
      `<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /Name (${name.replace(/[^A-Za-z0-9 ]/g, "")}) /M (D:${time}) /ByteRange ${rangeSpace} /Contents <${"0".repeat(2 * room)}> >>`,
    ],
  ];
  let body = "\n";
  const places: string[] = [];
  for (const [number, content] of objects) {
    places.push(`${number} 1\n${String(text.length + body.length).padStart(10, "0")} 00000 n \n`);
    body += `${number} 0 obj\n${content}\nendobj\n`;
  }
  const table = text.length + body.length;
  const kept = entries.replace(/\/Size \d+/, `/Size ${size + 2}`);
  return `${body}xref\n${places.join("")}trailer\n<<${kept}/Prev ${previous}\n>>\nstartxref\n${table}\n%%EOF\n`;
}

function objectOf(text: string, number: number): string {
  const found = new RegExp(`\\n${number} 0 obj\\n(.*?)\\nendobj\\n`, "s").exec(text)?.[1];
  if (found === undefined) throw new Error("not a PDF of ours");
  return found;
}

function withEntry(dictionary: string, entry: string): string {
  return `${dictionary.slice(0, dictionary.lastIndexOf(">>"))}  ${entry}\n>>`;
}
