// The fixed words of printed papers in Co-WIN's twelve languages. English and Hindi come with the pages; the others stand
// in locales/papers with their state: "draft" until speakers who know the field have approved them.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type draft from "../../locales/papers/mr.json";
import { type MessageKey, translator } from "../platform/i18n/i18n.js";
import { projectRoot } from "../platform/root.js";

/** Each by its own name, in the order of Co-WIN's page. */
export const paperLanguages = {
  en: "English",
  hi: "हिन्दी",
  mr: "मराठी",
  ml: "മലയാളം",
  pa: "ਪੰਜਾਬੀ",
  te: "తెలుగు",
  gu: "ગુજરાતી",
  as: "অসমীয়া",
  bn: "বাংলা",
  kn: "ಕನ್ನಡ",
  or: "ଓଡ଼ିଆ",
  ta: "தமிழ்",
} as const;
export type PaperLanguage = keyof typeof paperLanguages;
export type PaperKey = Exclude<keyof typeof draft, "state">;
export type PaperValues = { readonly number?: number; readonly address?: string };

export function isPaperLanguage(code: unknown): code is PaperLanguage {
  return typeof code === "string" && Object.hasOwn(paperLanguages, code);
}

export function paperWord(language: PaperLanguage, key: PaperKey, values: PaperValues = {}): string {
  if (language === "en" || language === "hi") {
    const message = key === "tagline" ? "common.tagline" : `certificate.${key}`;
    return translator(language)(message as MessageKey, { ...values });
  }
  const text = draftWords(language)[key];
  return text.replace(/\{(number|address)\}/g, (_, name: keyof PaperValues) => String(values[name] ?? ""));
}

const known = new Map<PaperLanguage, Readonly<Record<PaperKey, string>>>();
function draftWords(language: PaperLanguage): Readonly<Record<PaperKey, string>> {
  let words = known.get(language);
  if (!words) {
    words = JSON.parse(readFileSync(join(projectRoot, "locales/papers", `${language}.json`), "utf8")) as Readonly<
      Record<PaperKey, string>
    >;
    known.set(language, words);
  }
  return words;
}
