// Answers that are made anew at most once in a while, whoever asks. Whoever asks while one is made waits for that one.
// SPDX-License-Identifier: Apache-2.0

export interface KeptFor {
  readonly seconds: number;
  /** When so many are kept, all are let go. */
  readonly most: number;
}

/** What failed is not kept. */
export function keepFor<T>({ seconds, most }: KeptFor): (name: string, make: () => Promise<T>) => Promise<T> {
  const kept = new Map<string, { readonly answer: Promise<T>; readonly until: number }>();
  return (name, make) => {
    const known = kept.get(name);
    if (known && known.until > performance.now()) return known.answer;
    if (kept.size >= most) kept.clear();
    const answer = make();
    kept.set(name, { answer, until: performance.now() + seconds * 1000 });
    answer.catch(() => kept.delete(name));
    return answer;
  };
}
