// The fields of a facility, and the question for the state that a national admin answers first.
// SPDX-License-Identifier: Apache-2.0
import type { DistrictView, FacilityInput, StateView } from "../../modules/facilities/index.js";
import type { Problem } from "../../platform/errors.js";
import type { Form as PostedForm } from "../../platform/http/form.js";
import type { Translate } from "../../platform/i18n/i18n.js";
import { Button, Radios, Select, TextInput } from "../components/index.js";
import { placeChoices } from "../places.js";

export const emptyFacility: FacilityInput = {
  name: "",
  address: "",
  districtId: 0,
  blockName: "",
  pincode: "",
  opensAt: "09:00",
  closesAt: "17:00",
  feeType: "",
};

export function facilityFromForm(form: PostedForm): FacilityInput {
  const district = form.text("districtId");
  return {
    name: form.text("name"),
    address: form.text("address"),
    districtId: /^\d{1,6}$/.test(district) ? Number(district) : 0,
    blockName: form.text("blockName"),
    pincode: form.digits("pincode"),
    opensAt: form.text("opensAt"),
    closesAt: form.text("closesAt"),
    feeType: form.text("feeType"),
  };
}

interface FacilityFieldsProps {
  t: Translate;
  input: FacilityInput;
  districts: readonly DistrictView[];
  problems: readonly Problem[];
}

export function FacilityFields({ t, input, districts, problems }: FacilityFieldsProps) {
  const options = placeChoices(t, districts);
  const choices = options.length > 1 ? [{ value: "", label: t("officer.choose") }, ...options] : options;
  const field = { t, problems };
  return (
    <>
      <TextInput {...field} name="name" label={t("officer.facility.name")} value={input.name} maxLength={200} />
      <TextInput
        {...field}
        name="address"
        label={t("officer.facility.address")}
        value={input.address}
        maxLength={400}
      />
      <Select
        {...field}
        name="districtId"
        label={t("officer.facility.district")}
        options={choices}
        value={String(input.districtId || "")}
      />
      <TextInput
        {...field}
        name="blockName"
        label={t("officer.facility.block")}
        hint={t("officer.facility.block.hint")}
        value={input.blockName}
        width={20}
      />
      <TextInput
        {...field}
        name="pincode"
        label={t("officer.facility.pincode")}
        value={input.pincode}
        inputMode="numeric"
        width={6}
        maxLength={6}
      />
      <TextInput
        {...field}
        name="opensAt"
        type="time"
        label={t("officer.facility.opens")}
        value={input.opensAt}
        width={10}
      />
      <TextInput
        {...field}
        name="closesAt"
        type="time"
        label={t("officer.facility.closes")}
        value={input.closesAt}
        width={10}
      />
      <Radios
        {...field}
        name="feeType"
        legend={t("officer.facility.fee")}
        value={input.feeType}
        options={[
          { value: "Free", label: t("officer.fee.free") },
          { value: "Paid", label: t("officer.fee.paid"), hint: t("officer.fee.paid.hint") },
        ]}
      />
    </>
  );
}

export function StateChoice({
  t,
  action,
  heading,
  states,
}: {
  t: Translate;
  action: string;
  heading: string;
  states: readonly StateView[];
}) {
  return (
    <>
      <h1>{heading}</h1>
      <form method="get" action={action}>
        <Select t={t} name="stateId" label={t("officer.facility.state")} options={placeChoices(t, states)} />
        <Button>{t("common.continue")}</Button>
      </form>
    </>
  );
}
