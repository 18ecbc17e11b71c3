// "Something is wrong": what can be asked for a person, and a form for each kind. The commands check and seal what is
// typed; nothing personal stands in an address.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyReply } from "fastify";
import type { ComponentChildren } from "preact";
import { errorRule } from "../../errors.js";
import { requestNumberProof } from "../../modules/accounts/index.js";
import { listBeneficiaries } from "../../modules/beneficiaries/index.js";
import { findFacilities } from "../../modules/facilities/index.js";
import { raiseTicket, ticketKinds } from "../../modules/tickets/index.js";
import { doseHistory } from "../../modules/vaccinations/index.js";
import { type Refused, refused } from "../../platform/errors.js";
import type { Form as FormBody } from "../../platform/http/form.js";
import { Banner } from "../components/index.js";
import { sendPage, sendRefusal, wordsOf } from "../page.js";
import { ticketName } from "../ticket-view.js";
import { type Asking, FieldsOf, LateDoseForm, OtherNumber, TicketForm, type Typed } from "./correct-form.js";
import { atField, type CitizenDoor, type CitizenRequest, queryText, seeOther } from "./door.js";
import type { Citizen } from "./sign-in-guard.js";

const nothingTyped: Typed = { text: () => "" };

export function correctPages(door: CitizenDoor): void {
  const { deps } = door;
  door.get("/people/:id/correct", async (request, reply, citizen) => {
    const t = wordsOf(request);
    const id = await ownPerson(door, request, citizen);
    if (!id) return sendRefusal(request, reply, refused("NOT_FOUND"));
    return sendPage(request, reply, {
      title: t("citizen.correct.title"),
      back: `/${t.locale}/people/${id}`,
      children: (
        <>
          <h1>{t("citizen.correct.title")}</h1>
          <ul class="sk-links">
            {ticketKinds.map((kind) => (
              <li key={kind}>
                <a href={`/${t.locale}/people/${id}/correct/${kind}`}>{ticketName(t, kind)}</a>
              </li>
            ))}
            <li>
              <a href={`/${t.locale}/people/${id}/move`}>{t("citizen.move.title")}</a>
            </li>
          </ul>
          <p class="sk-hint">{t("citizen.requests.how")}</p>
        </>
      ),
    });
  });

  door.get("/people/:id/correct/:kind", (request, reply, citizen) => formPage(door, request, reply, citizen));

  door.post("/people/:id/correct/:kind", async (request, reply, citizen) => {
    const { form } = request;
    const outcome = await raiseTicket(deps, citizen.actor, {
      kind: request.params["kind"] ?? "",
      beneficiaryId: request.params["id"] ?? "",
      ticketId: form.text("ticketId"),
      words: form.text("words"),
      fields: fieldsOf(form),
      address: request.ip,
    });
    if (outcome.ok) return seeOther(reply, `/${wordsOf(request).locale}/requests?done=asked`);
    if (outcome.code !== "INPUT_INVALID") return sendRefusal(request, reply, outcome);
    return formPage(door, request, reply, citizen, { text: (name) => form.text(name), problems: outcome.problems });
  });

  // Merge: a code goes to the other number first.
  door.post("/people/:id/correct/merge/code", async (request, reply, citizen) => {
    const { form } = request;
    if (!(await ownPerson(door, request, citizen))) return sendRefusal(request, reply, refused("NOT_FOUND"));
    const sent = await requestNumberProof(deps, citizen.actor, { mobile: form.digits("mobile"), address: request.ip });
    const known = { referenceId: form.digits("referenceId"), challengeId: sent.ok ? sent.value.challengeId : "" };
    const text = (name: string) => known[name as keyof typeof known] ?? form.text(name);
    const problems = sent.ok ? undefined : atField(sent, "mobile");
    return formPage(door, request, reply, citizen, { text, problems }, sent.ok ? undefined : sent);
  });
}

async function ownPerson(
  { deps }: CitizenDoor,
  request: CitizenRequest,
  citizen: Citizen,
): Promise<string | undefined> {
  const own = await listBeneficiaries(deps, citizen.accountId);
  return own.find((one) => one.beneficiaryId === request.params["id"])?.beneficiaryId;
}

const plainFields =
  "name gender photoIdType passportNumber vaccinationId product lotNumber facilityId challengeId".split(" ");
const digitFields = ["birthYear", "photoIdLast4", "code", "referenceId"];

function fieldsOf(form: FormBody): Record<string, string> {
  return {
    ...Object.fromEntries(plainFields.map((name) => [name, form.text(name)])),
    ...Object.fromEntries(digitFields.map((name) => [name, form.digits(name)])),
    birthDate: dateOf(form, "birthDate"),
    givenOn: dateOf(form, "givenOn"),
  };
}

/** Three fields as yyyy-mm-dd; "" when all are empty. */
function dateOf(form: FormBody, name: string): string {
  const [day, month, year] = (["day", "month", "year"] as const).map((part) => form.digits(`${name}-${part}`));
  return day || month || year ? `${year}-${month!.padStart(2, "0")}-${day!.padStart(2, "0")}` : "";
}
async function formPage(
  door: CitizenDoor,
  request: CitizenRequest,
  reply: FastifyReply,
  citizen: Citizen,
  typed: Typed = nothingTyped,
  refusal?: Refused,
): Promise<FastifyReply> {
  const t = wordsOf(request);
  const id = await ownPerson(door, request, citizen);
  const kind = ticketKinds.find((known) => known === (request.params["kind"] ?? "merge"));
  if (!id || !kind) return sendRefusal(request, reply, refused("NOT_FOUND"));
  const history = await doseHistory(door.deps, citizen.actor, [id]);
  if (!history.ok) return sendRefusal(request, reply, history);
  const doses = history.value[0]!.doses.filter((dose) => !dose.enteredInError);
  const asking: Asking = { t, id, kind, doses, typed };
  const page = (children: ComponentChildren) =>
    sendPage(request, reply, {
      title: t("citizen.correct.title"),
      back: `/${t.locale}/people/${id}/correct`,
      problems: typed.problems,
      status: refusal && errorRule(refusal.code).status,
      children: (
        <>
          <h1>{ticketName(t, kind)}</h1>
          <p>{t(`citizen.correct.about.${kind}`)}</p>
          {children}
        </>
      ),
    });
  if (doses.length === 0 && kind !== "no-certificate")
    return page(<Banner kind="info">{t("error.TICKET_NO_DOSE")}</Banner>);
  if (kind === "merge" && !typed.text("challengeId")) return page(<OtherNumber {...asking} />);
  if (kind === "no-certificate" && doses.length === 0) {
    const pincode = queryText(request, "pincode") || typed.text("pincode");
    const { facilities } = pincode ? await findFacilities(door.deps, { pincode, limit: 50 }) : { facilities: [] };
    return page(<LateDoseForm asking={asking} pincode={pincode} facilities={facilities} />);
  }
  return page(
    <TicketForm {...asking}>
      <FieldsOf {...asking} />
    </TicketForm>,
  );
}
