// "sakshi partner key" and "sakshi partner revoke": keys of programs of others that use the API.
// SPDX-License-Identifier: Apache-2.0
import { parseArgs } from "node:util";
import { issuePartnerKey, partnerScopes, revokePartnerKey } from "../modules/partners/index.js";
import type { Refused } from "../platform/errors.js";
import { translator } from "../platform/i18n/i18n.js";
import type { Command, Context } from "./command.js";

export const partnerKey: Command = {
  words: "partner key",
  summary: "issue an API key to a partner",
  usage: `Issues an API key, good for a year, and makes the partner if it is new. The key is shown once.
To change a key, issue the next one and revoke the last.

  bin/sakshi partner key --name "Demo App"

  --name NAME     the partner
  --scope SCOPE   ${partnerScopes.join(" or ")}; may be given several times (${partnerScopes[0]} when absent)`,
  async run(args, context) {
    const { values } = parseArgs({
      args: [...args],
      options: { name: { type: "string" }, scope: { type: "string", multiple: true } },
    });
    if (!values.name) {
      context.writeError("Give --name.");
      return 2;
    }
    const wish = { partnerName: values.name, scopes: values.scope ?? [partnerScopes[0]] };
    const house = context.openHouse();
    try {
      const issued = await issuePartnerKey(house.deps, wish);
      if (!issued.ok) return tell(context, issued);
      context.write(issued.value.key);
      context.write(`Key ${issued.value.keyId}, until ${issued.value.expiresAt.toISOString()}. It is not shown again.`);
      return 0;
    } finally {
      await house.close();
    }
  },
};

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
