// "sakshi keys revoke": the emergency change of a certificate key that was stolen. The key ends at once; the people's new
// certificates are the worker's job, which this command watches and need not wait for.
// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { listReissues, type Reissue, revokeCertificateKey } from "../modules/certificates/index.js";
import type { Command, Context } from "./command.js";

const lookAgainMs = 500;

export const keysRevoke: Command = {
  words: "keys revoke",
  summary: "a certificate key was stolen: end it at once and issue its certificates anew",
  usage: `Ends a certificate key for good: it signs nothing from this moment, another one signs in its place, and verifiers that
fetch the trust list again refuse everything that it ever signed, whatever the date on it. Everybody who holds such a
certificate gets a new one from the worker, and is told. This cannot be taken back.

  bin/sakshi keys revoke KEY_ID --stolen

  KEY_ID     16 hexadecimal digits, as "keys status" lists them
  --stolen   says that you mean it

Tells how far the new certificates are. Ctrl-C stops the telling, not the work; called again it goes on telling.`,
  async run(args, context) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { stolen: { type: "boolean" } },
    });
    const [keyId, ...more] = positionals;
    if (keyId === undefined || more.length > 0 || !values.stolen) {
      context.writeError("Which key was stolen? bin/sakshi keys revoke KEY_ID --stolen; this cannot be taken back.");
      return 2;
    }
    const house = context.openHouse();
    try {
      const reissue = await revokeCertificateKey(house.deps, keyId);
      if (!reissue) {
        context.writeError(`There is no certificate key ${keyId}: bin/sakshi keys status lists them.`);
        return 1;
      }
      context.write(`Key ${keyId} is revoked since ${reissue.revokedAt.toISOString()}.`);
      return await untilReissued(() => listReissues(house.deps), reissue, context);
    } finally {
      await house.close();
    }
  },
};

/** 0 when everybody has a new one, 130 after Ctrl-C. */
async function untilReissued(
  list: () => Promise<readonly Reissue[]>,
  begun: Reissue,
  { write, writeError }: Pick<Context, "write" | "writeError">,
): Promise<number> {
  const stop = new AbortController();
  const ask = () => stop.abort();
  process.once("SIGINT", ask);
  let told = "";
  try {
    for (;;) {
      const now = (await list()).find(({ reissueId }) => reissueId === begun.reissueId)!;
      const line = reissueLine(now);
      if (line !== told) write(line);
      told = line;
      if (now.doneAt) return 0;
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
  return `  ${keyId}: ${reissued} of ${holders} people have new certificates${left}${doneAt ? "; done" : ""}`;
}
