// The start page: what this is, who can use it, what to have at hand, and one button. "/" leads to it in the reader's
// language.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance } from "fastify";
import { isLocale, type Locale, locales, type MessageKey, type Translate } from "../../platform/i18n/i18n.js";
import { ButtonLink } from "../components/index.js";
import { sendPage, wordsOf } from "../page.js";

/** The offered language that the browser likes best; English when it likes none of them. */
export function preferredLocale(acceptLanguage: string): Locale {
  const wishes = acceptLanguage
    .slice(0, 500)
    .split(",")
    .map((part) => {
      const [tag = "", ...parameters] = part.trim().toLowerCase().split(";");
      const weight = parameters.map((each) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(each)?.[1]).find(Boolean);
      return { language: tag.split("-")[0] ?? "", weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  for (const { language } of wishes) if (isLocale(language)) return language;
  return locales[0];
}

export function homePages(app: FastifyInstance): void {
  app.get("/", async (request, reply) =>
    reply
      .header("Vary", "Accept-Language")
      .redirect(`/${preferredLocale(request.headers["accept-language"] ?? "")}`, 302),
  );
  app.get("/:lang", async (request, reply) => {
    const t = wordsOf(request);
    return sendPage(request, reply, { title: t("home.tab"), wide: true, children: <Home t={t} /> });
  });
}

const others = ["find", "verify", "coverage", "what-we-hold", "log"] as const;

function Home({ t }: { t: Translate }) {
  const lines = (name: string, count: number) =>
    Array.from({ length: count }, (_, n) => <li key={n}>{t(`home.${name}.${n + 1}` as MessageKey)}</li>);
  return (
    <>
      <div class="sk-hero sk-hero--split">
        <div>
          <h1>{t("home.title")}</h1>
          <p class="sk-lead">{t("home.lead")}</p>
          <ButtonLink href={`/${t.locale}/sign-in`}>{t("home.start")}</ButtonLink>
          <p class="sk-hint">{t("home.start.hint")}</p>
        </div>
        <Sample t={t} />
      </div>
      <div class="sk-columns">
        <section>
          <h2>{t("home.can.title")}</h2>
          <ul>{lines("can", 4)}</ul>
        </section>
        <section>
          <h2>{t("home.need.title")}</h2>
          <ul>{lines("need", 3)}</ul>
          <p>{t("home.noPhone")}</p>
        </section>
      </div>
      <section class="sk-promise">
        <h2>{t("home.witness.title")}</h2>
        <p>{t("home.witness.body")}</p>
        <ol class="sk-steps">{lines("witness", 3)}</ol>
      </section>
      <h2>{t("home.more.title")}</h2>
      <ul class="sk-tiles">
        {others.map((name) => (
          <li key={name}>
            <a href={`/${t.locale}/${name}`}>{t(`home.more.${name}` as MessageKey)}</a>
            <p>{t(`home.more.${name}.note` as MessageKey)}</p>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Shows what the promise means: two lines of a list that each person has. */
function Sample({ t }: { t: Translate }) {
  return (
    <figure class="sk-sample">
      <figcaption>{t("home.sample.title")}</figcaption>
      <ul>
        {([1, 2] as const).map((n) => (
          <li key={n}>
            {t(`home.sample.${n}`)}
            <small>{t(`home.sample.${n}.why`)}</small>
          </li>
        ))}
      </ul>
    </figure>
  );
}
