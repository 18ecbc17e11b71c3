// The fields of a session: day, product, ages, fee, slots, and places in each slot.
// SPDX-License-Identifier: Apache-2.0

import type { FacilityView } from "../../modules/facilities/index.js";
import {
  cancelReasons,
  type Pool,
  pools,
  type SessionInput,
  type SessionView,
  sessionProducts,
} from "../../modules/sessions/index.js";
import { addDays, type IsoDate } from "../../platform/clock.js";
import type { Problem } from "../../platform/errors.js";
import type { Form as PostedForm } from "../../platform/http/form.js";
import type { MessageKey, Translate } from "../../platform/i18n/i18n.js";
import { Radios, Select, TextInput } from "../components/index.js";
import { productName } from "../product-name.js";

export function newSession(facility: FacilityView, today: IsoDate): SessionInput {
  return {
    heldOn: addDays(today, 1),
    product: "",
    minAge: "18",
    maxAge: "",
    feeRupees: facility.feeType === "Free" ? "0" : "",
    startsAt: facility.opensAt,
    endsAt: facility.closesAt,
    stepMinutes: "120",
    capacity: { "walk-in": "10", dose1: "20", dose2: "20", precaution: "0" },
  };
}

/** A draft as it would have been typed. */
export function sessionAsInput(session: SessionView): SessionInput {
  const [first] = session.slots;
  const minutes = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  return {
    heldOn: session.heldOn,
    product: session.product,
    minAge: String(session.minAge),
    maxAge: session.maxAge === null ? "" : String(session.maxAge),
    feeRupees: String(session.feeRupees),
    startsAt: first?.startsAt ?? "",
    endsAt: session.slots.at(-1)?.endsAt ?? "",
    stepMinutes: first ? String(minutes(first.endsAt) - minutes(first.startsAt)) : "",
    capacity: capacityOf((pool) => String(first?.capacity[pool] ?? 0)),
  };
}

export function sessionFromForm(form: PostedForm): SessionInput {
  return {
    heldOn: form.text("heldOn"),
    product: form.text("product"),
    minAge: form.text("minAge"),
    maxAge: form.text("maxAge"),
    feeRupees: form.text("feeRupees"),
    startsAt: form.text("startsAt"),
    endsAt: form.text("endsAt"),
    stepMinutes: form.text("stepMinutes"),
    capacity: capacityOf((pool) => form.text(`capacity-${pool}`)),
  };
}

function capacityOf(value: (pool: Pool) => string): Record<Pool, string> {
  return Object.fromEntries(pools.map((pool) => [pool, value(pool)])) as Record<Pool, string>;
}

/** Stock that the facility can use stands first; the rule file's other products follow. */
function productChoices(t: Translate, inStock: readonly string[]) {
  const all = sessionProducts();
  const order = [...all.filter((p) => inStock.includes(p)), ...all.filter((p) => !inStock.includes(p))];
  const label = (p: string) =>
    inStock.includes(p) ? t("officer.session.product.inStock", { product: productName(p) }) : productName(p);
  return [{ value: "", label: t("officer.choose") }, ...order.map((p) => ({ value: p, label: label(p) }))];
}

interface SessionFieldsProps {
  t: Translate;
  input: SessionInput;
  facility: FacilityView;
  inStock: readonly string[];
  problems: readonly Problem[];
}

export function SessionFields({ t, input, facility, inStock, problems }: SessionFieldsProps) {
  const field = { t, problems };
  const digits = { inputMode: "numeric" as const, width: 4 as const, maxLength: 7 };
  return (
    <>
      <TextInput
        {...field}
        name="heldOn"
        type="date"
        label={t("officer.session.date")}
        hint={t("officer.session.date.hint")}
        value={input.heldOn}
        width={20}
      />
      <Select
        {...field}
        name="product"
        label={t("officer.product")}
        options={productChoices(t, inStock)}
        value={input.product}
      />
      <div class="sk-columns">
        <TextInput {...field} {...digits} name="minAge" label={t("officer.session.minAge")} value={input.minAge} />
        <TextInput {...field} {...digits} name="maxAge" label={t("officer.session.maxAge")} value={input.maxAge} />
      </div>
      {facility.feeType === "Paid" ? (
        <TextInput {...field} {...digits} name="feeRupees" label={t("officer.session.fee")} value={input.feeRupees} />
      ) : (
        <input type="hidden" name="feeRupees" value="0" />
      )}
      <h2>{t("officer.session.slots")}</h2>
      <div class="sk-columns">
        <TextInput
          {...field}
          name="startsAt"
          type="time"
          label={t("officer.session.starts")}
          value={input.startsAt}
          width={10}
        />
        <TextInput
          {...field}
          name="endsAt"
          type="time"
          label={t("officer.session.ends")}
          value={input.endsAt}
          width={10}
        />
      </div>
      <TextInput
        {...field}
        {...digits}
        name="stepMinutes"
        label={t("officer.session.step")}
        hint={t("officer.session.step.hint")}
        value={input.stepMinutes}
      />
      <h2>{t("officer.session.places")}</h2>
      <p class="sk-hint">{t("officer.session.places.hint")}</p>
      <div class="sk-columns">
        {pools.map((pool) => (
          <TextInput
            {...field}
            {...digits}
            key={pool}
            name={`capacity-${pool}`}
            label={t(`officer.pool.${pool}` as MessageKey)}
            value={input.capacity[pool]}
          />
        ))}
      </div>
    </>
  );
}

export function ReasonRadios({ t, value, problems }: { t: Translate; value: string; problems: readonly Problem[] }) {
  return (
    <Radios
      t={t}
      name="reason"
      legend={t("officer.cancel.reason")}
      hint={t("officer.cancel.reason.hint")}
      options={cancelReasons.map((reason) => ({
        value: reason,
        label: t(`officer.cancel.reason.${reason}` as MessageKey),
      }))}
      value={value}
      problems={problems}
    />
  );
}
