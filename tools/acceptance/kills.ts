// "bin/acceptance kills": a Sakshi of its own under load, its vault and database killed again and again, and the table
// of what was lost: nothing, or it ends with 1.
// SPDX-License-Identifier: Apache-2.0
import {
  keepLooking,
  killRounds,
  type Looker,
  openInstallation,
  type Reckoning,
  type Round,
  reckon,
  vaultAndDatabase,
  verifiedLog,
} from "../../tests/ops/kill-rounds.js";
import { registeredPerson, signedInAccount } from "../../tests/support/vault-people.js";
import type { Report } from "./report.js";

const lookersAtOnce = 12;

export async function kills({ rounds, seed }: { rounds: number; seed: number }, report: Report): Promise<boolean> {
  const installation = await openInstallation();
  try {
    const lookers: Looker[] = [];
    for (let n = 0; n < lookersAtOnce; n++) {
      const account = await signedInAccount(installation.world);
      lookers.push({ account, person: await registeredPerson(installation.world, account) });
    }
    const done: Round[] = [];
    const looks = keepLooking(installation, lookers);
    await killRounds(installation, lookers, looks, {
      rounds,
      seed,
      onRound(round) {
        done.push(round);
        report.progress(`round ${done.length} of ${rounds}: ${round.victim}, ${looks.shown.length} looks so far`);
      },
    });
    await looks.end();
    for (const victim of vaultAndDatabase) report.row(`kill -9 of the ${victim}`, times(done, victim));
    const reckoning = await reckon(installation, looks);
    report.row("looks that were shown", looks.shown.length);
    report.row("looks refused or not answered", looks.unanswered);
    tell(reckoning, looks.acknowledged.length, report);
    report.row("log verify --database", await verifiedLog(installation));
    return isSound(reckoning);
  } finally {
    await installation.close();
  }
}

function times(done: readonly Round[], victim: Round["victim"]): string {
  const all = done.filter((round) => round.victim === victim).map(({ ms }) => ms);
  if (all.length === 0) return "0 times";
  return `${all.length} times, shown again after ${(Math.max(...all) / 1000).toFixed(1)} s at most`;
}

function tell({ isTreeWhole, ...reckoning }: Reckoning, acknowledged: number, report: Report): void {
  report.row("entries in the log", reckoning.entries);
  report.row("entries acknowledged", acknowledged);
  report.row("acknowledged entries lost", reckoning.lost);
  report.row("looks shown without an entry", reckoning.unlogged);
  report.row("requests written twice", reckoning.doubled);
  report.row("gaps in people's counters", reckoning.gaps);
  report.row("entries without a look (allowed)", reckoning.unserved);
  report.row("the entries lead to the roots", isTreeWhole ? "yes" : "no");
}

function isSound({ lost, unlogged, doubled, gaps, isTreeWhole }: Reckoning): boolean {
  return lost + unlogged + doubled + gaps === 0 && isTreeWhole;
}
