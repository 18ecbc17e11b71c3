// "sakshi witness" runs a witness until it is told to end; "sakshi witness trust" names a log that it cosigns for.
// Neither needs a running installation: a witness is worth most on a machine of somebody else.
// SPDX-License-Identifier: Apache-2.0
import { once } from "node:events";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { TlogError } from "../lib/tlog/index.js";
import { startWitness, trustLog } from "../witness/index.js";
import type { Command } from "./command.js";

const usage = `bin/sakshi witness --data DIR --listen ADDRESS:PORT [--name NAME]
bin/sakshi witness trust VKEY --data DIR

Cosigns the checkpoints of the logs it trusts, as long as each is the one before, grown (c2sp.org/tlog-witness).
Needs no database and no installation of Sakshi.

  --data DIR             its key, the logs it trusts and what it has seen; made if absent
  --listen ADDRESS:PORT  where logs reach it; put a proxy with TLS in front of it beyond this machine
  --name NAME            what its key is called, such as witness.court.example; when the key is made only`;

export const witnessTrust: Command = {
  words: "witness trust",
  summary: "name a log that a witness cosigns for, by its public key",
  usage,
  async run(args, { calledFrom, write, writeError }) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { data: { type: "string" } },
      allowPositionals: true,
    });
    const [vkey] = positionals;
    if (values.data === undefined || vkey === undefined || positionals.length > 1) {
      writeError(usage);
      return 2;
    }
    try {
      const isNew = trustLog(resolve(calledFrom, values.data), vkey.trim());
      write(isNew ? "This log is trusted now." : "This log is trusted already.");
      return 0;
    } catch (error) {
      if (!(error instanceof TlogError)) throw error;
      writeError(`This is no key of a log: ${error.message}.`);
      return 2;
    }
  },
};

export const witness: Command = {
  words: "witness",
  summary: "run a witness: cosigns a log's checkpoints while its history only grows",
  usage,
  async run(args, { calledFrom, write, writeError }) {
    const { values } = parseArgs({
      args: [...args],
      options: { data: { type: "string" }, listen: { type: "string" }, name: { type: "string" } },
    });
    const listen = addressOf(values.listen);
    if (values.data === undefined || !listen) {
      writeError(usage);
      return 2;
    }
    const running = await startWitness({
      directory: resolve(calledFrom, values.data),
      ...listen,
      name: values.name,
      onTrouble: (error) => writeError(`cannot cosign: ${(error as Error).message}`),
    });
    write(`Witness at ${running.address}, with the key`);
    write(running.vkey);
    await Promise.race(["SIGTERM", "SIGINT"].map((signal) => once(process, signal)));
    await running.close();
    return 0;
  },
};

/** "127.0.0.1:8090" or "[::1]:8090". */
function addressOf(text: string | undefined): { host: string; port: number } | undefined {
  const [, host, port] = /^\[?([^\][]+)\]?:(\d{1,5})$/.exec(text ?? "") ?? [];
  return host === undefined || Number(port) > 65_535 ? undefined : { host, port: Number(port) };
}
