// Signing in with a number and a code. The number is in no URL, cookie or page after it was typed; the pages answer
// the same whether or not the number is known.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyReply, FastifyRequest } from "fastify";
import { errorRule } from "../../errors.js";
import { challengeState, requestOtp, resendOtp, signOut, verifyOtp } from "../../modules/accounts/index.js";
import type { Problem, Refused } from "../../platform/errors.js";
import { setTokenCookie } from "../../platform/http/server.js";
import { randomToken } from "../../platform/random.js";
import { Banner, Button, ButtonLink, Details, Form, OtpInput, TextInput } from "../components/index.js";
import { localeOf, sendPage, wordsOf } from "../page.js";
import { atField, type CitizenDoor, seeOther } from "./door.js";
import { cookieName, forgetSignIn, keepSignedIn, noticeCitizen, safeThen, signInToken } from "./sign-in-guard.js";

type Request = FastifyRequest<{ Querystring: { then?: unknown } }>;
const deviceDays = 400;

export function signInPages({ app, deps, options }: CitizenDoor): void {
  const deviceCookie = cookieName(options, "sakshi_device");
  const challengeCookie = cookieName(options, "sakshi_challenge");
  const setCookie = (reply: FastifyReply, name: string, value: string, maxAgeSeconds: number) =>
    setTokenCookie(reply, name, value, { origin: options.origin, maxAgeSeconds });
  const thenOf = (request: Request) =>
    safeThen(request.form.text("then") || (typeof request.query.then === "string" ? request.query.then : "")) ?? "";
  const withThen = (path: string, then: string) => (then ? `${path}?then=${encodeURIComponent(then)}` : path);
  const notice = noticeCitizen(deps, options);

  function deviceOf(request: FastifyRequest, reply: FastifyReply): string {
    const known = request.cookies[deviceCookie];
    if (known && /^[A-Za-z0-9_-]{43}$/.test(known)) return known;
    const device = randomToken();
    setCookie(reply, deviceCookie, device, deviceDays * 86_400);
    return device;
  }

  app.get<{ Querystring: { then?: unknown } }>("/:lang/sign-in", async (request, reply) => {
    await notice(request);
    if (request.citizen) return seeOther(reply, thenOf(request) || `/${localeOf(request)}/people`);
    return numberPage(request, reply, { then: thenOf(request) });
  });

  app.post<{ Querystring: { then?: unknown } }>("/:lang/sign-in", async (request, reply) => {
    const mobile = request.form.digits("mobile");
    const then = thenOf(request);
    const device = deviceOf(request, reply);
    const outcome = await requestOtp(deps, { mobile, address: request.ip, device, purpose: "sign-in" });
    if (!outcome.ok) return numberPage(request, reply, { then, mobile, refusal: outcome });
    setCookie(reply, challengeCookie, outcome.value.challengeId, 900);
    return seeOther(reply, withThen(`/${localeOf(request)}/sign-in/code`, then));
  });

  app.get<{ Querystring: { then?: unknown } }>("/:lang/sign-in/code", (request, reply) => codePage(request, reply));

  app.post<{ Querystring: { then?: unknown } }>("/:lang/sign-in/code", async (request, reply) => {
    const challengeId = request.cookies[challengeCookie] ?? "";
    const code = { digits: request.form.digits("code") };
    const device = request.cookies[deviceCookie];
    const locale = localeOf(request);
    const outcome = await verifyOtp(deps, { challengeId, code, address: request.ip, device, locale });
    if (!outcome.ok) return codePage(request, reply, outcome);
    keepSignedIn(reply, outcome.value.token, options);
    setCookie(reply, challengeCookie, "", 0);
    return seeOther(reply, thenOf(request) || `/${locale}/people`);
  });

  app.post<{ Querystring: { then?: unknown } }>("/:lang/sign-in/resend", async (request, reply) => {
    const asking = { challengeId: request.cookies[challengeCookie] ?? "", device: request.cookies[deviceCookie] ?? "" };
    const outcome = await resendOtp(deps, { ...asking, address: request.ip });
    if (!outcome.ok) return codePage(request, reply, outcome);
    setCookie(reply, challengeCookie, outcome.value.challengeId, 900);
    return seeOther(reply, withThen(`/${localeOf(request)}/sign-in/code`, thenOf(request)));
  });

  app.post("/:lang/sign-out", async (request, reply) => {
    const token = signInToken(request, options);
    if (token) await signOut(deps, token);
    forgetSignIn(reply, options);
    // What a browser kept of the pages goes too: the phone may be somebody else's.
    return seeOther(reply.header("Clear-Site-Data", '"cache", "storage"'), `/${localeOf(request)}/signed-out`);
  });

  app.get("/:lang/signed-out", async (request, reply) => {
    const t = wordsOf(request);
    return sendPage(request, reply, {
      title: t("citizen.signedOut.title"),
      children: (
        <>
          <h1>{t("citizen.signedOut.title")}</h1>
          <p>{t("citizen.signedOut.text")}</p>
          <ButtonLink href={`/${t.locale}/sign-in`}>{t("citizen.signedOut.again")}</ButtonLink>
        </>
      ),
    });
  });

  function numberPage(
    request: Request,
    reply: FastifyReply,
    page: { then: string; mobile?: string; refusal?: Refused },
  ): FastifyReply {
    const t = wordsOf(request);
    const problems = page.refusal && atField(page.refusal, "mobile");
    retryAfter(reply, page.refusal);
    return sendPage(request, reply, {
      title: t("citizen.signIn.title"),
      back: `/${t.locale}`,
      problems,
      status: page.refusal && errorRule(page.refusal.code).status,
      children: (
        <>
          <Form action={`/${t.locale}/sign-in`} fields={page.then ? { then: page.then } : {}}>
            <TextInput
              t={t}
              name="mobile"
              asHeading
              label={t("citizen.signIn.title")}
              hint={t("citizen.signIn.hint")}
              type="tel"
              inputMode="tel"
              autocomplete="tel-national"
              width={10}
              maxLength={20}
              value={page.mobile}
              problems={problems}
            />
            <Button>{t("citizen.signIn.send")}</Button>
          </Form>
          <Details summary={t("citizen.signIn.why.title")}>
            <p>{t("citizen.signIn.why.text")}</p>
          </Details>
          <Details summary={t("citizen.signIn.noPhone.title")}>
            <p>{t("citizen.signIn.noPhone.text")}</p>
          </Details>
        </>
      ),
    });
  }

  async function codePage(request: Request, reply: FastifyReply, refusal?: Refused): Promise<FastifyReply> {
    const t = wordsOf(request);
    const then = thenOf(request);
    const challengeId = request.cookies[challengeCookie];
    const device = request.cookies[deviceCookie];
    const state = challengeId && device ? await challengeState(deps, { challengeId, device }) : undefined;
    if (!state && !refusal) return seeOther(reply, withThen(`/${t.locale}/sign-in`, then));
    retryAfter(reply, refusal);
    const fields: Record<string, string> = then ? { then } : {};
    const problems: readonly Problem[] | undefined = refusal && atField(refusal, "code");
    return sendPage(request, reply, {
      title: t("citizen.code.title"),
      back: withThen(`/${t.locale}/sign-in`, then),
      problems,
      status: refusal && errorRule(refusal.code).status,
      children: (
        <>
          <Form action={`/${t.locale}/sign-in/code`} fields={fields}>
            <OtpInput
              t={t}
              name="code"
              asHeading
              label={t("citizen.code.title")}
              hint={t("citizen.code.hint")}
              problems={problems}
            />
            {state ? <p class="sk-hint">{t("citizen.code.valid", { seconds: state.validSeconds })}</p> : null}
            <Button>{t("common.continue")}</Button>
          </Form>
          <Banner kind="info" title={t("citizen.code.none.title")}>
            <p>
              {state && state.resendSeconds > 0
                ? t("citizen.code.none.wait", { seconds: state.resendSeconds })
                : t("citizen.code.none.now")}
            </p>
            <Form action={`/${t.locale}/sign-in/resend`} fields={fields}>
              <Button kind="secondary">{t("citizen.code.resend")}</Button>
            </Form>
            <p>
              <a href={withThen(`/${t.locale}/sign-in`, then)}>{t("citizen.code.otherNumber")}</a>
            </p>
          </Banner>
        </>
      ),
    });
  }
}

function retryAfter(reply: FastifyReply, refusal: Refused | undefined): void {
  const seconds = refusal?.facts?.["seconds"];
  if (seconds !== undefined) reply.header("Retry-After", String(seconds));
}
