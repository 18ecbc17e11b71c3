// The fields that each kind of request asks for. What is right may be left empty.
// SPDX-License-Identifier: Apache-2.0
import type { ComponentChildren } from "preact";
import { genders, photoIdTypes } from "../../modules/beneficiaries/index.js";
import type { DoseDetails } from "../../modules/disclosure/index.js";
import type { FacilityView } from "../../modules/facilities/index.js";
import { sessionProducts } from "../../modules/sessions/index.js";
import type { TicketKind } from "../../modules/tickets/index.js";
import type { Problem } from "../../platform/errors.js";
import type { Translate } from "../../platform/i18n/i18n.js";
import { uuidv7 } from "../../platform/random.js";
import {
  Banner,
  Button,
  ButtonLink,
  DateInput,
  Form,
  OtpInput,
  Radios,
  Select,
  TextArea,
  TextInput,
} from "../components/index.js";
import { productName } from "../product-name.js";
import { doseName } from "./door.js";

export interface Typed {
  readonly text: (name: string) => string;
  readonly problems?: readonly Problem[] | undefined;
}
export interface Asking {
  readonly t: Translate;
  readonly id: string;
  readonly kind: TicketKind;
  readonly doses: readonly DoseDetails[];
  readonly typed: Typed;
}

const typedDate = ({ text }: Typed, name: string) => ({
  day: text(`${name}-day`),
  month: text(`${name}-month`),
  year: text(`${name}-year`),
});

export function TicketForm({ t, id, kind, typed, children }: Asking & { children: ComponentChildren }) {
  const kept = kind === "merge" ? { challengeId: typed.text("challengeId") } : {};
  const ticketId = typed.text("ticketId") || uuidv7();
  return (
    <Form action={`/${t.locale}/people/${id}/correct/${kind}`} fields={{ ticketId, ...kept }}>
      {children}
      {kind === "passport" ? null : (
        <TextArea
          t={t}
          name="words"
          label={t("citizen.correct.words")}
          hint={t("citizen.correct.words.hint")}
          value={typed.text("words")}
          problems={typed.problems}
        />
      )}
      <Button>{t(kind === "passport" ? "citizen.correct.link" : "citizen.correct.ask")}</Button>
    </Form>
  );
}

export function FieldsOf(asking: Asking) {
  const { t, kind, typed } = asking;
  const field = { t, problems: typed.problems };
  switch (kind) {
    case "identity":
      return <IdentityFields {...asking} />;
    case "passport":
      return (
        <>
          <TextInput
            {...field}
            name="passportNumber"
            label={t("common.ticket.field.passportNumber")}
            width={10}
            maxLength={12}
            value={typed.text("passportNumber")}
          />
          <DateInput
            {...field}
            name="birthDate"
            legend={t("common.ticket.field.birthDate")}
            hint={t("citizen.correct.birthDate.hint")}
            value={typedDate(typed, "birthDate")}
          />
        </>
      );
    case "dose":
      return (
        <>
          <DoseChoice {...asking} />
          <DoseFields {...asking} hint={t("citizen.correct.empty")} />
        </>
      );
    case "not-mine":
      return <DoseChoice {...asking} />;
    case "merge":
      return (
        <>
          <OtherReference {...asking} />
          <OtpInput {...field} name="code" label={t("citizen.correct.code")} hint={t("citizen.correct.code.hint")} />
        </>
      );
    default:
      return null;
  }
}

function IdentityFields({ t, typed }: Asking) {
  const field = { t, problems: typed.problems };
  const none = { value: "", label: t("citizen.correct.same") };
  return (
    <>
      <TextInput
        {...field}
        name="name"
        label={t("citizen.register.name")}
        hint={t("citizen.correct.empty")}
        maxLength={400}
        value={typed.text("name")}
      />
      <TextInput
        {...field}
        name="birthYear"
        label={t("citizen.register.birthYear")}
        inputMode="numeric"
        width={4}
        maxLength={4}
        value={typed.text("birthYear")}
      />
      <Select
        {...field}
        name="gender"
        label={t("citizen.register.gender")}
        options={[none, ...genders.map((gender) => ({ value: gender, label: t(`citizen.gender.${gender}`) }))]}
        value={typed.text("gender")}
      />
      <Select
        {...field}
        name="photoIdType"
        label={t("citizen.register.photoIdType")}
        options={[none, ...photoIdTypes.map(({ id }) => ({ value: String(id), label: t(`citizen.photoId.${id}`) }))]}
        value={typed.text("photoIdType")}
      />
      <TextInput
        {...field}
        name="photoIdLast4"
        label={t("citizen.register.photoIdLast4")}
        width={4}
        maxLength={4}
        value={typed.text("photoIdLast4").length > 4 ? "" : typed.text("photoIdLast4")}
      />
    </>
  );
}

function DoseChoice({ t, doses, typed }: Asking) {
  return (
    <Radios
      t={t}
      name="vaccinationId"
      legend={t("citizen.correct.which")}
      problems={typed.problems}
      options={doses.map((dose) => ({
        value: dose.vaccinationId,
        label: `${doseName(t, dose.doseNumber, dose.kind === "precaution")} · ${t.date(dose.givenOn)}`,
        hint: `${productName(dose.product)} · ${t("citizen.dose.batch", { lot: dose.lotNumber })} · ${dose.facilityName}`,
      }))}
      value={typed.text("vaccinationId") || (doses.length === 1 ? doses[0]!.vaccinationId : undefined)}
    />
  );
}

function DoseFields({ t, kind, typed, hint }: Asking & { hint?: string }) {
  const field = { t, problems: typed.problems };
  const none = { value: "", label: t(kind === "dose" ? "citizen.correct.same" : "citizen.choose") };
  return (
    <>
      <DateInput
        {...field}
        name="givenOn"
        legend={t("common.ticket.field.givenOn")}
        hint={hint}
        value={typedDate(typed, "givenOn")}
      />
      <Select
        {...field}
        name="product"
        label={t("common.ticket.field.product")}
        options={[none, ...sessionProducts().map((product) => ({ value: product, label: productName(product) }))]}
        value={typed.text("product")}
      />
      <TextInput
        {...field}
        name="lotNumber"
        label={t("common.ticket.field.lotNumber")}
        width={20}
        maxLength={30}
        value={typed.text("lotNumber")}
      />
    </>
  );
}

function OtherReference({ t, typed }: Pick<Asking, "t" | "typed">) {
  return (
    <TextInput
      t={t}
      name="referenceId"
      label={t("citizen.correct.otherReference")}
      hint={t("citizen.correct.otherReference.hint")}
      inputMode="numeric"
      width={20}
      maxLength={14}
      value={typed.text("referenceId")}
      problems={typed.problems}
    />
  );
}

export function OtherNumber({ t, id, typed }: Asking) {
  return (
    <Form action={`/${t.locale}/people/${id}/correct/merge/code`}>
      <TextInput
        t={t}
        name="mobile"
        label={t("citizen.correct.otherMobile")}
        hint={t("citizen.correct.otherMobile.hint")}
        type="tel"
        inputMode="tel"
        width={10}
        maxLength={20}
        problems={typed.problems}
      />
      <OtherReference {...{ t, typed }} />
      <Button>{t("citizen.signIn.send")}</Button>
      <ButtonLink kind="secondary" href={`/${t.locale}/people/${id}/correct`}>
        {t("common.cancel")}
      </ButtonLink>
    </Form>
  );
}

/** First the PIN code of the place, then the place, the day and the batch. */
export function LateDoseForm({
  asking,
  pincode,
  facilities,
}: {
  asking: Asking;
  pincode: string;
  facilities: readonly FacilityView[];
}) {
  const { t, id, typed } = asking;
  if (facilities.length === 0)
    return (
      <form method="get" action={`/${t.locale}/people/${id}/correct/no-certificate`}>
        {pincode ? <Banner kind="info">{t("citizen.correct.pincode.none")}</Banner> : null}
        <TextInput
          t={t}
          name="pincode"
          label={t("citizen.correct.pincode")}
          inputMode="numeric"
          width={6}
          maxLength={6}
          value={pincode}
        />
        <Button>{t("common.continue")}</Button>
      </form>
    );
  return (
    <TicketForm {...asking}>
      <input type="hidden" name="pincode" value={pincode} />
      <Radios
        t={t}
        name="facilityId"
        legend={t("citizen.correct.facility")}
        problems={typed.problems}
        options={facilities.map((one) => ({ value: one.facilityId, label: one.name, hint: one.address }))}
        value={typed.text("facilityId")}
      />
      <DoseFields {...asking} />
    </TicketForm>
  );
}
