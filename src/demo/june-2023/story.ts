// June 2023, replayed from beginning to end: half a year of a country, three ways out of it, what turns up, what the
// inquiry says of it, and the same thieves once more with the guards on. Gives what happened, with the numbers.
// SPDX-License-Identifier: Apache-2.0
import type { ReleasedAnswer } from "../../modules/disclosure/index.js";
import { addKnownLeak } from "../../modules/inquiries/index.js";
import { addDays, type IsoDate } from "../../platform/clock.js";
import { must } from "../must.js";
import { foundCountry, liveDay, type Person } from "./country.js";
import { columnsOf, forumList, leakedRow, oldLeak, transcript } from "./evidence.js";
import { type Guarded, tryAgain } from "./guards.js";
import { type Answered, appointOfficers, inquire, type ReportedCase, report } from "./officers.js";
import { at, firstDay, type Stage, toldOn } from "./stage.js";
import * as store from "./store.js";
import {
  answeredCentres,
  type BotAnswer,
  botDay,
  botDays,
  foundPartner,
  type Partner,
  partnerLooks,
  partnerName,
  robbedCentre,
} from "./thieves.js";

export interface Check {
  readonly what: string;
  readonly holds: boolean;
}
export interface StoryCase {
  readonly id: "bot" | "list";
  readonly answer: ReleasedAnswer;
  readonly names: Readonly<Record<string, string>>;
  readonly seconds: number;
}
/** What the page tells; made-up people only, and none of them by name. */
export interface JuneStory {
  readonly format: "sakshi-june-2023/1";
  readonly people: number;
  readonly wellKnown: number;
  readonly looks: number;
  readonly bot: { readonly asked: number; readonly answered: number; readonly from: string; readonly to: string };
  readonly partner: { readonly customers: number; readonly taken: number; readonly lookedOn: string };
  readonly oldLeak: { readonly rows: number; readonly of: string; readonly again: number };
  readonly cases: readonly StoryCase[];
  readonly reported: ReportedCase;
  readonly guarded: Guarded;
  readonly checks: readonly Check[];
}

/** How large the country is: the suite lives a small one. */
export interface Size {
  readonly people: number;
  readonly wellKnown: number;
  /** Whom the bot is asked for, of those who are registered. */
  readonly asked: number;
  readonly customers: number;
  readonly oldLeak: number;
  /** Rows of each source in the list that is offered. */
  readonly mixed: readonly [bot: number, partner: number, old: number];
}
export const wholeSize: Size = {
  people: 600,
  wellKnown: 16,
  asked: 60,
  customers: 40,
  oldLeak: 40,
  mixed: [40, 40, 40],
};
/** Large enough that each source stands out of the country. */
export const smallSize: Size = {
  people: 200,
  wellKnown: 8,
  asked: 40,
  customers: 20,
  oldLeak: 20,
  mixed: [24, 20, 20],
};

const nobodys = Array.from({ length: 10 }, (_, i) => `90000${String(90_000 + i)}`);
const leakedOn = addDays(firstDay, 7 * 8);
const partnerDay = addDays(toldOn, -4);

export async function liveJune(stage: Stage, size: Size = wholeSize): Promise<JuneStory> {
  const { deps, say } = stage;
  const begun = new Date();
  const country = await foundCountry(stage, size.people, size.wellKnown);
  const { centres, people } = country;
  const asked = people.slice(0, size.asked);
  const customers = people.slice(-size.customers);
  // The old leak is of other people than bot and partner had, as far as there are any.
  const old = people.slice(size.asked, size.asked + size.oldLeak);
  say(`half a year of ${people.length} people in ${centres.length} centres passes, with three ways out of it`);
  const oldList = oldLeak(old, leakedOn, centres);
  const answers: BotAnswer[] = [];
  let partner: Partner | undefined;
  let taken = 0;
  for (let day = firstDay; day < toldOn; day = addDays(day, 1)) {
    await liveDay(stage, country, day, begun);
    if (day === addDays(leakedOn, 14)) {
      at(stage, day, "14:00");
      const provenance = "a forum, handed in by the police; made up";
      must(await addKnownLeak(deps, { name: oldList.name, file: oldList.file, knownOn: day, provenance }));
    }
    if (botDays.includes(day)) answers.push(...(await botDay(stage, country, asked, day)));
    if (day === partnerDay) {
      at(stage, day, "16:00");
      partner = await foundPartner(stage, customers);
      taken = await partnerLooks(stage, partner);
    }
  }
  say(`an older list of ${old.length} rows, of ${leakedOn}, is known as keyed filters only`);
  say(
    `guards off: a bot behind a stolen sign-in was asked for ${asked.length + nobodys.length} numbers, answered ${answers.length}`,
  );
  say(`guards off: a partner with ${customers.length} consents looked at ${taken}; its server answers anybody`);

  const numbers = [...asked.map(({ mobile }) => mobile), ...nobodys];
  const isKnown = new Set(people.slice(0, size.wellKnown).map(({ mobile }) => mobile));
  const bot = transcript(answers, numbers, centres);
  const rowOf = (person: Person, on: IsoDate) => leakedRow(person, on, centres, columnsOf.list);
  const mixed = forumList([
    ...answers.slice(-size.mixed[0]).map(({ person, on }) => rowOf(person, on)),
    ...customers.slice(0, size.mixed[1]).map((person) => rowOf(person, partnerDay)),
    ...old.slice(0, size.mixed[2]).map((person) => rowOf(person, leakedOn)),
  ]);

  at(stage, toldOn, "11:00");
  const officers = await appointOfficers(stage);
  // The number went to the bot with the question: what it gave back is the rest.
  const botCase = await inquire(stage, officers, bot, { "Mobile No": "other" });
  tell(stage, `the bot's ${bot.rows} answers`, botCase);
  const listCase = await inquire(stage, officers, mixed);
  tell(stage, `a list of ${mixed.rows} rows`, listCase);
  const reported = await report(stage, officers, botCase.inquiryId);
  say(
    `${reported.reports.length} reports drafted, ${reported.signed.length} completed and signed; ${reported.told} of ${reported.affected} affected told; ${reported.events} events in custody`,
  );

  await store.endConsents(stage.owner, partner!.partnerId, deps.clock());
  const guarded = await tryAgain(stage, { country, officers, partner: partner!, asked });
  say(
    `guards on: ${guarded.tries} tries, ${guarded.obtained} records; ${guarded.findings.length} findings in the review of accesses`,
  );
  const robbed = centres[robbedCentre]!.name;
  return {
    format: "sakshi-june-2023/1",
    people: people.length,
    wellKnown: answers.filter(({ person }) => isKnown.has(person.mobile)).length,
    looks: botCase.answer.inputs.disclosures,
    bot: { asked: numbers.length, answered: answers.length, from: botDays[0]!, to: botDays.at(-1)! },
    partner: { customers: customers.length, taken, lookedOn: partnerDay },
    oldLeak: { rows: old.length, of: leakedOn, again: size.mixed[2] },
    cases: [asCase("bot", botCase), asCase("list", listCase)],
    reported,
    guarded,
    checks: checksOf({ robbed, answered: answers.length, asked, botCase, listCase, reported, guarded }),
  };
}

const asCase = (id: StoryCase["id"], { answer, names, seconds }: Answered): StoryCase => ({
  id,
  answer,
  names,
  seconds,
});

function tell({ say }: Stage, what: string, { answer, names, seconds }: Answered): void {
  const sources = answer.sources.map(({ mask, tier, log10LR }) => `${names[mask]} (${tier}, 10^${log10LR})`);
  const recycled = answer.recycled.map(
    ({ share }) => `${Math.round(share[0] * 100)}-${Math.round(share[1] * 100)} % known from before`,
  );
  const joined = answer.columns.flatMap(({ column, verdict }) => (verdict === "JOINED" ? [column] : []));
  say(
    `${what}: ${answer.verdict}; ${answer.linked} linked; content of ${answer.asOf?.median}; through ${sources.join(" and ") || "nobody named"}${recycled.length > 0 ? `; ${recycled.join(", ")}` : ""}; joined: ${joined.join(", ") || "nothing"}; ${seconds.toFixed(1)} s`,
  );
}

interface Found {
  readonly robbed: string;
  readonly answered: number;
  readonly asked: readonly { readonly centre: number }[];
  readonly botCase: Answered;
  readonly listCase: Answered;
  readonly reported: ReportedCase;
  readonly guarded: Guarded;
}

/** What was planted, and whether it was found; what must not happen, and whether it did not. */
function checksOf({ robbed, answered, asked, botCase, listCase, reported, guarded }: Found): Check[] {
  const namedIn = ({ answer, names }: Answered) => answer.sources.map(({ mask }) => names[mask] ?? mask).sort();
  const joinedIn = ({ answer }: Answered) =>
    answer.columns.flatMap(({ column, verdict }) => (verdict === "JOINED" ? [column] : []));
  const bot = botCase.answer;
  const thief = `Demo Verifier, ${robbed}`;
  const list = namedIn(listCase);
  return [
    {
      what: "guards off, the bot answered for everybody it could",
      holds: answered === asked.filter(({ centre }) => centre < answeredCentres).length,
    },
    { what: "the bot's answers are ours", holds: bot.verdict.startsWith("OURS_") },
    {
      what: "they came through the stolen sign-in, and nobody else is named",
      holds: namedIn(botCase).join() === thief,
    },
    {
      what: "their content is dated to the bot's days",
      holds: bot.asOf !== null && botDays[0]! <= bot.asOf.low && bot.asOf.high <= toldOn,
    },
    { what: "the list is mixed", holds: listCase.answer.verdict === "MIXED" },
    {
      what: "it came through the stolen sign-in and the partner, and nobody else is named",
      holds: list.length === 2 && list.includes(thief) && list.includes(partnerName),
    },
    { what: "the older leak in it is recognised", holds: listCase.answer.recycled.length === 1 },
    {
      what: "dates of birth, and the numbers asked with, are told apart as from elsewhere",
      holds: joinedIn(botCase).join() === "Date of Birth,Mobile No" && joinedIn(listCase).join() === "Date of Birth",
    },
    {
      what: "all reports are drafted, the first are signed in time",
      holds: reported.signed.length === 2 && reported.deadlines.every(({ state }) => state !== "late"),
    },
    {
      what: "everybody disclosed to the source is told, once",
      holds: reported.told === reported.affected && reported.affected >= answered,
    },
    { what: "custody is whole and the bundle holds", holds: reported.bundleHolds },
    { what: "guards on, nothing is obtained", holds: guarded.obtained === 0 },
    {
      what: "the attempt stops the sign-in and stands in the review of accesses",
      holds: guarded.stopped && guarded.findings.some(({ stops }) => stops),
    },
  ];
}
