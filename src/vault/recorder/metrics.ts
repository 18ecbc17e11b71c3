// What the recorder tells of the log: sizes, ages and batches. Nothing of what stands in an entry.
// SPDX-License-Identifier: Apache-2.0
import type { Metrics } from "../../platform/metrics/metrics.js";
import type { Publisher } from "../../publisher/index.js";
import type { Sequencer } from "./sequencer.js";

export function batchesIn(metrics: Metrics): (entries: number) => void {
  const bounds = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024];
  return metrics.histogram("sakshi_log_batch_entries", "Entries that shared a commit.", bounds).observe;
}

export function logMetrics(
  metrics: Metrics,
  parts: {
    readonly sequencer: Sequencer;
    readonly mayGrow: () => boolean;
    readonly publisher: Pick<Publisher, "published"> | undefined;
  },
): void {
  const { sequencer, mayGrow, publisher } = parts;
  metrics.gauge("sakshi_log_may_grow", "0 while the log may not grow; then nobody's data opens.", () =>
    mayGrow() ? 1 : 0,
  );
  metrics.gauge("sakshi_log_waiting_entries", "Entries that wait for a batch.", () => sequencer.waiting());
  metrics.gauge("sakshi_log_entries", "Entries that this process knows to be in the log.", () => sequencer.size());
  if (!publisher) return;
  metrics.gauge("sakshi_log_published_entries", "Entries under the published checkpoint.", () => {
    const { size } = publisher.published();
    return size === undefined ? [] : size;
  });
  metrics.gauge("sakshi_log_published_age_seconds", "Since publishing last succeeded.", () => {
    const { at } = publisher.published();
    return at === undefined ? [] : (performance.now() - at) / 1000;
  });
  metrics.gauge("sakshi_log_witness_age_seconds", "Since a witness last cosigned, by its name in the policy.", () =>
    [...publisher.published().cosigned].map(([witness, at]) => ({
      labels: { witness },
      value: (performance.now() - at) / 1000,
    })),
  );
}
