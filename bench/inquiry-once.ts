// One inquiry in a process of its own, so that its memory is its own: node inquiry-once.js WORLD → one line of JSON.
// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import { readCase, readWorld } from "../src/inquiry-files/read-world.js";
import { Inquiry } from "../src/lib/inquiry/index.js";

const folder = process.argv[2]!;
const begun = performance.now();
const seconds = () => (performance.now() - begun) / 1000;
const registry = await readWorld(folder);
const read = seconds();
const inquiry = new Inquiry(registry);
const indexed = seconds();
const { sample, intake } = await readCase(join(folder, "cases/c1"));
const answer = inquiry.answer("c1", sample, intake);
const all = seconds();
process.stdout.write(
  `${JSON.stringify({
    rows: answer.ours.rows,
    linked: answer.ours.linked,
    source: answer.sources[0]?.actor ?? "nobody",
    read,
    index: indexed - read,
    answer: all - indexed,
    all,
    processor: process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6,
    megabytes: Math.round(process.resourceUsage().maxRSS / 1024),
  })}\n`,
);
