// "sakshi demo grow": puts made-up people in by the thousand, to measure an installation at the size of a country.
// SPDX-License-Identifier: Apache-2.0
import { statfsSync } from "node:fs";
import { parseArgs } from "node:util";
import { bytesAPerson, grow } from "../demo/grow.js";
import { connect } from "../platform/db/db.js";
import { OperatorError } from "../platform/operator-error.js";
import { adminUrlOf } from "../start/database.js";
import { progressTo } from "./backup.js";
import type { Command } from "./command.js";

const mostPeople = 100_000_000;

export const demoGrow: Command = {
  words: "demo grow",
  summary: "put made-up people into the running demo by the thousand, for measuring",
  usage: `Puts N made-up people into the running demo, three an account, with appointments, doses and certificates of the
past four months. What identifies them is noise of the right length: nobody can sign in as one of them or open
one. They have no entries in the disclosure log (the recorder alone writes there), and public figures do not
count them. It takes ${bytesAPerson / 1000} kB of disk a person. To be rid of them, stop Sakshi and remove its data folder.

  sakshi demo grow --people N

Ends with 0 when done, with 1 when refused.`,
  async run(args, { config, write, writeError }) {
    const { values } = parseArgs({ args: [...args], options: { people: { type: "string" } } });
    const people = Number(values.people);
    if (!Number.isInteger(people) || people < 1 || people > mostPeople) {
      writeError(`Say how many people, from 1 to ${mostPeople}: bin/sakshi demo grow --people 10000.`);
      return 2;
    }
    if (config.profile === "production") throw new OperatorError("Production holds real people and no made-up ones.");
    const url = config.databaseUrl ?? adminUrlOf(config);
    if (!config.databaseUrl) needRoom(config.dataDir, people * bytesAPerson);
    const db = connect(url, { max: 1 });
    const begun = performance.now();
    const tell = progressTo(writeError, "people");
    try {
      const grown = await grow(db, people, (sum) => tell(Math.min(sum.people, people), people));
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      write(
        `${grown.people} people with ${grown.doses} doses in ${seconds} s. bin/sakshi db sizes tells what they weigh.`,
      );
      return 0;
    } finally {
      await db.close();
    }
  },
};

/** A disk that fills up stops the whole installation: a fifth is left free. */
function needRoom(folder: string, bytes: number): void {
  const { bavail, blocks, bsize } = statfsSync(folder);
  const room = (bavail - blocks / 5) * bsize;
  if (bytes <= room) return;
  const [wanted, free] = [bytes, Math.max(0, room)].map((size) => (size / 1e9).toFixed(1));
  throw new OperatorError(`That takes ${wanted} GB of disk; with a fifth of it left free there are ${free} GB.`);
}
