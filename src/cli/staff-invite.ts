// "sakshi staff invite": a one-time link with which somebody enrols a passkey. The first admin comes in this way.
// SPDX-License-Identifier: Apache-2.0
import { parseArgs } from "node:util";
import { firstAdminInvitation } from "../modules/staff/index.js";
import { translator } from "../platform/i18n/i18n.js";
import type { Command } from "./command.js";

export const staffInvite: Command = {
  words: "staff invite",
  summary: "make a one-time enrolment link for a member of staff",
  usage: `Makes a one-time link, good for 72 hours, with which somebody enrols a passkey.

  bin/sakshi staff invite --name "Asha Demo" --role national-admin

  --name NAME       how colleagues see the person
  --role ROLE       verifier, vaccinator, facility-admin, district-admin, state-admin, national-admin, privacy-officer
  --state ID        for a state-admin
  --district ID     for a district-admin
  --facility ID     for a verifier, vaccinator or facility-admin`,
  async run(args, context) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        name: { type: "string" },
        role: { type: "string" },
        state: { type: "string" },
        district: { type: "string" },
        facility: { type: "string" },
      },
    });
    if (!values.name || !values.role) {
      context.writeError("Give --name and --role.");
      return 2;
    }
    const house = context.openHouse();
    try {
      const invited = await firstAdminInvitation(house.deps, {
        displayName: values.name,
        role: values.role,
        facilityId: values.facility,
        districtId: values.district === undefined ? undefined : Number(values.district),
        stateId: values.state === undefined ? undefined : Number(values.state),
      });
      if (!invited.ok) {
        for (const problem of invited.problems ?? []) context.writeError(sentence(problem.code, problem.facts));
        return 1;
      }
      const { token, expiresAt } = invited.value;
      // Passkeys do not work on an address of digits; browsers take localhost instead.
      const origin = context.config.origin.replace(/^http:\/\/(127\.0\.0\.1|\[::1\])(?=:|$)/, "http://localhost");
      context.write(`${origin}/en/staff/enrol/${token}`);
      context.write(`Good once, until ${expiresAt.toISOString()}. Whoever opens it becomes this member of staff.`);
      return 0;
    } finally {
      await house.close();
    }
  },
};

function sentence(code: string, facts: Readonly<Record<string, string | number>> = {}): string {
  return `${translator("en")(`error.${code}` as "error.NOT_FOUND", facts as never)} [${code}]`;
}
