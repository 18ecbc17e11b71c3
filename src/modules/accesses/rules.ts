// How an emergency stands. Pure; the recorder has the same limits of its own (db/migrations/0131_break_glass.sql).
// SPDX-License-Identifier: Apache-2.0
import type { EmergencyState } from "./types.js";

export const minutesForASecond = 15;
export const wordsLimit = { least: 10, most: 500 } as const;

export function stateOf(answer: "confirmed" | "denied" | null, askedAt: Date, now: Date): EmergencyState {
  if (answer) return answer;
  return now.getTime() - askedAt.getTime() > minutesForASecond * 60_000 ? "unanswered" : "asked";
}
