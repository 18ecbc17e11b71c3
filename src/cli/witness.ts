// "sakshi witness" runs a witness until it is told to end; "sakshi witness trust" names a log that it cosigns for.
// Neither needs a running installation: a witness is worth most on a machine of somebody else.
// SPDX-License-Identifier: Apache-2.0
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { ed25519Verifier, openShardList, TlogError } from "../lib/tlog/index.js";
import { OperatorError } from "../platform/operator-error.js";
import { startWitness, trustLog } from "../witness/index.js";
import type { Command } from "./command.js";

const usage = `bin/sakshi witness --data DIR --listen ADDRESS:PORT [--name NAME]
bin/sakshi witness trust VKEY --data DIR [--shards URL-OR-FILE]

Cosigns the checkpoints of the logs it trusts, as long as each is the one before, grown (c2sp.org/tlog-witness).
Needs no database and no installation of Sakshi.

  --data DIR             its key, the logs it trusts and what it has seen; made if absent
  --shards URL-OR-FILE   the log's list of shards, signed with that key: all of them are trusted. Run it again, each
                         night say: a log opens a shard at the turn of a quarter
  --listen ADDRESS:PORT  where logs reach it; put a proxy with TLS in front of it beyond this machine
  --name NAME            what its key is called, such as witness.court.example; when the key is made only`;

export const witnessTrust: Command = {
  words: "witness trust",
  summary: "name a log that a witness cosigns for, by its public key",
  usage,
  async run(args, { calledFrom, write, writeError }) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { data: { type: "string" }, shards: { type: "string" } },
      allowPositionals: true,
    });
    const [vkey] = positionals;
    if (values.data === undefined || vkey === undefined || positionals.length > 1) {
      writeError(usage);
      return 2;
    }
    try {
      const keys = values.shards === undefined ? [] : await shardKeys(vkey.trim(), values.shards, calledFrom);
      const data = resolve(calledFrom, values.data);
      const isNew = [vkey.trim(), ...keys].map((key) => trustLog(data, key)).includes(true);
      const what = keys.length > 1 ? `This log with its ${keys.length} shards` : "This log";
      write(`${what} is trusted ${isNew ? "now" : "already"}.`);
      return 0;
    } catch (error) {
      if (!(error instanceof TlogError)) throw error;
      writeError(`This is no key of a log, or no list of its shards: ${error.message}.`);
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

/** The keys of all shards in the list, which must be signed with the log's key. */
async function shardKeys(vkey: string, from: string, calledFrom: string): Promise<string[]> {
  const verifier = ed25519Verifier(vkey);
  const note = /^https?:/.test(from) ? await fetched(from) : readFileSync(resolve(calledFrom, from), "utf8");
  return openShardList(note, verifier.name, [verifier]).map((shard) => shard.vkey);
}

async function fetched(url: string): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(30_000) });
  if (!answer.ok) throw new OperatorError(`${url} answers ${answer.status}.`);
  return answer.text();
}

/** "127.0.0.1:8090" or "[::1]:8090". */
function addressOf(text: string | undefined): { host: string; port: number } | undefined {
  const [, host, port] = /^\[?([^\][]+)\]?:(\d{1,5})$/.exec(text ?? "") ?? [];
  return host === undefined || Number(port) > 65_535 ? undefined : { host, port: Number(port) };
}
