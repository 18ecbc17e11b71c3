// What every process tells of itself, and how it tells: the parent asks over IPC, so no process needs a port or a file.
// SPDX-License-Identifier: Apache-2.0
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Db } from "../db/db.js";
import { Metrics } from "./metrics.js";

/** The parent's question; the answer is `{ metrics }`. */
export const metricsQuestion = "metrics";

export function processMetrics(): Metrics {
  const metrics = new Metrics();
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const startedAt = Date.now() / 1000 - process.uptime();
  metrics.gauge("process_start_time_seconds", "When the process started.", () => startedAt);
  metrics.gauge("process_resident_memory_bytes", "Memory that the process holds.", () => process.memoryUsage.rss());
  metrics.total("process_cpu_seconds_total", "Processor time used, user and system.", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  metrics.gauge(
    "sakshi_event_loop_delay_seconds",
    "99th percentile of the event loop's delay since last asked.",
    () => {
      const value = delay.percentile(99) / 1e9;
      delay.reset();
      return value;
    },
  );
  return metrics;
}

export function poolMetrics(metrics: Metrics, pools: Readonly<Record<string, Db>>): void {
  metrics.gauge("sakshi_database_connections", "Connections of the pool, by what they do.", () =>
    Object.entries(pools).flatMap(([pool, db]) =>
      Object.entries(db.usage()).map(([state, value]) => ({ labels: { pool, state }, value })),
    ),
  );
}

/** Answers the parent from now on. */
export function answerMetrics(metrics: Metrics): void {
  process.on("message", (message) => {
    if (message === metricsQuestion) void metrics.read().then((families) => process.send?.({ metrics: families }));
  });
}
