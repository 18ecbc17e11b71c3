// "sakshi inquiry status", "add-known-leak" and "verify": what an operator does beside the officers. None of it shows
// a row or a name, and none opens a case: that takes two privacy officers (inquiry-officers.ts).
// SPDX-License-Identifier: Apache-2.0
import { readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { addKnownLeak, type Bundle, bundleFault, inquiryStatus, proofFault } from "../modules/inquiries/index.js";
import { translator } from "../platform/i18n/i18n.js";
import { dataFolder } from "../start/data-folder.js";
import type { Command, Context } from "./command.js";

export const inquiryStatusCommand: Command = {
  words: "inquiry status",
  summary: "inquiries with their clocks, and earlier leaks that are known",
  usage: `Lists inquiries: number, state, and when each report is due. And the earlier leaks that a sample is compared with.

  bin/sakshi inquiry status`,
  async run(_args, { openHouse, write }) {
    const house = openHouse();
    try {
      const { inquiries, leaks } = await inquiryStatus(house.deps);
      for (const { number, state, deadlines } of inquiries) {
        const clocks = deadlines.flatMap(({ id, dueAt, state: clock }) =>
          dueAt ? [`${id} ${clock}, due ${dueAt.toISOString()}`] : [],
        );
        write(`inquiry ${number}: ${state}; ${clocks.join("; ")}`);
      }
      for (const { leakId, knownOn, rowCount, provenance } of leaks)
        write(`known leak ${leakId}: ${rowCount} rows, known on ${knownOn}, ${provenance}`);
      write(`${inquiries.length} inquiries, ${leaks.length} known leaks`);
      return 0;
    } finally {
      await house.close();
    }
  },
};

export const inquiryAddKnownLeak: Command = {
  words: "inquiry add-known-leak",
  summary: "keep keyed filters of an earlier leak, to recognise it when it comes up again",
  usage: `Reads an earlier leak (CSV, JSON or .xlsx), keeps keyed filters of it in the vault, and none of its data.

  bin/sakshi inquiry add-known-leak FILE --known-on 2021-06-10 --provenance "a forum; handed in by the police"

  --known-on DATE     when it became known
  --provenance TEXT   where it was seen and who handed it in; nobody's name`,
  async run(args, { calledFrom, openHouse, write, writeError }) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { "known-on": { type: "string" }, provenance: { type: "string" } },
    });
    const [path] = positionals;
    if (!path || !values["known-on"] || !values.provenance) {
      writeError("Give FILE, --known-on and --provenance.");
      return 2;
    }
    const file = await readFile(resolve(calledFrom, path)).catch(() => undefined);
    if (!file) {
      writeError(`${path} cannot be read.`);
      return 1;
    }
    const house = openHouse();
    try {
      const input = { name: basename(path), file, knownOn: values["known-on"], provenance: values.provenance };
      const added = await addKnownLeak(house.deps, input);
      if (!added.ok) {
        writeError(
          `${translator("en")(`error.${added.code}` as "error.NOT_FOUND", added.facts as never)} [${added.code}]`,
        );
        return 1;
      }
      const { leakId, rows, about, columns } = added.value;
      write(`${leakId}: ${about} of ${rows} rows are about somebody; columns ${columns.join(", ")}`);
      return 0;
    } finally {
      await house.close();
    }
  },
};

export const inquiryVerify: Command = {
  words: "inquiry verify",
  summary: "check the bundle of an inquiry: answer, custody, and that they stand in the log",
  usage: `Checks that the answer and each event in a bundle fit together, and that the published log, under its signature, holds the last
event. It needs no installation but the log's key. That the answer comes out again: an officer of the inquiry runs it again
(bin/sakshi inquiry run INQUIRY --again RUN), on the register that the bundle names.

  bin/sakshi inquiry verify BUNDLE.json [--key FILE]

  --key FILE  the log's key, as published under /log/key; that of this installation when absent`,
  async run(args, { calledFrom, config, write, writeError }: Context) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { key: { type: "string" } },
    });
    const [path] = positionals;
    if (!path) {
      writeError("Which bundle? Try: bin/sakshi inquiry verify --help");
      return 2;
    }
    const keyFile = values.key ? resolve(calledFrom, values.key) : join(dataFolder(config.dataDir).published, "key");
    const key = await readFile(keyFile, "utf8").catch(() => undefined);
    if (!key) {
      writeError(`The log's key is not there (${keyFile}). Give it by --key FILE.`);
      return 2;
    }
    let bundle: Bundle;
    let fault: string | undefined;
    try {
      bundle = JSON.parse(await readFile(resolve(calledFrom, path), "utf8")) as Bundle;
      fault = bundleFault(bundle) ?? proofFault(bundle, key.trim());
    } catch {
      writeError(`${path} is no bundle that can be read.`);
      return 1;
    }
    if (fault) {
      writeError(`${path} does not hold: ${fault}.`);
      return 1;
    }
    const { answer, events, entry } = bundle;
    write(
      `${answer.verdict}: ${answer.linked ?? "fewer than ten"} of ${answer.rows} rows linked; engine ${answer.engine}`,
    );
    write(
      `sample ${answer.inputs.sampleSha256}, register of ${answer.inputs.asOf}, log of size ${answer.inputs.logSize}`,
    );
    write(`${events.length} events follow one from the other; the log holds the last of them as entry ${entry.index}`);
    return 0;
  },
};
