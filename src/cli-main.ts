// bin/sakshi: the operator's commands. `sakshi --help` lists them, `sakshi log verify --help` explains one.
// SPDX-License-Identifier: Apache-2.0
import { sakshi } from "./cli/sakshi.js";
import { sentenceFor } from "./start/sentence.js";

const write = (line: string) => void process.stdout.write(`${line}\n`);
const writeError = (line: string) => void process.stderr.write(`${line}\n`);

try {
  process.exitCode = await sakshi(process.argv.slice(2), write, writeError);
} catch (error) {
  const isMistyped = (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS") ?? false;
  writeError(isMistyped ? (error as Error).message : sentenceFor(error));
  process.exitCode = isMistyped ? 2 : 1;
}
