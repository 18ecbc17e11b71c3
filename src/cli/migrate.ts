// "sakshi migrate": brings the database to this version without starting the rest. bin/start does the same.
// SPDX-License-Identifier: Apache-2.0

import { openDataFolder } from "../start/data-folder.js";
import { openDatabase } from "../start/database.js";
import type { Command } from "./command.js";

export const migrateCommand: Command = {
  words: "migrate",
  summary: "bring the database to this version, without starting the rest",
  usage: `Brings the database to this version, without starting the rest. Sakshi must not be running.
bin/start does the same before anything else. Take a backup first: there is no way back.`,
  async run(_args, { config, write, writeError }) {
    const folder = openDataFolder(config.dataDir);
    try {
      const database = await openDatabase(config, folder, { onStart() {}, onMoved() {}, tell: writeError });
      await database.stop();
      for (const name of database.migrated) write(name);
      write(database.migrated.length === 0 ? "Nothing to do: the database has this version already." : "Done.");
      return 0;
    } finally {
      folder.unlock();
    }
  },
};
