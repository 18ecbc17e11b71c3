// "sakshi partner key", "partner rotate" and "partner revoke": keys of programs of others that use the API.
// SPDX-License-Identifier: Apache-2.0
import { parseArgs } from "node:util";
import type { Deps } from "../modules/disclosure/index.js";
import {
  type IssuedKey,
  issuePartnerKey,
  partnerScopes,
  revokePartnerKey,
  rotatePartnerKey,
} from "../modules/partners/index.js";
import type { Outcome, Refused } from "../platform/errors.js";
import { translator } from "../platform/i18n/i18n.js";
import type { Command, Context } from "./command.js";

export const partnerKey: Command = {
  words: "partner key",
  summary: "issue an API key to a partner",
  usage: `Issues an API key, good for a year, and makes the partner if it is new. The key is shown once.
To change a key, rotate it.

  bin/sakshi partner key --name "Demo App"

  --name NAME       the partner
  --scope SCOPE     ${partnerScopes.join(" or ")}; may be given several times (${partnerScopes[0]} when absent)
  --budget NUMBER   requests a minute of the partner, all its keys together (600 for a new one)`,
  async run(args, context) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        name: { type: "string" },
        scope: { type: "string", multiple: true },
        budget: { type: "string" },
      },
    });
    if (!values.name) {
      context.writeError("Give --name.");
      return 2;
    }
    const { name, scope = [partnerScopes[0]], budget } = values;
    const requestsAMinute = budget === undefined ? undefined : Number(budget);
    return show(context, (deps) => issuePartnerKey(deps, { partnerName: name, scopes: scope, requestsAMinute }));
  },
};

export const partnerRotate: Command = {
  words: "partner rotate",
  summary: "replace an API key; the old one goes on for some days",
  usage: `Issues a key with the scopes of an old one, which ends after the overlap. The new key is shown once.

  bin/sakshi partner rotate --key ID

  --overlap DAYS   how long the old key goes on (7 when absent, 0 ends it at once, at most 90)`,
  async run(args, context) {
    const { values } = parseArgs({
      args: [...args],
      options: { key: { type: "string" }, overlap: { type: "string", default: "7" } },
    });
    if (!values.key) {
      context.writeError("Give --key.");
      return 2;
    }
    const { key: keyId, overlap } = values;
    return show(context, (deps) => rotatePartnerKey(deps, { keyId, overlapDays: Number(overlap) }));
  },
};

/** Shows a key that was issued: this once. */
async function show(context: Context, issue: (deps: Deps) => Promise<Outcome<IssuedKey>>): Promise<number> {
  const house = context.openHouse();
  try {
    const issued = await issue(house.deps);
    if (!issued.ok) return tell(context, issued);
    context.write(issued.value.key);
    context.write(`Key ${issued.value.keyId}, until ${issued.value.expiresAt.toISOString()}. It is not shown again.`);
    return 0;
  } finally {
    await house.close();
  }
}

export const partnerRevoke: Command = {
  words: "partner revoke",
  summary: "revoke an API key, at once",
  usage: `Revokes an API key by its id. The next request with it is refused.

  bin/sakshi partner revoke --key ID`,
  async run(args, context) {
    const { values } = parseArgs({ args: [...args], options: { key: { type: "string" } } });
    if (!values.key) {
      context.writeError("Give --key.");
      return 2;
    }
    const house = context.openHouse();
    try {
      const revoked = await revokePartnerKey(house.deps, values.key);
      if (!revoked.ok) return tell(context, revoked);
      context.write("Revoked.");
      return 0;
    } finally {
      await house.close();
    }
  },
};

function tell(context: Context, refusal: Refused): number {
  const t = translator("en");
  for (const { code } of refusal.problems ?? [refusal])
    context.writeError(`${t(`error.${code}` as "error.NOT_FOUND")} [${code}]`);
  return 1;
}
