// From the words of a command line to the command: the list, the explanation of one, the hint when there is none.
// SPDX-License-Identifier: Apache-2.0
import { readConfig } from "../config.js";
import type { Command, Context } from "./command.js";
import { commands } from "./commands.js";
import { installation } from "./installation.js";

function overview(): string {
  const list = commands.map(({ words, summary }) => `  ${words.padEnd(20)} ${summary}`);
  return ["bin/sakshi COMMAND [OPTIONS]", "", ...list, "", "bin/sakshi COMMAND --help tells more about one."].join(
    "\n",
  );
}

function find(args: readonly string[]): { command: Command; rest: readonly string[] } | undefined {
  for (const command of commands) {
    const words = command.words.split(" ");
    if (words.every((word, i) => args[i] === word)) return { command, rest: args.slice(words.length) };
  }
  return undefined;
}

/** The command that shares its first word with what was typed, or the list. */
function hint(typed: string): string {
  const near = commands.filter(({ words }) => words.split(" ").includes(typed.split(" ")[0] ?? ""));
  const meant = near.map(({ words }) => `bin/sakshi ${words}`).join(" or ");
  return `There is no command "${typed}". ${meant ? `Did you mean ${meant}?` : "bin/sakshi --help lists them."}`;
}

/** Runs one command; what it returns is the exit code: 2 when called wrongly. */
export async function sakshi(
  args: readonly string[],
  write: (line: string) => void,
  writeError: (line: string) => void,
): Promise<number> {
  if (args.length === 0 || ["--help", "-h", "help"].includes(args[0]!)) {
    write(overview());
    return 0;
  }
  const found = find(args);
  if (!found) {
    writeError(hint(args.filter((arg) => !arg.startsWith("-")).join(" ")));
    return 2;
  }
  const { command, rest } = found;
  if (rest.includes("--help") || rest.includes("-h")) {
    write(command.usage);
    return 0;
  }
  const config = readConfig(process.env);
  const calledFrom = process.env.SAKSHI_CALLED_FROM || process.cwd();
  const context: Context = { config, calledFrom, write, writeError, ...(await installation(config)) };
  return command.run(rest, context);
}
