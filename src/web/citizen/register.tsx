// Registering a person: one form with the notice of what is held and why. A mistake keeps what was typed, but for
// the photo id's characters when more than four came: a whole id number is not sent back.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyReply } from "fastify";
import { errorRule } from "../../errors.js";
import {
  genders,
  listBeneficiaries,
  mostPeople,
  type PersonInput,
  photoIdTypes,
  registerBeneficiary,
} from "../../modules/beneficiaries/index.js";
import { type Refused, refused } from "../../platform/errors.js";
import { uuidv7 } from "../../platform/random.js";
import { Button, Checkboxes, Form, Radios, Select, TextInput } from "../components/index.js";
import { sendPage, sendRefusal, wordsOf } from "../page.js";
import { atField, type CitizenDoor, type CitizenRequest, seeOther } from "./door.js";

const empty: PersonInput = { name: "", birthYear: "", gender: "", photoIdType: "", photoIdLast4: "", consent: "" };

export function registerPages(door: CitizenDoor): void {
  const { deps } = door;
  door.get("/people/new", async (request, reply, citizen) => {
    const people = await listBeneficiaries(deps, citizen.accountId);
    if (people.length >= mostPeople) return sendRefusal(request, reply, refused("BENEFICIARY_LIMIT_REACHED"));
    return formPage(request, reply, empty, uuidv7());
  });
  door.post("/people/new", async (request, reply, citizen) => {
    const { form } = request;
    const input: PersonInput = {
      name: form.text("name"),
      birthYear: form.digits("birthYear"),
      gender: form.text("gender"),
      photoIdType: form.text("photoIdType"),
      photoIdLast4: form.digits("photoIdLast4"),
      consent: form.text("consent"),
    };
    const { locale } = wordsOf(request);
    const requestKey = form.text("requestKey");
    const outcome = await registerBeneficiary(deps, citizen.actor, { ...input, requestKey, locale });
    if (outcome.ok) return seeOther(reply, `/${locale}/people?done=registered`);
    if (outcome.code !== "INPUT_INVALID") return sendRefusal(request, reply, outcome);
    return formPage(request, reply, input, requestKey, outcome);
  });
}

function formPage(
  request: CitizenRequest,
  reply: FastifyReply,
  input: PersonInput,
  requestKey: string,
  refusal?: Refused,
): FastifyReply {
  const t = wordsOf(request);
  const problems = refusal && atField(refusal, "name");
  const field = { t, problems };
  return sendPage(request, reply, {
    title: t("citizen.register.title"),
    back: `/${t.locale}/people`,
    problems,
    status: refusal && errorRule(refusal.code).status,
    children: (
      <>
        <h1>{t("citizen.register.title")}</h1>
        <Form action={`/${t.locale}/people/new`} fields={{ requestKey }}>
          <TextInput
            {...field}
            name="name"
            label={t("citizen.register.name")}
            hint={t("citizen.register.name.hint")}
            value={input.name}
            maxLength={400}
          />
          <TextInput
            {...field}
            name="birthYear"
            label={t("citizen.register.birthYear")}
            hint={t("citizen.register.birthYear.hint")}
            inputMode="numeric"
            width={4}
            maxLength={4}
            value={input.birthYear}
          />
          <Radios
            {...field}
            name="gender"
            legend={t("citizen.register.gender")}
            inline
            options={genders.map((gender) => ({ value: gender, label: t(`citizen.gender.${gender}`) }))}
            value={input.gender}
          />
          <Select
            {...field}
            name="photoIdType"
            label={t("citizen.register.photoIdType")}
            hint={t("citizen.register.photoIdType.hint")}
            options={[
              { value: "", label: t("citizen.choose") },
              ...photoIdTypes.map(({ id }) => ({ value: String(id), label: t(`citizen.photoId.${id}`) })),
            ]}
            value={input.photoIdType}
          />
          <TextInput
            {...field}
            name="photoIdLast4"
            label={t("citizen.register.photoIdLast4")}
            hint={t("citizen.register.photoIdLast4.hint")}
            width={4}
            maxLength={4}
            value={input.photoIdLast4.length > 4 ? "" : input.photoIdLast4}
          />
          <section class="sk-banner sk-banner--info">
            <h2>{t("citizen.consent.title")}</h2>
            <ul>
              {([1, 2, 3, 4] as const).map((n) => (
                <li key={n}>{t(`citizen.consent.${n}`)}</li>
              ))}
            </ul>
            <p>
              <a href={`/${t.locale}/what-we-hold`}>{t("citizen.consent.more")}</a>
            </p>
          </section>
          <Checkboxes
            {...field}
            name="consent"
            legend={t("citizen.consent.legend")}
            options={[{ value: "yes", label: t("citizen.consent.yes") }]}
            values={[input.consent]}
          />
          <Button>{t("citizen.register.button")}</Button>
        </Form>
      </>
    ),
  });
}
