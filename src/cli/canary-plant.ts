// "sakshi canary plant": invented people, registered with numbers that the operator owns. Nobody is told who they are.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { mostCanaries, plantCanaries } from "../modules/accesses/index.js";
import { translator } from "../platform/i18n/i18n.js";
import type { Command } from "./command.js";

export const canaryPlant: Command = {
  words: "canary plant",
  summary: "register invented people; whoever asks for one is stopped",
  usage: `Registers one invented person for each mobile number of a file: up to ${mostCanaries} numbers, ten digits, one a line, which
you own and nobody uses. Commitments go into the disclosure log first. Whoever asks for one of these people
is stopped, and a privacy officer sees it. The command does not say who they are, nor can the database.

  bin/sakshi canary plant NUMBERS

  --minutes N   over how long they register, among others (60 when absent)`,
  async run(args, context) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { minutes: { type: "string", default: "60" } },
      allowPositionals: true,
    });
    const [file] = positionals;
    const minutes = Number(values.minutes);
    if (!file || positionals.length > 1 || !Number.isInteger(minutes) || minutes < 1 || minutes > 7 * 24 * 60) {
      context.writeError("Give one file of mobile numbers, and minutes from 1 to 10080.");
      return 2;
    }
    const numbers = readFileSync(resolve(context.calledFrom, file), "utf8").split(/\s+/).filter(Boolean);
    const house = context.openHouse();
    try {
      const planted = await plantCanaries(house.deps, { numbers, minutes });
      if (!planted.ok) {
        context.writeError(`${translator("en")(`error.${planted.code}`)} [${planted.code}]`);
        return 1;
      }
      context.write(`Planted ${planted.value.planted}.`);
      return 0;
    } finally {
      await house.close();
    }
  },
};
