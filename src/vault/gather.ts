// Gathers what is asked in one turn of the event loop, or while the last question is under way, into one next question.
// No timer: alone, a question is asked at once; under load, many share one round trip to the database.
// SPDX-License-Identifier: Apache-2.0

interface Asked<In, Out> {
  readonly input: In;
  resolve(output: Out): void;
  reject(error: unknown): void;
}

/** `ask` answers a list of inputs with as many outputs, in order; at most `lanes` calls of it run at once. */
export function gathered<In, Out>(
  ask: (inputs: readonly In[]) => Promise<readonly Out[]>,
  { lanes = 2, most = 256 } = {},
): (input: In) => Promise<Out> {
  const waiting: Asked<In, Out>[] = [];
  let running = 0;
  let isStarting = false;

  async function run(): Promise<void> {
    isStarting = false;
    running++;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, most);
      try {
        const outputs = await ask(batch.map(({ input }) => input));
        batch.forEach((one, at) => {
          one.resolve(outputs[at]!);
        });
      } catch (error) {
        for (const one of batch) one.reject(error);
      }
    }
    running--;
  }

  return (input) =>
    new Promise((resolve, reject) => {
      waiting.push({ input, resolve, reject });
      if (isStarting || running === lanes) return;
      isStarting = true;
      setImmediate(() => void run());
    });
}
