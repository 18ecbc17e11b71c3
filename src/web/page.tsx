// Turns components into an answer, and refusals into pages. Every page door uses these four functions.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyReply, FastifyRequest } from "fastify";
import type { ComponentChildren, VNode } from "preact";
import { renderToString } from "preact-render-to-string";
import { errorRule } from "../errors.js";
import type { Problem, Refused } from "../platform/errors.js";
import { isLocale, type Locale, type MessageKey, type Translate, translator } from "../platform/i18n/i18n.js";
import { Layout, type SignedIn } from "./layout.js";

declare module "fastify" {
  interface FastifyRequest {
    /** Set by the sign-in guards; the layout shows sign-out and the idle limit when it is there. */
    signedIn?: SignedIn;
  }
}

/** The words in the language of the URL (/:lang/…); English where the path has no language. */
export function wordsOf(request: FastifyRequest): Translate {
  return translator(localeOf(request));
}

export function localeOf(request: FastifyRequest): Locale {
  const first = request.url.split(/[/?]/)[1] ?? "";
  return isLocale(first) ? first : "en";
}

export interface PageOptions {
  /** Says what the page is; shown in the tab. Never a person's name or number. */
  title: string;
  children: ComponentChildren;
  /** Where "Back" leads. */
  back?: string | undefined;
  problems?: readonly Problem[] | undefined;
  /** Scripts under /assets/ that enhance the page. */
  scripts?: readonly string[] | undefined;
  /** Wide pages are for tables of staff and officers. */
  wide?: boolean | undefined;
  status?: number | undefined;
}

/** Sends a page. With problems the status is 422, the title says so and a summary stands on top. */
export function sendPage(request: FastifyRequest, reply: FastifyReply, options: PageOptions): FastifyReply {
  const t = wordsOf(request);
  const node: VNode = (
    <Layout t={t} path={request.url} signedIn={request.signedIn} {...options}>
      {options.children}
    </Layout>
  );
  const status = options.status ?? (options.problems?.length ? 422 : 200);
  return reply
    .status(status)
    .type("text/html; charset=utf-8")
    .send(`<!doctype html>${renderToString(node)}`);
}

/** Words for a refusal, in the reader's language. */
export function refusalText(t: Translate, code: string, facts?: Readonly<Record<string, string | number>>): string {
  return t(`error.${code}` as MessageKey, facts);
}

/** A page of its own for a refusal that no form can show: what happened, and what to do. Programs under /api/ get JSON. */
export function sendRefusal(request: FastifyRequest, reply: FastifyReply, refusal: Refused): FastifyReply {
  const rule = errorRule(refusal.code);
  if (rule.retry) reply.header("Retry-After", String(refusal.facts?.["seconds"] ?? 5));
  if (request.url.startsWith("/api/") || request.headers.accept === "application/json") {
    return reply
      .status(rule.status)
      .send({ errorCode: refusal.code, error: refusalText(translator("en"), refusal.code, refusal.facts) });
  }
  const t = wordsOf(request);
  const title =
    rule.status >= 500
      ? t("common.error.ours")
      : rule.status === 404
        ? t("common.error.notFound")
        : t("common.error.refused");
  return sendPage(request, reply, {
    title,
    status: rule.status,
    children: (
      <>
        <h1>{title}</h1>
        <p class="sk-lead">{refusalText(t, refusal.code, refusal.facts)}</p>
        <p>
          <a href={`/${t.locale}`}>{t("common.goHome")}</a>
        </p>
        <p class="sk-hint">
          {t("common.error.code")} <code>{refusal.code}</code>
        </p>
      </>
    ),
  });
}
