// What a command of the operator is, and what it is handed.
// SPDX-License-Identifier: Apache-2.0
import type { Config } from "../config.js";
import type { House } from "../house.js";
import type { Db } from "../platform/db/db.js";
import type { LoginRole } from "../platform/db/roles.js";

export interface Context {
  readonly config: Config;
  /** Where the operator stood when calling: file names are meant from there. */
  readonly calledFrom: string;
  readonly write: (line: string) => void;
  readonly writeError: (line: string) => void;
  /** Connects as a role; refuses with a sentence when the embedded database does not run. The caller closes. */
  connectAs(role: LoginRole): Db;
  /** The house's dependencies, on a running installation. The caller closes. */
  openHouse(): House;
}

export interface Command {
  /** What is typed, such as "log verify". */
  readonly words: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** All of "--help". */
  readonly usage: string;
  /** The exit code comes back: 0 done, 1 refused or not well, 2 called wrongly. */
  run(args: readonly string[], context: Context): Promise<number>;
}
