// One question for every format: is this text a certificate, and does it hold? Formats stand beside each other here;
// each has its own file and gives the same kind of verdict.
// SPDX-License-Identifier: Apache-2.0
import { hcertPrefix, type VerifyOptions, verifyHcert } from "./hcert.js";
import type { Format, ReasonCode, Verdict } from "./verdict.js";

const longestText = 65_536;

interface FormatReader {
  readonly format: Format;
  readonly recognises: (text: string) => boolean;
  readonly verify: (text: string, options: VerifyOptions) => Promise<Verdict>;
}
const formats: readonly FormatReader[] = [
  { format: "hcert", recognises: (text) => text.startsWith(hcertPrefix), verify: verifyHcert },
];

/** Never throws for any text. White space around the text is dropped: no format begins or ends with it. */
export async function verifyCertificate(text: string, options: VerifyOptions): Promise<Verdict> {
  if (text.length > longestText) return unreadable("CERTIFICATE_TEXT_TOO_LARGE");
  const trimmed = text.trim();
  const reader = formats.find((format) => format.recognises(trimmed));
  return reader ? reader.verify(trimmed, options) : unreadable("CERTIFICATE_FORMAT_UNKNOWN");
}

function unreadable(code: ReasonCode): Verdict {
  return { outcome: "unknown", format: undefined, reasons: [{ code }], passed: [] };
}
