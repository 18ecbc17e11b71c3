// "sakshi attack": replays known attacks against the running demo on this machine, and says what each obtained.
// SPDX-License-Identifier: Apache-2.0
import { connect, type Db } from "../../platform/db/db.js";
import { OperatorError } from "../../platform/operator-error.js";
import { dataFolder } from "../../start/data-folder.js";
import { adminUrlOf } from "../../start/database.js";
import { readState } from "../../start/state.js";
import type { Command, Context } from "../command.js";
import { openBrowser } from "../demo-journey/browser.js";
import type { Demo } from "../demo-journey/steps.js";
import { routeTableOf } from "../route-table.js";
import { forgedConsent } from "./forged-consent.js";
import { codeGuessing, idWalk, timing } from "./guesses.js";
import { databaseThief, stolenStaffSignIn } from "./insiders.js";
import { logKilled, logRewrittenInside, logRewrittenOutside, logSlowed } from "./log-attacks.js";
import { plantedAttacks } from "./planted.js";
import { setStage } from "./stage.js";
import { existenceByAnswer, knowingIds, phoneBot } from "./sweeps.js";
import { type Attack, ask, isLoopback, nobody, type Result, type Target, tellsOf } from "./target.js";

export const attackCommand: Command = {
  words: "attack",
  summary: "replay known attacks against the running demo on this machine",
  usage: `Replays the bot of June 2023 and its kin against the demo that runs on this machine, and nothing else: every route
that the router has, with a phone number or with every id of a person; stolen sign-ins and keys; guessed codes and ids; the
time of answers; a copy of the database; the log killed, slowed, rewritten. Each row tells what was tried and how many
records came out. It makes two people for itself, kills the recorder a few times, and takes some minutes.

  sakshi attack [--json] [--quick] [--planted]

  --planted   sends the bot against an app of the attack's own that has, beside all real routes, the one of June 2023,
              which answers a number with a person: the bot has to find it

Ends with 0 when no attack obtained anything, else with 1.`,
  async run(args, context) {
    const strange = args.find((arg) => !["--json", "--quick", "--planted"].includes(arg));
    if (strange !== undefined) {
      context.writeError(`unknown option ${strange}; there is --json, --quick and --planted`);
      return 2;
    }
    const { write, writeError } = context;
    const results: Result[] = [];
    const adminUrl = adminUrlOf(context.config);
    const admin = connect(adminUrl, { max: 1 });
    const app = context.connectAs("sakshi_app");
    try {
      const options = { isQuick: args.includes("--quick"), isPlanted: args.includes("--planted") };
      for (const attack of await prepare(context, adminUrl, { admin, app }, options)) {
        writeError(`${attack.path}: ${attack.what} ...`);
        const result = { path: attack.path, what: attack.what, ...(await attack.run()) };
        results.push(result);
        write(args.includes("--json") ? JSON.stringify(result) : lineOf(result));
      }
    } finally {
      await admin.close();
      await app.close();
    }
    const through = results.filter(({ obtained }) => obtained > 0);
    const tries = results.reduce((sum, result) => sum + result.tries, 0);
    if (!args.includes("--json"))
      write(
        `${results.length} attacks, ${tries} tries: ${through.length === 0 ? "nothing obtained" : `${through.length} GOT THROUGH`}.`,
      );
    return through.length === 0 ? 0 : 1;
  },
};

function lineOf({ path, what, tries, obtained, stoppedAfter }: Result): string {
  const found = obtained === 0 ? "0 records" : `${obtained} RECORDS`;
  return `${path.padEnd(8)} ${what.padEnd(58)} ${String(tries).padStart(6)} tries  ${found.padEnd(12)} ${stoppedAfter}`;
}

async function prepare(
  context: Context,
  adminUrl: string,
  { admin, app }: { readonly admin: Db; readonly app: Db },
  { isQuick, isPlanted }: { readonly isQuick: boolean; readonly isPlanted: boolean },
): Promise<Attack[]> {
  const { config } = context;
  const state = readState(config.dataDir)!;
  if (!isLoopback(state.address)) throw new OperatorError(`${state.address} is not an address of this machine.`);
  const listed = await openBrowser(state.address).get("/demo", { accept: "application/json" });
  if (listed.status !== 200) throw new OperatorError(`${state.address} is not a demo: only a demo is attacked.`);
  const demo = JSON.parse(listed.text) as Demo & { partnerKeys: readonly string[] };
  const stage = await setStage(state.address, demo);
  const { victim, nobodysMobile, owner, stranger, staff, partner } = stage;
  const own = await ask({ origin: state.address }, owner, {
    method: "GET",
    path: `/en/people/${victim.beneficiaryId}`,
  });
  if (!tellsOf(victim, own.body))
    throw new OperatorError(
      "The attack cannot begin: not even the person sees the record, so nothing would prove anything.",
    );
  if (isPlanted) return plantedAttacks(context, stage);
  const target: Target = { origin: state.address, routes: await routeTableOf(context), victim, nobodysMobile };
  const published = dataFolder(config.dataDir).published;
  // Statuses alone are timed: what a number gets is counted by number, so that each try is as the first.
  const askForCode = async (mobile: string) => {
    const body = JSON.stringify({ mobile });
    await ask(target, nobody, {
      method: "POST",
      path: "/api/v2/auth/public/generateOTP",
      body,
      type: "application/json",
    });
  };
  return [
    // First, while both numbers have the same past: whoever was sent codes today is told to wait.
    existenceByAnswer(target),
    phoneBot(target),
    knowingIds(target, "P7, P10", "nobody in particular, who knows every id", nobody),
    knowingIds(target, "P5", "another citizen, who knows every id", stranger),
    knowingIds(target, "P2, P9", "a partner's key without consent, with every id", partner),
    ...staff.map((actor) => knowingIds(target, "P3, P4", `a stolen sign-in: ${actor.name}, with every id`, actor)),
    ...staff
      .filter(({ name }) => name === "vaccinator" || name === "verifier")
      .map((actor) => stolenStaffSignIn(target, actor)),
    timing(target, askForCode, isQuick ? 20 : 100),
    idWalk(target, isQuick ? 10 : 80),
    codeGuessing(target, isQuick ? 60 : 300),
    databaseThief(target, admin),
    forgedConsent(target, partner, app),
    logSlowed(target, owner, adminUrl),
    logKilled(
      target,
      owner,
      admin,
      () => process.kill(readState(config.dataDir)!.parts.recorder!, "SIGKILL"),
      isQuick ? 2 : 6,
    ),
    logRewrittenInside(adminUrl, isQuick ? 4 : 20),
    logRewrittenOutside(published, isQuick ? 20 : 200),
  ];
}
