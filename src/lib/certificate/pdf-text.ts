// Finds the signed text in a certificate's PDF: ours carry it in the keywords of their XMP metadata, which stand in clear.
// It is no PDF reader; a scan of bytes is enough, as whatever it finds is verified like any other text.
// SPDX-License-Identifier: Apache-2.0

const longest = 4_296;
const shortest = 100;
const mostTried = 20;

/** The first certificate text among the bytes of a PDF; undefined for another file or a PDF without one. */
export function textInPdf(bytes: Uint8Array): string | undefined {
  if (!startsWith(bytes, 0, "%PDF-")) return undefined;
  let tried = 0;
  for (let at = bytes.indexOf(0x48); at >= 0 && tried < mostTried; at = bytes.indexOf(0x48, at + 1)) {
    if (!startsWith(bytes, at, "HC1:")) continue;
    tried += 1;
    let text = "";
    for (let i = at; i < bytes.length && text.length < longest; i++) {
      const letter = String.fromCharCode(bytes[i]!);
      if (!/[0-9A-Z $%*+\-./:]/.test(letter)) break;
      text += letter;
    }
    if (text.length > shortest) return text;
  }
  return undefined;
}

function startsWith(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}
