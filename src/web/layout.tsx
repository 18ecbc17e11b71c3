// The shell of every page: skip link, header, language switch, sign-out, error summary, footer.
// No inline script or style; no personal value in title or URL.
// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";
import type { Problem } from "../platform/errors.js";
import { localeNames, locales, type MessageKey, type Translate } from "../platform/i18n/i18n.js";
import { assetUrl } from "./assets.js";

export interface SignedIn {
  readonly as: "citizen" | "staff" | "officer" | "privacy";
  /** Minutes of idleness after which the sign-in ends; the page says so. */
  readonly idleMinutes: number;
  /** Shown to staff: role and facility. Never a citizen's name or number. */
  readonly label?: string;
}

interface LayoutProps {
  t: Translate;
  path: string;
  title: string;
  signedIn?: SignedIn | undefined;
  back?: string | undefined;
  problems?: readonly Problem[] | undefined;
  scripts?: readonly string[] | undefined;
  wide?: boolean | undefined;
  children: ComponentChildren;
}

/** The same page in another language. A query is kept: it holds search choices, nothing personal. */
export function pathIn(path: string, locale: string): string {
  return /^\/[a-z]{2}(?=[/?]|$)/.test(path) ? path.replace(/^\/[a-z]{2}/, `/${locale}`) : `/${locale}`;
}

export function Layout({ t, path, title, signedIn, back, problems, scripts, wide, children }: LayoutProps) {
  const hasProblems = Boolean(problems?.length);
  const home = signedIn && signedIn.as !== "citizen" ? `/${t.locale}/${signedIn.as}` : `/${t.locale}`;
  return (
    <html lang={t.locale} dir="ltr">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${hasProblems ? `${t("common.errorPrefix")} ` : ""}${title} – ${t("common.product")}`}</title>
        <meta name="theme-color" content="#12355b" />
        <meta name="format-detection" content="telephone=no" />
        <link rel="icon" href={assetUrl("mark.svg")} type="image/svg+xml" />
        <link rel="stylesheet" href={assetUrl("sakshi.css")} />
        {signedIn ? <script src={assetUrl("idle.js")} defer /> : null}
        {scripts?.map((name) => (
          <script key={name} src={assetUrl(name)} defer />
        ))}
      </head>
      <body
        data-idle-minutes={signedIn ? String(signedIn.idleMinutes) : undefined}
        data-idle-words={signedIn ? t("common.idle.warning") : undefined}
      >
        <a class="sk-skip" href="#main">
          {t("common.skip")}
        </a>
        <header class="sk-header">
          <div class="sk-width sk-header__row">
            <a class="sk-brand" href={home}>
              <img src={assetUrl("mark-white.svg")} alt="" width="36" height="36" />
              <span>
                <span class="sk-brand__name">{t("common.product")}</span>
                <span class="sk-brand__tag">{t("common.tagline")}</span>
              </span>
            </a>
            <nav class="sk-languages" aria-label={t("common.languages")}>
              <ul>
                {locales.map((code) => (
                  <li key={code}>
                    {code === t.locale ? (
                      <span aria-current="true" lang={code}>
                        {localeNames[code]}
                      </span>
                    ) : (
                      <a href={pathIn(path, code)} lang={code} hreflang={code}>
                        {localeNames[code]}
                      </a>
                    )}
                  </li>
                ))}
              </ul>
            </nav>
          </div>
          <div class="sk-stripe" />
          {signedIn ? <SignedInBar t={t} signedIn={signedIn} /> : null}
        </header>
        <div class={wide ? "sk-width sk-width--wide" : "sk-width"}>
          <main id="main" tabIndex={-1}>
            {back ? (
              <nav aria-label={t("common.back")}>
                <a class="sk-back" href={back}>
                  {t("common.back")}
                </a>
              </nav>
            ) : null}
            {hasProblems ? <ErrorSummary t={t} problems={problems ?? []} /> : null}
            {children}
          </main>
        </div>
        <footer class="sk-footer">
          <div class="sk-width sk-width--wide">
            <ul>
              <li>
                <a href={`/${t.locale}/help`}>{t("common.footer.help")}</a>
              </li>
              <li>
                <a href={`/${t.locale}/verify`}>{t("common.footer.verify")}</a>
              </li>
              <li>
                <a href={`/${t.locale}/coverage`}>{t("common.footer.coverage")}</a>
              </li>
              <li>
                <a href={`/${t.locale}/what-we-hold`}>{t("common.footer.hold")}</a>
              </li>
              <li>
                <a href={`/${t.locale}/log`}>{t("common.footer.log")}</a>
              </li>
              <li>
                <a href={`/${t.locale}/api`}>{t("common.footer.api")}</a>
              </li>
              <li>
                <a href={`/${t.locale}/staff/sign-in`}>{t("common.footer.staff")}</a>
              </li>
            </ul>
            <p>{t("common.footer.promise")}</p>
          </div>
        </footer>
      </body>
    </html>
  );
}

function SignedInBar({ t, signedIn }: { t: Translate; signedIn: SignedIn }) {
  const signOut = signedIn.as === "citizen" ? `/${t.locale}/sign-out` : `/${t.locale}/staff/sign-out`;
  return (
    <section class="sk-bar" aria-label={t("common.signedIn")}>
      <div class="sk-width sk-width--wide sk-bar__row">
        <span>
          {signedIn.label ?? t("common.signedIn")}{" "}
          <span class="sk-bar__idle">{t("common.idle.note", { minutes: signedIn.idleMinutes })}</span>
        </span>
        <div class="sk-bar__links">
          {signedIn.as === "citizen" ? <a href={`/${t.locale}/people`}>{t("citizen.people.title")}</a> : null}
          <form method="post" action={signOut}>
            <button class="sk-link-button" type="submit">
              {t("common.signOut")}
            </button>
          </form>
        </div>
      </div>
    </section>
  );
}

function ErrorSummary({ t, problems }: { t: Translate; problems: readonly Problem[] }) {
  return (
    <div class="sk-error-summary" tabIndex={-1} data-autofocus>
      <div role="alert">
        <h2>{t("common.problem")}</h2>
        <ul>
          {problems.map((problem) => (
            <li key={`${problem.field}-${problem.code}`}>
              <a href={`#${problem.field}`}>{t(`error.${problem.code}` as MessageKey, problem.facts)}</a>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
