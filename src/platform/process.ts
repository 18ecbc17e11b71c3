// The life of a process that bin/start runs: it ends in good order on SIGTERM or SIGINT, and also when its parent is
// gone, so that nothing is left running after a kill -9.
// SPDX-License-Identifier: Apache-2.0

const graceMs = 8_000;

/** Calls `stop` once, then exits. A process whose stop hangs exits anyway. Comes back with what ends it likewise. */
export function endInOrder(stop: () => Promise<void>, moreSeconds = 0): () => void {
  let ending = false;
  const end = () => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(1), graceMs + moreSeconds * 1000).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
  if (process.send) process.on("disconnect", end);
  return end;
}
