// Help: the questions that people come with, answered in the same order on each visit.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance } from "fastify";
import type { MessageKey } from "../../platform/i18n/i18n.js";
import { sendPage, wordsOf } from "../page.js";

const questions = [
  "code",
  "noPhone",
  "shared",
  "noPlace",
  "dose2",
  "slip",
  "certificate",
  "wrong",
  "stranger",
  "access",
] as const;

export function helpPages(app: FastifyInstance): void {
  app.get("/:lang/help", async (request, reply) => {
    const t = wordsOf(request);
    return sendPage(request, reply, {
      title: t("help.title"),
      children: (
        <>
          <h1>{t("help.title")}</h1>
          <nav aria-label={t("help.contents")}>
            <ul class="sk-contents">
              {questions.map((name) => (
                <li key={name}>
                  <a href={`#${name}`}>{t(`help.${name}.q` as MessageKey)}</a>
                </li>
              ))}
            </ul>
          </nav>
          {questions.map((name) => (
            <section key={name} id={name}>
              <h2>{t(`help.${name}.q` as MessageKey)}</h2>
              <p>{t(`help.${name}.a` as MessageKey)}</p>
            </section>
          ))}
          <h2>{t("help.more.title")}</h2>
          <p>{t("help.more.body")}</p>
        </>
      ),
    });
  });
}
