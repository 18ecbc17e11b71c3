// The demo's people: made-up names in several scripts, on numbers that say they are examples.
// SPDX-License-Identifier: Apache-2.0

/** How far a person is. Doses lie 29, 10 and 1 day back, so that a certificate can still be issued for each. */
export const stories = {
  new: "registered only",
  booked: "appointment in three days",
  expected: "appointment today",
  here: "checked in today",
  due: "COVAXIN 29 days ago, dose 2 is due",
  early: "COVISHIELD 10 days ago, dose 2 is not due yet",
  full: "both doses of COVAXIN",
  "first-today": "dose 1 today",
  "second-today": "both doses of COVAXIN, the second today",
} as const;
export type Story = keyof typeof stories;

export interface DemoPerson {
  readonly name: string;
  readonly birthYear: number;
  readonly gender: "Male" | "Female" | "Others";
  readonly story: Story;
}
export interface DemoAccount {
  readonly mobile: string;
  readonly locale: "en" | "hi";
  readonly people: readonly DemoPerson[];
}

function person(name: string, birthYear: number, sex: "F" | "M" | "O", story: Story): DemoPerson {
  return { name, birthYear, gender: sex === "F" ? "Female" : sex === "M" ? "Male" : "Others", story };
}

const families: readonly (readonly [DemoAccount["locale"], readonly DemoPerson[]])[] = [
  [
    "en",
    [
      person("Asha Demo", 1988, "F", "full"),
      person("Ravi Demo", 1985, "M", "due"),
      person("Meera Demo", 1952, "F", "new"),
    ],
  ],
  [
    "hi",
    [
      person("सीता डेमो", 1979, "F", "second-today"),
      person("मोहन डेमो", 1975, "M", "expected"),
      person("गीता डेमो", 1999, "F", "new"),
    ],
  ],
  ["en", [person("மீனா டெமோ", 1991, "F", "first-today"), person("குமார் டெமோ", 1964, "M", "due")]],
  ["en", [person("രാധ ഡെമോ", 1983, "F", "full"), person("ഗോപി ഡെമോ", 1980, "M", "early")]],
  [
    "en",
    [
      person("রিনা ডেমো", 1996, "F", "here"),
      person("তপন ডেমো", 1958, "M", "full"),
      person("মিতা ডেমো", 1961, "F", "booked"),
    ],
  ],
  ["en", [person("ਹਰਪ੍ਰੀਤ ਡੈਮੋ", 1970, "M", "first-today"), person("ਜਸਲੀਨ ਡੈਮੋ", 1974, "F", "due")]],
  ["en", [person("లక్ష్మి డెమో", 1987, "F", "early"), person("రాము డెమో", 1949, "M", "full")]],
  ["en", [person("ಕಾವ್ಯ ಡೆಮೊ", 1993, "F", "expected"), person("ನಾಗೇಶ್ ಡೆಮೊ", 1967, "M", "booked")]],
  ["en", [person("હીના ડેમો", 1981, "F", "due"), person("કિરણ ડેમો", 1990, "O", "new")]],
  ["en", [person("ଲୀଳା ଡେମୋ", 1955, "F", "full"), person("ହରି ଡେମୋ", 1951, "M", "second-today")]],
  ["hi", [person("अनिल डेमो", 2001, "M", "booked"), person("O Demo", 1969, "M", "early")]],
  [
    "en",
    [
      person("Zoya-Noor Demo", 2004, "F", "first-today"),
      person("Anand K. Demo", 1944, "M", "expected"),
      person("Leela Demo", 1947, "F", "here"),
    ],
  ],
];

/** 9000000001 and on. The first numbers stand on the demo page. */
export const demoAccounts: readonly DemoAccount[] = families.map(([locale, people], i) => ({
  mobile: String(9_000_000_001 + i),
  locale,
  people,
}));
