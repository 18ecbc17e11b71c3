// The fields of a person who is registered at the site, and the words for their values.
// SPDX-License-Identifier: Apache-2.0
import { genders, type PersonInput, photoIdTypes } from "../../modules/beneficiaries/index.js";
import type { Problem } from "../../platform/errors.js";
import type { Form } from "../../platform/http/form.js";
import type { MessageKey, Translate } from "../../platform/i18n/i18n.js";
import { Checkboxes, Radios, Select, TextInput } from "../components/index.js";

export function readPerson(form: Form): PersonInput {
  return {
    name: form.text("name"),
    birthYear: form.digits("birthYear"),
    gender: form.text("gender"),
    photoIdType: form.text("photoIdType"),
    photoIdLast4: form.digits("photoIdLast4"),
    consent: form.text("consent"),
  };
}

/** A photo id type in the reader's language. The record keeps it in the words of the programme. */
export function photoIdWords(t: Translate, type: string): string {
  const known = photoIdTypes.find((each) => each.type === type);
  return known ? t(`staff.photoId.${known.id}` as MessageKey) : type;
}

export function PersonFields({
  t,
  values,
  problems,
}: {
  t: Translate;
  values: PersonInput;
  problems: readonly Problem[] | undefined;
}) {
  return (
    <>
      <TextInput
        t={t}
        name="name"
        label={t("staff.person.name")}
        hint={t("staff.person.nameHint")}
        value={values.name}
        maxLength={200}
        problems={problems}
      />
      <TextInput
        t={t}
        name="birthYear"
        label={t("staff.person.birthYear")}
        value={values.birthYear}
        inputMode="numeric"
        width={4}
        maxLength={4}
        problems={problems}
      />
      <Radios
        t={t}
        name="gender"
        legend={t("staff.person.gender")}
        options={genders.map((gender) => ({ value: gender, label: t(`staff.gender.${gender}` as MessageKey) }))}
        value={values.gender || undefined}
        inline
        problems={problems}
      />
      <Select
        t={t}
        name="photoIdType"
        label={t("staff.person.photoId")}
        options={[
          { value: "", label: t("staff.person.choose") },
          ...photoIdTypes.map(({ id }) => ({ value: String(id), label: t(`staff.photoId.${id}` as MessageKey) })),
        ]}
        value={values.photoIdType}
        problems={problems}
      />
      <TextInput
        t={t}
        name="photoIdLast4"
        label={t("staff.person.last4")}
        hint={t("staff.person.last4Hint")}
        value={values.photoIdLast4}
        width={4}
        maxLength={4}
        problems={problems}
      />
      <Checkboxes
        t={t}
        name="consent"
        legend={t("staff.person.consent")}
        hint={t("staff.person.consentHint")}
        options={[{ value: "yes", label: t("staff.person.consentYes") }]}
        values={values.consent ? [values.consent] : []}
        problems={problems}
      />
    </>
  );
}
