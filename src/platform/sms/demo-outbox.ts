// The demo's phone: messages are appended to a file, and read back by the page that shows them. Never in production.
// SPDX-License-Identifier: Apache-2.0
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Sms } from "./sms.js";

export interface DemoMessage {
  readonly at: string;
  readonly to: string;
  readonly text: string;
}
const shown = 50;

export function demoOutboxFile(dataDir: string): string {
  return join(dataDir, "demo-outbox.ndjson");
}

export function demoOutbox(file: string, clock: () => Date = () => new Date()): Sms {
  return {
    async send({ mobile, text }) {
      const message: DemoMessage = { at: clock().toISOString(), to: mobile, text };
      await appendFile(file, `${JSON.stringify(message)}\n`, { mode: 0o600 });
    },
  };
}

/** The newest messages first; to one number, or to all. */
export async function readDemoOutbox(file: string, to?: string): Promise<DemoMessage[]> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const found: DemoMessage[] = [];
  for (const line of text.split("\n").reverse()) {
    const message = readLine(line);
    if (message && (to === undefined || message.to === to)) found.push(message);
    if (found.length === shown) break;
  }
  return found;
}

/** A line that a kill cut short is no message. */
function readLine(line: string): DemoMessage | undefined {
  try {
    return line ? (JSON.parse(line) as DemoMessage) : undefined;
  } catch {
    return undefined;
  }
}
