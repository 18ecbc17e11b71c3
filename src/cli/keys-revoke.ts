// "sakshi keys revoke": the emergency change of a certificate key that was stolen. The key ends at once; the people's new
// certificates are the worker's job, which this command watches and need not wait for.
// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { listReissues, type Reissue, revokeCertificateKeys } from "../modules/certificates/index.js";
import type { Command, Context } from "./command.js";

const lookAgainMs = 500;

export const keysRevoke: Command = {
  words: "keys revoke",
  summary: "a certificate key was stolen: end it at once and issue its certificates anew",
  usage: `Ends a certificate key for good: it signs nothing from this moment, another one signs in its place, and verifiers that
fetch the trust list again refuse everything that it ever signed, whatever the date on it. Everybody who holds such a
certificate gets a new one from the worker, and is told. This cannot be taken back.

  bin/sakshi keys revoke KEY_ID... --stolen

  KEY_ID     16 hexadecimal digits, as "keys status" lists them; if several were stolen, name all of them at once
  --stolen   says that you mean it

Tells how far the new certificates are. Ctrl-C stops the telling, not the work; called again it goes on telling.`,
  async run(args, context) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { stolen: { type: "boolean" } },
    });
    if (positionals.length === 0 || !values.stolen) {
      context.writeError("Which key was stolen? bin/sakshi keys revoke KEY_ID... --stolen; this cannot be taken back.");
      return 2;
    }
    const house = context.openHouse();
    try {
      const reissues = await revokeCertificateKeys(house.deps, positionals);
      if (!reissues) {
        context.writeError("There is no such certificate key; nothing was done. bin/sakshi keys status lists them.");
        return 1;
      }
      for (const { keyId, revokedAt } of reissues)
        context.write(`Key ${keyId} is revoked since ${revokedAt.toISOString()}.`);
      return await untilReissued(() => listReissues(house.deps), positionals, context);
    } finally {
      await house.close();
    }
  },
};

/** 0 when everybody has a new one, 130 after Ctrl-C. */
async function untilReissued(
  list: () => Promise<readonly Reissue[]>,
  keyIds: readonly string[],
  { write, writeError }: Pick<Context, "write" | "writeError">,
): Promise<number> {
  const stop = new AbortController();
  const ask = () => stop.abort();
  process.once("SIGINT", ask);
  const told = new Set<string>();
  try {
    for (;;) {
      const now = (await list()).filter(({ keyId }) => keyIds.includes(keyId));
      for (const line of now.map(reissueLine)) if (!told.has(line)) write(line);
      for (const line of now.map(reissueLine)) told.add(line);
      if (now.every(({ doneAt }) => doneAt)) return 0;
      await sleep(lookAgainMs, undefined, { signal: stop.signal }).catch(() => undefined);
      if (stop.signal.aborted) {
        writeError("Stopped telling. The worker goes on; the same command tells again.");
        return 130;
      }
    }
  } finally {
    process.off("SIGINT", ask);
  }
}

export function reissueLine({ keyId, holders, reissued, leftOut, doneAt }: Reissue): string {
  const left = leftOut > 0 ? `, ${leftOut} revoked without a new one` : "";
  const of = doneAt ? "" : ` of ${holders}`;
  return `  ${keyId}: ${reissued}${of} people have new certificates${left}${doneAt ? "; done" : ""}`;
}
