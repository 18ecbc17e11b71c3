// Moving a person to another mobile number: both numbers are typed, both get a code, both codes come back.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyReply } from "fastify";
import { errorRule } from "../../errors.js";
import { confirmMove, listBeneficiaries, type MoveCodes, requestMove } from "../../modules/beneficiaries/index.js";
import { type Refused, refused } from "../../platform/errors.js";
import { Button, Form, OtpInput, TextInput } from "../components/index.js";
import { sendPage, sendRefusal, wordsOf } from "../page.js";
import { atField, type CitizenDoor, type CitizenRequest, seeOther } from "./door.js";

export function movePages(door: CitizenDoor): void {
  const { deps } = door;
  door.get("/people/:id/move", async (request, reply, citizen) => {
    const own = await listBeneficiaries(deps, citizen.accountId);
    if (!own.some((one) => one.beneficiaryId === request.params["id"]))
      return sendRefusal(request, reply, refused("NOT_FOUND"));
    return numbersPage(request, reply);
  });

  door.post("/people/:id/move", async (request, reply, citizen) => {
    const { form } = request;
    const sent = await requestMove(deps, citizen.actor, {
      beneficiaryId: request.params["id"] ?? "",
      ownMobile: form.digits("ownMobile"),
      newMobile: form.digits("newMobile"),
      address: request.ip,
    });
    if (sent.ok) return codesPage(request, reply, sent.value);
    const isForm = sent.problems || errorRule(sent.code).status === 429;
    return isForm ? numbersPage(request, reply, sent) : sendRefusal(request, reply, sent);
  });

  door.post("/people/:id/move/confirm", async (request, reply, citizen) => {
    const { form } = request;
    const codes = { own: form.text("own"), next: form.text("next") };
    const outcome = await confirmMove(deps, citizen.actor, {
      beneficiaryId: request.params["id"] ?? "",
      codes,
      ownCode: form.digits("ownCode"),
      nextCode: form.digits("nextCode"),
      address: request.ip,
    });
    if (outcome.ok) return seeOther(reply, `/${wordsOf(request).locale}/people?done=moved`);
    return outcome.problems ? codesPage(request, reply, codes, outcome) : sendRefusal(request, reply, outcome);
  });
}

/** What was typed is not shown again: a phone may be somebody else's. */
function numbersPage(request: CitizenRequest, reply: FastifyReply, refusal?: Refused): FastifyReply {
  const t = wordsOf(request);
  const id = request.params["id"] ?? "";
  const problems = refusal && atField(refusal, "newMobile");
  const field = { t, problems, type: "tel", inputMode: "tel", width: 10, maxLength: 20 } as const;
  return sendPage(request, reply, {
    title: t("citizen.move.title"),
    back: `/${t.locale}/people/${id}/correct`,
    problems,
    status: refusal && errorRule(refusal.code).status,
    children: (
      <>
        <h1>{t("citizen.move.title")}</h1>
        <p>{t("citizen.move.text")}</p>
        <Form action={`/${t.locale}/people/${id}/move`}>
          <TextInput {...field} name="ownMobile" label={t("citizen.move.own")} />
          <TextInput {...field} name="newMobile" label={t("citizen.move.new")} />
          <Button>{t("citizen.move.send")}</Button>
        </Form>
      </>
    ),
  });
}

function codesPage(request: CitizenRequest, reply: FastifyReply, codes: MoveCodes, refusal?: Refused): FastifyReply {
  const t = wordsOf(request);
  const id = request.params["id"] ?? "";
  const problems = refusal?.problems;
  return sendPage(request, reply, {
    title: t("citizen.move.codes"),
    back: `/${t.locale}/people/${id}/move`,
    problems,
    children: (
      <>
        <h1>{t("citizen.move.codes")}</h1>
        <Form action={`/${t.locale}/people/${id}/move/confirm`} fields={{ ...codes }}>
          <OtpInput t={t} name="ownCode" label={t("citizen.move.ownCode")} problems={problems} />
          <OtpInput t={t} name="nextCode" label={t("citizen.move.newCode")} problems={problems} />
          <Button>{t("citizen.move.button")}</Button>
        </Form>
      </>
    ),
  });
}
