// Metrics of several processes as one text that Prometheus reads: each family once, each sample with its process.
// Format: prometheus.io/docs/instrumenting/exposition_formats, version 0.0.4.
// SPDX-License-Identifier: Apache-2.0
import type { Family, Labels } from "./metrics.js";

export const expositionType = "text/plain; version=0.0.4; charset=utf-8";

export function exposition(byProcess: ReadonlyMap<string, readonly Family[]>): string {
  const blocks = new Map<string, string[]>();
  for (const [process, families] of byProcess) {
    for (const { name, kind, help, samples } of families) {
      const block = blocks.get(name) ?? [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`];
      for (const { suffix = "", labels, value } of samples)
        block.push(`${name}${suffix}${written({ process, ...labels })} ${value}`);
      blocks.set(name, block);
    }
  }
  return [...blocks.values()].map((block) => `${block.join("\n")}\n`).join("");
}

function written(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return `{${pairs.join(",")}}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
