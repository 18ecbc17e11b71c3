// "sakshi db sizes": what each table and its indexes weigh, in all and a person.
// SPDX-License-Identifier: Apache-2.0
import { parseArgs } from "node:util";
import { tableSizes } from "../platform/db/sizes.js";
import type { Command } from "./command.js";

const schemas = ["registry", "vault", "log", "graphile_worker"];
const counted = "registry.beneficiaries";

export const dbSizes: Command = {
  words: "db sizes",
  summary: "what each table and its indexes weigh, in all and a person",
  usage: `Lists the tables that hold something, the heaviest first: rows (as the server last estimated), bytes of the table
and of its indexes, and both together for each registered person.

  sakshi db sizes [--json]`,
  async run(args, { write, connectAs }) {
    const { values } = parseArgs({ args: [...args], options: { json: { type: "boolean" } } });
    const db = connectAs("sakshi_app");
    try {
      const sizes = (await tableSizes(db, schemas)).filter(({ rows }) => rows > 0);
      if (values.json) {
        for (const size of sizes) write(JSON.stringify(size));
        return 0;
      }
      const people = sizes.find(({ table }) => table === counted)?.rows ?? 0;
      write(line("table", "rows", "table MB", "indexes MB", "bytes a person"));
      for (const { table, rows, tableBytes, indexBytes } of sizes)
        write(line(table, String(rows), megabytes(tableBytes), megabytes(indexBytes), each(tableBytes + indexBytes)));
      const sum = (of: "tableBytes" | "indexBytes") => sizes.reduce((all, size) => all + size[of], 0);
      const [tables, indexes] = [sum("tableBytes"), sum("indexBytes")];
      write(line("all", "", megabytes(tables), megabytes(indexes), each(tables + indexes)));
      return 0;

      function each(bytes: number): string {
        return people > 0 ? String(Math.round(bytes / people)) : "–";
      }
    } finally {
      await db.close();
    }
  },
};

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);
function line(table: string, ...numbers: readonly string[]): string {
  return [table.padEnd(36), ...numbers.map((text) => text.padStart(15))].join("").trimEnd();
}
