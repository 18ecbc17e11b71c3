// Answers of the API that are made anew at most once a minute.
// SPDX-License-Identifier: Apache-2.0
import { keepFor } from "../platform/kept.js";
import { type Answer, answerOf } from "./answer.js";

export type KeptAnswers = (name: string, make: () => Promise<object>) => Promise<Answer>;

export function keptAnswers(): KeptAnswers {
  const keep = keepFor<Answer>({ seconds: 60, most: 1_000 });
  return (name, make) => keep(name, () => make().then(answerOf));
}
