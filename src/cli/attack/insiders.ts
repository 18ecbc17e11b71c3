// Insiders: a stolen staff sign-in at human speed, and whoever holds the database or a copy of it.
// SPDX-License-Identifier: Apache-2.0
import { randomInt } from "node:crypto";
import type { Db } from "../../platform/db/db.js";
import { type Actor, type Attack, ask, type Target, tellsOf, type Victim } from "./target.js";

/** P3, P4: the pages of a person on today's list, without the person: opened directly, and by guessed slip codes. */
export function stolenStaffSignIn(target: Target, staff: Actor, guesses = 60): Attack {
  const { sessionId, appointmentId, beneficiaryId } = target.victim;
  const person = `/en/staff/sessions/${sessionId}/people/${appointmentId}/${beneficiaryId}`;
  return {
    path: "P3, P4",
    what: "a stolen staff sign-in, without the person there",
    async run() {
      let tries = 0;
      let obtained = 0;
      const look = async (request: Parameters<typeof ask>[2]) => {
        tries++;
        const answer = await ask(target, staff, request);
        if (tellsOf(target.victim, answer.body)) obtained++;
        return answer;
      };
      for (const page of ["", "/identity", "/dose", "/observation", "/reaction", "/undo"])
        await look({ method: "GET", path: `${person}${page}` });
      for (let n = 1; n <= guesses; n++) {
        const code = String(randomInt(10_000)).padStart(4, "0");
        const type = "application/x-www-form-urlencoded";
        const { status, body } = await look({ method: "POST", path: `${person}/check-in`, body: `code=${code}`, type });
        // Any other answer than "wrong code" means that no code is compared any more.
        if (status !== 422 || /too often/.test(body.toString("utf8")))
          return { tries, obtained, stoppedAfter: `code ${n} was not compared` };
      }
      return { tries, obtained, stoppedAfter: `${guesses} codes, all compared` };
    },
  };
}

/** P12: every table read as text by one who may read all of them. */
export function databaseThief(target: Pick<Target, "victim">, admin: Db): Attack {
  return {
    path: "P12",
    what: "a copy of the whole database",
    async run() {
      const tables = await admin.rows<{ name: string }>(
        `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
         WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
      );
      let obtained = 0;
      for (const { name } of tables) {
        for (const form of formsOf(target.victim)) {
          const [row] = await admin.rows<{ count: number }>(
            `SELECT count(*) AS count FROM ${name} AS t WHERE t::text ILIKE $1`,
            [`%${form}%`],
          );
          if (row!.count > 0) obtained++;
        }
      }
      return { tries: tables.length, obtained, stoppedAfter: `${tables.length} tables` };
    },
  };
}

/** As text, and as the bytes of a bytea column look in text. */
function formsOf({ name, mobile }: Victim): string[] {
  const hex = (text: string) => Buffer.from(text, "utf8").toString("hex");
  return [name, mobile, hex(name), hex(mobile)];
}
