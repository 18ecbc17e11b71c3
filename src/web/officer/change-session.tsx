// Making, changing, publishing and cancelling a session.
// SPDX-License-Identifier: Apache-2.0

import { type FacilityView, facilityOfAdmin } from "../../modules/facilities/index.js";
import {
  cancelSession,
  changeSession,
  createSession,
  listBatches,
  pools,
  publishSession,
  type SessionInput,
  type SessionView,
  sessionOfAdmin,
} from "../../modules/sessions/index.js";
import { dateInIndia } from "../../platform/clock.js";
import type { Problem } from "../../platform/errors.js";
import type { Translate } from "../../platform/i18n/i18n.js";
import { uuidv7 } from "../../platform/random.js";
import { Banner, Button, Form } from "../components/index.js";
import { sendPage, sendRefusal, wordsOf } from "../page.js";
import { productName } from "../product-name.js";
import type { OfficerDoor } from "./door.js";
import { newSession, ReasonRadios, SessionFields, sessionAsInput, sessionFromForm } from "./session-form.js";

interface FormPage {
  t: Translate;
  facility: FacilityView;
  input: SessionInput;
  problems?: readonly Problem[] | undefined;
  title: string;
  back: string;
  action: string;
  fields?: Record<string, string>;
}

export function changeSessionPages(door: OfficerDoor): void {
  createPages(door);
  draftPages(door);
  cancelPages(door);
}

async function formPage(
  { deps }: OfficerDoor,
  { t, facility, input, problems = [], title, back, action, fields }: FormPage,
) {
  const batches = await listBatches(deps, facility.facilityId);
  const inStock = [...new Set(batches.filter((b) => b.state === "usable").map((b) => b.product))];
  return {
    title,
    back,
    problems,
    children: (
      <>
        <h1>{title}</h1>
        <p class="sk-lead">{facility.name}</p>
        <Form action={action} fields={fields}>
          <SessionFields t={t} input={input} facility={facility} inStock={inStock} problems={problems} />
          <Button>{t("officer.session.save")}</Button>
        </Form>
      </>
    ),
  };
}

function createPages(door: OfficerDoor): void {
  const { deps } = door;
  const page = (
    t: Translate,
    facility: FacilityView,
    sessionId: string,
    input: SessionInput,
    problems?: readonly Problem[],
  ) => {
    const back = `/${t.locale}/officer/facilities/${facility.facilityId}`;
    const action = `${back}/sessions`;
    return formPage(door, {
      t,
      facility,
      input,
      problems,
      title: t("officer.session.new"),
      back,
      action,
      fields: { sessionId },
    });
  };
  door.get("/facilities/:facilityId/sessions/new", async (request, reply, { actor }) => {
    const found = await facilityOfAdmin(deps, actor, request.params.facilityId ?? "");
    if (!found.ok) return sendRefusal(request, reply, found);
    const { facility } = found.value;
    const input = newSession(facility, dateInIndia(deps.clock()));
    return sendPage(request, reply, await page(wordsOf(request), facility, uuidv7(), input));
  });
  door.post("/facilities/:facilityId/sessions", async (request, reply, { actor }) => {
    const t = wordsOf(request);
    const facilityId = request.params.facilityId ?? "";
    const input = sessionFromForm(request.form);
    const sessionId = request.form.text("sessionId");
    const created = await createSession(deps, actor, { ...input, facilityId, sessionId });
    if (created.ok)
      return reply.redirect(`/${t.locale}/officer/sessions/${created.value.sessionId}?done=session-created`, 303);
    const found = created.problems ? await facilityOfAdmin(deps, actor, facilityId) : undefined;
    if (!found?.ok) return sendRefusal(request, reply, created);
    return sendPage(request, reply, await page(t, found.value.facility, sessionId, input, created.problems));
  });
}

function draftPages(door: OfficerDoor): void {
  const { deps } = door;
  const page = (t: Translate, session: SessionView, input: SessionInput, problems?: readonly Problem[]) => {
    const back = `/${t.locale}/officer/sessions/${session.sessionId}`;
    return formPage(door, {
      t,
      facility: session.facility,
      input,
      problems,
      title: t("officer.session.change"),
      back,
      action: `${back}/change`,
    });
  };
  door.get("/sessions/:sessionId/change", async (request, reply, { actor }) => {
    const found = await sessionOfAdmin(deps, actor, request.params.sessionId ?? "");
    if (!found.ok) return sendRefusal(request, reply, found);
    const { session } = found.value;
    return sendPage(request, reply, await page(wordsOf(request), session, sessionAsInput(session)));
  });
  door.post("/sessions/:sessionId/change", async (request, reply, { actor }) => {
    const t = wordsOf(request);
    const sessionId = request.params.sessionId ?? "";
    const input = sessionFromForm(request.form);
    const changed = await changeSession(deps, actor, { ...input, sessionId });
    if (changed.ok) return reply.redirect(`/${t.locale}/officer/sessions/${sessionId}?done=session-changed`, 303);
    const found = changed.problems ? await sessionOfAdmin(deps, actor, sessionId) : undefined;
    if (!found?.ok) return sendRefusal(request, reply, changed);
    return sendPage(request, reply, await page(t, found.value.session, input, changed.problems));
  });
  door.post("/sessions/:sessionId/publish", async (request, reply, { actor }) => {
    const sessionId = request.params.sessionId ?? "";
    const published = await publishSession(deps, actor, { sessionId });
    if (!published.ok) return sendRefusal(request, reply, published);
    return reply.redirect(`/${wordsOf(request).locale}/officer/sessions/${sessionId}?done=session-published`, 303);
  });
}

function cancelPages({ deps, options, get, post }: OfficerDoor): void {
  const page = (t: Translate, session: SessionView, problems: readonly Problem[] = []) => {
    const path = `/${t.locale}/officer/sessions/${session.sessionId}`;
    const taken = pools.reduce((sum, pool) => sum + session.capacity[pool] - session.left[pool], 0);
    return {
      title: t("officer.session.cancel"),
      back: path,
      problems,
      children: (
        <>
          <h1>{t("officer.cancel.question")}</h1>
          <p class="sk-lead">
            {t("officer.session.heading", { product: productName(session.product), date: t.date(session.heldOn) })},{" "}
            {session.facility.name}
          </p>
          <Banner kind="warning">
            <p>{t("officer.cancel.booked", { count: taken })}</p>
            <p>{t("officer.cancel.means")}</p>
          </Banner>
          <Form action={`${path}/cancel`}>
            <ReasonRadios t={t} value="" problems={problems} />
            <Button kind="warning">{t("officer.session.cancel")}</Button>
          </Form>
          <a href={path}>{t("officer.cancel.keep")}</a>
        </>
      ),
    };
  };
  get("/sessions/:sessionId/cancel", async (request, reply, { actor }) => {
    const found = await sessionOfAdmin(deps, actor, request.params.sessionId ?? "");
    if (!found.ok) return sendRefusal(request, reply, found);
    return sendPage(request, reply, page(wordsOf(request), found.value.session));
  });
  post("/sessions/:sessionId/cancel", async (request, reply, { actor }) => {
    const t = wordsOf(request);
    const sessionId = request.params.sessionId ?? "";
    const cancelled = await cancelSession(
      deps,
      actor,
      { sessionId, reason: request.form.text("reason") },
      options.endAppointments,
    );
    if (cancelled.ok) {
      return reply.redirect(
        `/${t.locale}/officer/sessions/${sessionId}?done=session-cancelled&told=${cancelled.value.told}`,
        303,
      );
    }
    const found = cancelled.problems ? await sessionOfAdmin(deps, actor, sessionId) : undefined;
    if (!found?.ok) return sendRefusal(request, reply, cancelled);
    return sendPage(request, reply, page(t, found.value.session, cancelled.problems));
  });
}
