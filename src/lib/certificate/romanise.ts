// A name in the letters of ICAO Doc 9303 part 3 (A to Z and "<"), whatever script it was typed in. Latin follows the
// transliteration table of Doc 9303 (section 6.A); Indian scripts follow the plain spelling of Indian passports, without
// marks for vowel length. It serves machines; people read the name as it was typed.
// SPDX-License-Identifier: Apache-2.0

/** What stands for a name of which no letter can be romanised. The name as typed stands beside it. */
export const unreadableName = "XXX";

/** At most `longest` characters, cut at a word if that leaves at least half. */
export function icaoName(name: string, longest = 80): string {
  const words = name
    .normalize("NFC")
    .split(/[\s\-‐-―.,/·]+/u)
    .map(romaniseWord)
    .filter((word) => word !== "");
  const text = words.join("<") || unreadableName;
  if (text.length <= longest) return text;
  const cut = text.slice(0, longest);
  const lastWord = text[longest] === "<" ? longest : cut.lastIndexOf("<");
  return lastWord >= longest / 2 ? cut.slice(0, lastWord) : cut;
}

function romaniseWord(word: string): string {
  const first = word.codePointAt(0) ?? 0;
  const script =
    [...word].map((letter) => letter.codePointAt(0)!).find((code) => scriptOf(code) !== undefined) ?? first;
  const roman = scriptOf(script) === "brahmic" ? romaniseBrahmic(word) : [...word].map(romaniseLetter).join("");
  return roman.toUpperCase().replace(/[^A-Z]/g, "");
}

function scriptOf(code: number): "brahmic" | undefined {
  return code >= 0x0900 && code <= 0x0d7f ? "brahmic" : undefined;
}

// Latin letters that are more than a base letter with a mark (Doc 9303-3 section 6.A).
const latin: Record<string, string> = {
  Ä: "AE",
  Æ: "AE",
  Å: "AA",
  Ð: "D",
  Đ: "D",
  Ħ: "H",
  ı: "I",
  Ł: "L",
  Ŋ: "N",
  Ö: "OE",
  Ø: "OE",
  Œ: "OE",
  ẞ: "SS",
  Þ: "TH",
  Ŧ: "T",
  Ü: "UE",
};

// Arabic script as in Urdu, Kashmiri and Sindhi: consonants, and the letters that stand for long vowels.
const arabic: Record<string, string> = {
  ا: "a",
  آ: "a",
  أ: "a",
  إ: "i",
  ب: "b",
  پ: "p",
  ت: "t",
  ٹ: "t",
  ث: "s",
  ج: "j",
  چ: "ch",
  ح: "h",
  خ: "kh",
  د: "d",
  ڈ: "d",
  ذ: "z",
  ر: "r",
  ڑ: "r",
  ز: "z",
  ژ: "zh",
  س: "s",
  ش: "sh",
  ص: "s",
  ض: "z",
  ط: "t",
  ظ: "z",
  ع: "a",
  غ: "gh",
  ف: "f",
  ق: "q",
  ک: "k",
  ك: "k",
  گ: "g",
  ل: "l",
  م: "m",
  ن: "n",
  ں: "n",
  و: "w",
  ہ: "h",
  ه: "h",
  ھ: "h",
  ء: "",
  ئ: "i",
  ؤ: "o",
  ی: "i",
  ي: "i",
  ى: "a",
  ے: "e",
  ة: "a",
  "َ": "a",
  "ِ": "i",
  "ُ": "u",
};

// Ol Chiki (Santali) from U+1C5A and Meetei Mayek (Manipuri) from U+ABC0, in code order; both are read letter by letter.
const olChiki = "o t g ng l a k j m w i s h ny r u ch d n y e p d n r o t b w h".split(" ");
const meeteiMayek =
  "k s l m p n ch t kh ng th w y h u i ph a g jh r b j d gh dh bh k l m p n t ng i o i a e ou u ei ng".split(" ");

function romaniseLetter(letter: string): string {
  const code = letter.codePointAt(0)!;
  if (code >= 0x1c5a && code <= 0x1c77) return olChiki[code - 0x1c5a]!;
  if (code >= 0xabc0 && code <= 0xabea) return meeteiMayek[code - 0xabc0]!;
  const upper = letter === "ı" ? letter : letter.toUpperCase();
  return latin[upper] ?? arabic[letter] ?? upper.normalize("NFD").replace(/\p{M}/gu, "");
}

// The nine Brahmic blocks of Unicode share one plan (from ISCII): the same offset is the same sound.
// Offsets 0x05-0x14 vowels, 0x15-0x39 consonants, 0x3e-0x4c vowel signs, 0x4d virama, 0x58-0x5f letters with a nukta.
const vowels = "a a i i u u ri l e e e ai o o o au".split(" ");
const consonants = "k kh g gh ng ch chh j jh ny t th d dh n t th d dh n n p ph b bh m y r r l l zh v sh sh s h".split(
  " ",
);
const vowelSigns = "a i i u u ri r e e e ai o o o au".split(" ");
const nuktaLetters: Record<number, string> = {
  0x58: "q",
  0x59: "kh",
  0x5a: "gh",
  0x5b: "z",
  0x5c: "r",
  0x5d: "rh",
  0x5e: "f",
  0x5f: "y",
};
const nuktaForms: Record<string, string> = { k: "q", j: "z", ph: "f", d: "r", dh: "rh", y: "y" };
// Malayalam chillu letters U+0D7A-0D7F, consonants without a vowel.
const chillu = ["n", "n", "r", "l", "l", "k"];
const virama = 0x4d;

interface Syllables {
  text: string;
  /** A consonant has been written whose inherent "a" is still open. */
  open: boolean;
  conjunct: boolean;
  letters: number;
}

function romaniseBrahmic(word: string): string {
  const state: Syllables = { text: "", open: false, conjunct: false, letters: 0 };
  let block = 0;
  const codes = [...word].map((letter) => letter.codePointAt(0)!);
  codes.forEach((code, index) => {
    if (scriptOf(code)) {
      block = code & ~0x7f;
      addBrahmic(state, code & 0x7f, block, codes[index + 1]);
    } else if (code !== 0x200c && code !== 0x200d) {
      closeSyllable(state);
      state.text += romaniseLetter(String.fromCodePoint(code));
    }
  });
  // Hindi, Marathi, Bengali, Assamese, Punjabi and Gujarati do not speak an "a" at the end of a word, except after
  // consonants in a row; Odia and the southern languages do, or write the virama.
  const dropsFinal = block === 0x0900 || block === 0x0980 || block === 0x0a00 || block === 0x0a80;
  if (state.open && (!dropsFinal || state.conjunct || state.letters === 1)) state.text += "a";
  return state.text;
}

function addBrahmic(state: Syllables, offset: number, block: number, next: number | undefined): void {
  if (block === 0x0d00 && offset >= 0x7a) {
    closeSyllable(state);
    state.text += chillu[offset - 0x7a]!;
  } else if (offset >= 0x15 && offset <= 0x39) addConsonant(state, consonants[offset - 0x15]!);
  else if (nuktaLetters[offset] && block !== 0x0b80) addConsonant(state, nuktaLetters[offset]);
  else if (offset === 0x3c) hardenLast(state);
  else if (offset === virama) {
    state.open = false;
    state.conjunct = true;
  } else if (offset >= 0x3e && offset <= 0x4c) {
    state.open = false;
    state.conjunct = false;
    state.text += vowelSigns[offset - 0x3e]!;
  } else if (offset >= 0x05 && offset <= 0x14) {
    closeSyllable(state);
    state.letters += 1;
    state.text += vowels[offset - 0x05]!;
  } else addSign(state, offset, block, next);
}

/** Anusvara and its relatives: n, or m before a lip sound; visarga: h. Gurmukhi writes them as bindi, tippi and addak. */
function addSign(state: Syllables, offset: number, block: number, next: number | undefined): void {
  const nasal = offset === 0x01 || offset === 0x02 || (block === 0x0a00 && offset === 0x70);
  if (!nasal && offset !== 0x03) return;
  closeSyllable(state);
  const nextOffset = next === undefined ? 0 : next & 0x7f;
  const beforeLips = nextOffset >= 0x2a && nextOffset <= 0x2e;
  const atSouthernEnd = next === undefined && block >= 0x0b80;
  state.text += offset === 0x03 ? "h" : beforeLips || atSouthernEnd ? "m" : "n";
}

function addConsonant(state: Syllables, sound: string): void {
  const joined = !state.open && state.conjunct;
  closeSyllable(state);
  state.text += sound;
  state.open = true;
  state.conjunct = joined;
  state.letters += 1;
}

function closeSyllable(state: Syllables): void {
  if (state.open) state.text += "a";
  state.open = false;
  state.conjunct = false;
}

/** A nukta typed as a sign of its own changes the consonant before it. */
function hardenLast(state: Syllables): void {
  const last = Object.keys(nuktaForms)
    .sort((a, b) => b.length - a.length)
    .find((sound) => state.text.endsWith(sound));
  if (state.open && last) state.text = state.text.slice(0, -last.length) + nuktaForms[last]!;
}
