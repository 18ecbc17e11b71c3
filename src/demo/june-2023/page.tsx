// The page that tells June 2023: what was planted, what the inquiry found of it, with its plots and the tables beside them,
// and what the same thieves got with the guards on. It shows the last run on this machine, else the one that came with the
// program.
// SPDX-License-Identifier: Apache-2.0
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import type { Translate } from "../../platform/i18n/i18n.js";
import { projectRoot } from "../../platform/root.js";
import { Banner, Facts, Table, Tag } from "../../web/components/index.js";
import { sendPage, wordsOf } from "../../web/page.js";
import { VerdictView } from "../../web/privacy/verdict.js";
import type { JuneStory, StoryCase } from "./story.js";

export const storyFile = (dataDir: string): string => join(dataDir, "june-2023.json");
const ownRun = join(projectRoot, "data", "june-2023.json");

export function junePage(app: FastifyInstance, dataDir: string): void {
  app.get("/demo/june-2023", async (request, reply) => {
    const text = await readFile(storyFile(dataDir), "utf8").catch(() => undefined);
    const story = JSON.parse(text ?? (await readFile(ownRun, "utf8"))) as JuneStory;
    return sendPage(request, reply, {
      title: "June 2023, replayed",
      wide: true,
      children: <StoryView t={wordsOf(request)} story={story} isOwn={text === undefined} />,
    });
  });
}

function StoryView({ t, story, isOwn }: { t: Translate; story: JuneStory; isOwn: boolean }) {
  const { people, looks, bot, wellKnown, partner, oldLeak, reported, guarded, checks } = story;
  return (
    <>
      <h1>June 2023, replayed</h1>
      <p class="sk-lead">
        In June 2023 a bot on a messenger answered anybody's question for a vaccination record by phone number, and for
        days nobody could say whether the data were real, how old they were, and through whom they had come. Here the
        same happens to a made-up country, on the real parts of Sakshi.
      </p>
      <Banner kind="info">
        <p>
          Everybody here is made up. The numbers are of{" "}
          {isOwn ? "a run that came with the program" : "the last run on this machine"};{" "}
          <code>bin/sakshi demo june-2023</code> plays it again, on an installation of its own.
        </p>
      </Banner>

      <h2>1. Half a year of a country</h2>
      <p>
        {t.number(people)} people register and are vaccinated in four centres from January to June. Staff and partners
        look {t.number(looks)} times; the disclosure log holds each look.
      </p>

      <h2>2. Guards off: three ways out</h2>
      <p>
        Two weaknesses are planted, both in this replay's own database and nowhere in the program: somebody writes that
        people have come who have not, and a partner's own server answers whoever asks.
      </p>
      <Table
        caption="What got out, and how"
        hiddenCaption
        columns={[{ text: "Cause" }, { text: "When" }, { text: "How much", numeric: true }]}
        rows={[
          [
            `A bot behind the stolen sign-in of a verifier; ${t.number(wellKnown)} of the people it answered for are well known`,
            `${t.date(bot.from)} to ${t.date(bot.to)}`,
            `${t.number(bot.answered)} of ${t.number(bot.asked)} numbers`,
          ],
          ["A partner with consents of its customers", t.date(partner.lookedOn), `${t.number(partner.taken)} records`],
          [
            "A list from an older leak, known to the inquiry as keyed filters",
            t.date(oldLeak.of),
            `${t.number(oldLeak.rows)} rows`,
          ],
        ]}
      />

      <h2>3. What turns up, and what the inquiry says</h2>
      {story.cases.map((one) => (
        <CaseView key={one.id} t={t} one={one} />
      ))}

      <h2>4. Reports, clocks and notices</h2>
      <Table
        caption="Clocks of the bot's case"
        columns={[{ text: "To" }, { text: "Due" }, { text: "State" }]}
        rows={reported.deadlines.map(({ to, dueAt, state }) => [to, dueAt ? t.instant(new Date(dueAt)) : "–", state])}
      />
      <Table
        caption="Drafts, and how many fields a person has still to write"
        columns={[{ text: "Report" }, { text: "Missing", numeric: true }, { text: "Signed" }]}
        rows={reported.reports.map(({ kind, title, missing }) => [
          title,
          t.number(missing),
          (reported.signed as readonly string[]).includes(kind) ? "yes" : "no",
        ])}
      />
      <p>
        {t.number(reported.told)} of {t.number(reported.affected)} people who had been disclosed to the source are sent
        a notice. The chain of custody has {t.number(reported.events)} events, each in the disclosure log.
      </p>

      <h2>5. Guards on: the same thieves</h2>
      <Facts
        rows={[
          { key: "Tries", value: t.number(guarded.tries) },
          { key: "Records obtained", value: t.number(guarded.obtained) },
          { key: "Sign-in stopped", value: guarded.stopped ? "yes" : "no" },
        ]}
      />
      <Table
        caption="In the review of accesses of the privacy officers"
        columns={[{ text: "What stands out" }, { text: "Why" }, { text: "Stops the sign-in" }]}
        rows={guarded.findings.map(({ kind, reasons, stops }) => [kind, reasons.join(", "), stops ? "yes" : "no"])}
      />

      <h2>What was to be shown</h2>
      <ul class="sk-plain">
        {checks.map(({ what, holds }) => (
          <li key={what}>
            <Tag kind={holds ? "green" : "red"}>{holds ? "holds" : "fails"}</Tag> {what}
          </li>
        ))}
      </ul>
      <p class="sk-hint">
        An account is not a person, and a likelihood ratio is not a probability of guilt: the verifier's sign-in was
        stolen. How the inquiry works, what it cannot tell and how often it is wrong stands in docs/inquiry.md.
      </p>
    </>
  );
}

const caseWords = {
  bot: {
    title: "The bot's answers",
    means:
      "A journalist hands in what the bot answered, and the numbers for which it gave nothing. The number went to the bot with the question, so the officers say that it is no content of ours. The looks of the source reach back to January: the verifier's own work is among them.",
  },
  list: {
    title: "A list offered in a forum",
    means: "Put together from all three sources, with dates of birth from elsewhere, in an order that says nothing.",
  },
} as const;

function CaseView({ t, one: { id, answer, names } }: { t: Translate; one: StoryCase }) {
  const { title, means } = caseWords[id];
  return (
    <section>
      <h3>{title}</h3>
      <p>{means}</p>
      <VerdictView t={t} answer={answer} />
      {answer.sources.length > 0 ? (
        <Table
          caption="Behind the masks, opened with the word of both officers"
          columns={[{ text: "Account" }, { text: "Who" }]}
          rows={answer.sources.map(({ mask }) => [
            mask,
            names[mask]?.startsWith("partner:") ? "the partner" : names[mask],
          ])}
        />
      ) : null}
    </section>
  );
}
