// Staff sign in with a passkey and enrol one by a one-time link. No password exists, so none can be asked for.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Deps } from "../../modules/disclosure/index.js";
import {
  endStaffSignIn,
  findInvitedStaff,
  findStaffSignIn,
  finishEnrolment,
  finishPasskeySignIn,
  type RelyingParty,
  relyingPartyOf,
  type Staff,
  shiftHours,
  startEnrolment,
  startPasskeySignIn,
} from "../../modules/staff/index.js";
import { refused } from "../../platform/errors.js";
import { clearTokenCookie, setTokenCookie } from "../../platform/http/server.js";
import type { MessageKey, Translate } from "../../platform/i18n/i18n.js";
import { Banner, ButtonLink, Details, SummaryList } from "../components/index.js";
import { localeOf, refusalText, sendPage, sendRefusal, wordsOf } from "../page.js";
import { staffCookie, startPageOf } from "../staff-guard.js";
import { PasskeyForm } from "./passkey-form.js";

function tokenOf(request: FastifyRequest): string {
  return (request.params as { token?: string }).token ?? "";
}

export function signInPages(app: FastifyInstance, deps: Deps, { origin }: { origin: string }): void {
  const partyOf = (request: FastifyRequest) => relyingPartyOf(origin, request.headers.host ?? "");

  app.get("/:lang/staff/sign-in", async (request, reply) => {
    const token = request.cookies[staffCookie];
    const signIn = token ? await findStaffSignIn(deps, token) : undefined;
    if (signIn) return reply.redirect(startPageOf(signIn.staff.role, localeOf(request)), 303);
    return showSignIn(request, reply, partyOf(request));
  });

  app.post("/:lang/staff/sign-in/options", async (request, reply) => {
    const party = partyOf(request);
    if (!party) return sendRefusal(request, reply, refused("NOT_ALLOWED"));
    const begun = await startPasskeySignIn(deps, party, { address: request.ip });
    return begun.ok ? reply.send(begun.value) : sendRefusal(request, reply, begun);
  });

  app.post("/:lang/staff/sign-in", async (request, reply) => {
    const party = partyOf(request);
    if (!party) return showSignIn(request, reply, party);
    const signIn = await finishPasskeySignIn(deps, party, answerOf(request));
    if (!signIn.ok) return showSignIn(request, reply, party, signIn.code);
    const before = request.cookies[staffCookie];
    if (before) await endStaffSignIn(deps, before);
    setTokenCookie(reply, staffCookie, signIn.value.token, { origin, maxAgeSeconds: shiftHours * 3600 });
    return reply.redirect(startPageOf(signIn.value.staff.role, localeOf(request)), 303);
  });

  app.post("/:lang/staff/sign-out", async (request, reply) => {
    const token = request.cookies[staffCookie];
    if (token) await endStaffSignIn(deps, token);
    clearTokenCookie(reply, staffCookie);
    // What a browser kept of the pages goes too: the desk's computer is shared.
    return reply
      .header("Clear-Site-Data", '"cache", "storage"')
      .redirect(`/${localeOf(request)}/staff/signed-out`, 303);
  });

  app.get("/:lang/staff/signed-out", async (request, reply) => {
    const t = wordsOf(request);
    return sendPage(request, reply, {
      title: t("staff.signedOut.title"),
      children: (
        <>
          <h1>{t("staff.signedOut.title")}</h1>
          <p class="sk-lead">{t("staff.signedOut.body")}</p>
          <ButtonLink href={`/${t.locale}/staff/sign-in`}>{t("staff.signIn.again")}</ButtonLink>
        </>
      ),
    });
  });

  app.get("/:lang/staff/enrol/:token", async (request, reply) => {
    const staff = await findInvitedStaff(deps, tokenOf(request));
    if (!staff) return sendRefusal(request, reply, refused("STAFF_INVITATION_INVALID"));
    return showEnrolment(request, reply, staff, partyOf(request));
  });

  app.post("/:lang/staff/enrol/:token/options", async (request, reply) => {
    const party = partyOf(request);
    if (!party) return sendRefusal(request, reply, refused("NOT_ALLOWED"));
    const started = await startEnrolment(deps, party, tokenOf(request));
    return started.ok ? reply.send(started.value) : sendRefusal(request, reply, started);
  });

  app.post("/:lang/staff/enrol/:token", async (request, reply) => {
    const party = partyOf(request);
    const token = tokenOf(request);
    const enrolled = party
      ? await finishEnrolment(deps, party, { token, ...answerOf(request) })
      : refused("STAFF_PASSKEY_REFUSED");
    if (enrolled.ok) return reply.redirect(`/${localeOf(request)}/staff/enrolled`, 303);
    const staff = await findInvitedStaff(deps, token);
    if (!staff) return sendRefusal(request, reply, enrolled);
    return showEnrolment(request, reply, staff, party, enrolled.code);
  });

  app.get("/:lang/staff/enrolled", async (request, reply) => {
    const t = wordsOf(request);
    return sendPage(request, reply, {
      title: t("staff.enrolled.title"),
      children: (
        <>
          <h1>{t("staff.enrolled.title")}</h1>
          <p class="sk-lead">{t("staff.enrolled.body")}</p>
          <ButtonLink href={`/${t.locale}/staff/sign-in`}>{t("staff.enrolled.next")}</ButtonLink>
        </>
      ),
    });
  });
}

function answerOf(request: FastifyRequest): { challengeId: string; response: unknown } {
  return { challengeId: request.form.text("challengeId"), response: parsed(request.form.text("response")) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function showSignIn(
  request: FastifyRequest,
  reply: FastifyReply,
  party: RelyingParty | undefined,
  code?: string,
): FastifyReply {
  const t = wordsOf(request);
  const action = `/${t.locale}/staff/sign-in`;
  return sendPage(request, reply, {
    title: t("staff.signIn.title"),
    scripts: ["passkey.js"],
    status: code ? 422 : 200,
    children: (
      <>
        <h1>{t("staff.signIn.title")}</h1>
        <Refusal t={t} code={code} />
        <p class="sk-lead">{t("staff.signIn.lead")}</p>
        {party ? (
          <PasskeyForm
            t={t}
            kind="get"
            action={action}
            optionsUrl={`${action}/options`}
            button={t("staff.signIn.button")}
            whatToDo={t("staff.signIn.failed")}
          />
        ) : (
          <OtherAddress t={t} request={request} path={action} />
        )}
        <Details summary={t("staff.signIn.noPasskey")}>
          <ul>
            <li>{t("staff.signIn.noPasskey.newHere")}</li>
            <li>{t("staff.signIn.noPasskey.otherDevice")}</li>
            <li>{t("staff.signIn.noPasskey.lost")}</li>
          </ul>
        </Details>
        <p class="sk-hint">{t("staff.signIn.recorded")}</p>
      </>
    ),
  });
}

function showEnrolment(
  request: FastifyRequest,
  reply: FastifyReply,
  staff: Staff,
  party: RelyingParty | undefined,
  code?: string,
): FastifyReply {
  const t = wordsOf(request);
  const path = request.url.split("?")[0] ?? "";
  return sendPage(request, reply, {
    title: t("staff.enrol.title"),
    scripts: ["passkey.js"],
    status: code ? 422 : 200,
    children: (
      <>
        <h1>{t("staff.enrol.title")}</h1>
        <Refusal t={t} code={code} />
        <p class="sk-lead">{t("staff.enrol.lead")}</p>
        <SummaryList
          rows={[
            { key: t("staff.enrol.name"), value: staff.displayName },
            { key: t("staff.enrol.role"), value: t(`common.role.${staff.role}` as MessageKey) },
            { key: t("staff.enrol.place"), value: staff.placeName ?? t("staff.enrol.wholeCountry") },
          ]}
        />
        <p>{t("staff.enrol.device")}</p>
        {party ? (
          <PasskeyForm
            t={t}
            kind="create"
            action={path}
            optionsUrl={`${path}/options`}
            button={t("staff.enrol.button")}
            whatToDo={t("staff.enrol.failed")}
          />
        ) : (
          <OtherAddress t={t} request={request} path={path} />
        )}
        <p class="sk-hint">{t("staff.enrol.notYou")}</p>
      </>
    ),
  });
}

function Refusal({ t, code }: { t: Translate; code: string | undefined }) {
  if (!code) return null;
  return (
    <div role="alert">
      <Banner kind="warning">
        <p>{refusalText(t, code)}</p>
      </Banner>
    </div>
  );
}

/** A passkey needs a name, not an address: the same page under localhost, when that is this machine. */
function OtherAddress({ t, request, path }: { t: Translate; request: FastifyRequest; path: string }) {
  const port = /^(?:127\.0\.0\.1|\[::1\])(:\d{1,5})?$/.exec(request.headers.host ?? "");
  return (
    <Banner kind="warning" title={t("staff.signIn.address.title")}>
      {port ? (
        <>
          <p>{t("staff.signIn.address.body")}</p>
          <p>
            <a href={`http://localhost${port[1] ?? ""}${path}`}>{t("staff.signIn.address.link")}</a>
          </p>
        </>
      ) : (
        <p>{t("staff.signIn.address.none")}</p>
      )}
    </Banner>
  );
}
