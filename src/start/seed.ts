// The demo country, put in at the first start of the demo profile; a start on a later day adds that day's sessions.
// A process of its own does it, with the rights of the web and not the supervisor's.
// SPDX-License-Identifier: Apache-2.0
import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config.js";
import { dateInIndia } from "../platform/clock.js";
import { OperatorError } from "../platform/operator-error.js";
import type { Command } from "./part.js";

export async function seed(config: Config, command: () => Command): Promise<void> {
  if (config.profile !== "demo") return;
  const marker = join(config.dataDir, "demo-seeded-on");
  const today = dateInIndia(new Date());
  if (existsSync(marker) && readFileSync(marker, "utf8").trim() === today) return;
  process.stdout.write("Putting in the demo country ...\n");
  const { command: program, args, env } = command();
  const child = spawn(program, args, { env, stdio: ["ignore", "inherit", "inherit", "ipc"], detached: true });
  let failure = "";
  child.on("message", (sentence) => (failure = sentence as string));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("exit", resolve);
    child.once("error", reject);
  });
  if (code !== 0) throw new OperatorError(failure || `The demo country could not be put in (exit ${code}).`);
  writeFileSync(marker, `${today}\n`);
}
