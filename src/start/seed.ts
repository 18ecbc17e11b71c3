// The demo country, put in at the first start of the demo profile by a process of its own.
// SPDX-License-Identifier: Apache-2.0
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Config } from "../config.js";
import type { Command } from "./part.js";

export async function seed(config: Config, command: () => Command): Promise<void> {
  if (config.profile !== "demo" || !existsSync(join(import.meta.dirname, "..", "demo", "seed.js"))) return;
  const { command: program, args, env } = command();
  const child = spawn(program, args, { env, stdio: ["ignore", "inherit", "inherit", "ipc"], detached: true });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("exit", resolve);
    child.once("error", reject);
  });
  if (code !== 0) throw new Error("the demo country could not be put in");
}
