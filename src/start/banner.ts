// What bin/start prints when everything answers.
// SPDX-License-Identifier: Apache-2.0
import { join, relative } from "node:path";
import type { Config } from "../config.js";

export function banner(config: Config): string {
  const { origin, profile } = config;
  const logs = relative(process.cwd(), join(config.dataDir, "logs"));
  const demo = [`  Demo sign-ins   ${origin}/demo`, `  Codes arrive    ${origin}/demo/outbox`];
  return [
    "",
    `Sakshi is running at ${origin}`,
    ...(profile === "demo" ? demo : []),
    `  Logs            ${logs.startsWith("..") ? join(config.dataDir, "logs") : logs}`,
    "Stop with Ctrl-C.",
    "",
  ].join("\n");
}
