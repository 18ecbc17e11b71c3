// Witnesses as they are run: "sakshi witness" as a process of its own, on a free port of this machine.
// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const program = join(import.meta.dirname, "..", "..", "src", "cli-main.js");

export interface RunningWitness {
  readonly address: string;
  readonly vkey: string;
  end(signal?: NodeJS.Signals): Promise<void>;
}

export async function runWitness(directory: string, ...more: string[]): Promise<RunningWitness> {
  const listen = more.includes("--listen") ? [] : ["--listen", "127.0.0.1:0"];
  const child = sakshi("witness", "--data", directory, ...listen, ...more);
  let said = "";
  child.stdout!.setEncoding("utf8").on("data", (text: string) => (said += text));
  const ended = once(child, "exit");
  while (said.split("\n").length < 3) {
    const isOver = await Promise.race([once(child.stdout!, "data").then(() => false), ended.then(() => true)]);
    if (isOver) throw new Error(`the witness ended before it was ready: ${said}`);
  }
  const [, address, vkey] = /^Witness at (\S+), with the key\n(.+)\n/.exec(said) ?? [];
  if (address === undefined || vkey === undefined) throw new Error(`a witness does not say this: ${said}`);
  return {
    address,
    vkey,
    async end(signal = "SIGTERM") {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await ended;
    },
  };
}

/** Runs a command of the operator to its end. */
export async function runSakshi(...args: string[]): Promise<{ code: number; output: string }> {
  const child = sakshi(...args);
  let output = "";
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const [code] = (await once(child, "close")) as [number];
  return { code, output };
}

function sakshi(...args: string[]): ChildProcess {
  return spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program, ...args], {
    env: { PATH: process.env.PATH ?? "" },
    stdio: ["ignore", "pipe", "pipe"],
  });
}
