// Answers that are made anew at most once a minute, whoever asks.
// SPDX-License-Identifier: Apache-2.0
import { type Answer, answerOf } from "./answer.js";

const keptSeconds = 60;
const mostKept = 1_000;

export type KeptAnswers = (name: string, make: () => Promise<object>) => Promise<Answer>;

export function keptAnswers(): KeptAnswers {
  const kept = new Map<string, { readonly answer: Promise<Answer>; readonly until: number }>();
  return (name, make) => {
    const known = kept.get(name);
    if (known && known.until > performance.now()) return known.answer;
    if (kept.size >= mostKept) kept.clear();
    const answer = make().then(answerOf);
    kept.set(name, { answer, until: performance.now() + keptSeconds * 1000 });
    // What failed is not kept.
    answer.catch(() => kept.delete(name));
    return answer;
  };
}
