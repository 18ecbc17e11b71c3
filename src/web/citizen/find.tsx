// Finding a session: by PIN code or by district, for anybody, signed in or not. The choices stand in the URL; they say
// nothing about who searches. A district is chosen in two steps, so that no script is needed.
// SPDX-License-Identifier: Apache-2.0

import type { FastifyInstance, FastifyReply } from "fastify";
import { findAppointment } from "../../modules/appointments/index.js";
import type { Deps } from "../../modules/disclosure/index.js";
import { type DistrictView, listDistricts, listStates, type StateView } from "../../modules/facilities/index.js";
import { type SessionsFound, searchSessions, sessionProducts } from "../../modules/sessions/index.js";
import { dateInIndia, isIsoDate } from "../../platform/clock.js";
import type { Problem } from "../../platform/errors.js";
import { latinDigits } from "../../platform/i18n/digits.js";
import type { Translate } from "../../platform/i18n/i18n.js";
import { Banner, Button, Details, Radios, Select, TextInput } from "../components/index.js";
import { sendPage, wordsOf } from "../page.js";
import { placeChoices } from "../places.js";
import { productName } from "../product-name.js";
import { type CitizenRequest, queryText } from "./door.js";
import { type Choices, daysAhead, pageSize, Results } from "./find-results.js";
import { type CitizenOptions, noticeCitizen } from "./sign-in-guard.js";

function choicesOf(request: CitizenRequest, today: string): Choices {
  const text = (name: string) => queryText(request, name);
  return {
    pincode: latinDigits(text("pincode")).replace(/\s/g, ""),
    state: text("state"),
    district: text("district"),
    date: text("date") || today,
    product: text("product"),
    feeType: text("feeType"),
    age: latinDigits(text("age")),
    skip: /^\d{1,3}$/.test(text("skip")) ? Number(text("skip")) : 0,
    move: text("move"),
  };
}

export function findPages(app: FastifyInstance, deps: Deps, options: CitizenOptions): void {
  app.get("/:lang/find", { preHandler: noticeCitizen(deps, options) }, (request, reply) =>
    findPage(deps, request as CitizenRequest, reply),
  );
}

async function findPage(deps: Deps, request: CitizenRequest, reply: FastifyReply): Promise<FastifyReply> {
  const t = wordsOf(request);
  const today = dateInIndia(deps.clock());
  const choices = choicesOf(request, today);
  const stateId = /^\d{1,4}$/.test(choices.state) ? Number(choices.state) : undefined;
  const [states, districts, moving] = await Promise.all([
    listStates(deps),
    stateId === undefined ? [] : listDistricts(deps, stateId),
    choices.move && request.citizen ? findAppointment(deps, request.citizen.accountId, choices.move) : undefined,
  ]);
  const district = districts.find((one) => String(one.districtId) === choices.district);
  const isAsked = choices.pincode !== "" || district !== undefined;
  const search = isAsked ? await searchFor(deps, choices, district, today) : undefined;
  const problems = search ? ("problems" in search ? search.problems : undefined) : missingPlace(request, districts);
  return sendPage(request, reply, {
    title: t(moving ? "citizen.find.title.move" : "citizen.find.title"),
    back: moving
      ? `/${t.locale}/appointments/${moving.appointmentId}`
      : request.citizen
        ? `/${t.locale}/people`
        : `/${t.locale}`,
    problems,
    children: (
      <>
        <h1>{t(moving ? "citizen.find.title.move" : "citizen.find.title")}</h1>
        {moving ? (
          <Banner kind="info">
            {t("citizen.find.moving", {
              date: t.date(moving.heldOn),
              from: moving.startsAt,
              place: moving.facilityName,
            })}
          </Banner>
        ) : null}
        <SearchForm t={t} choices={choices} states={states} districts={districts} problems={problems} today={today} />
        {search && "found" in search ? (
          <Results t={t} now={deps.clock()} choices={choices} found={search.found} />
        ) : null}
      </>
    ),
  });
}

/** The form was sent without a place; a state alone leads to its districts. */
function missingPlace(request: CitizenRequest, districts: readonly DistrictView[]): readonly Problem[] | undefined {
  const wasSent = (name: string) => Object.hasOwn(request.query, name);
  if (districts.length > 0)
    return wasSent("district") && queryText(request, "district") === ""
      ? [{ field: "district", code: "FACILITY_DISTRICT_UNKNOWN" }]
      : undefined;
  return wasSent("pincode") ? [{ field: "pincode", code: "SESSION_PLACE_MISSING" }] : undefined;
}

async function searchFor(
  deps: Deps,
  choices: Choices,
  district: DistrictView | undefined,
  today: string,
): Promise<{ found: SessionsFound } | { problems: readonly Problem[] }> {
  const problems: Problem[] = [];
  if (choices.pincode && !/^[1-9]\d{5}$/.test(choices.pincode))
    problems.push({ field: "pincode", code: "SESSION_PINCODE_WRONG" });
  if (choices.age && !/^\d{1,3}$/.test(choices.age)) problems.push({ field: "age", code: "SESSION_AGE_WRONG" });
  if (!isIsoDate(choices.date)) problems.push({ field: "date", code: "SESSION_DATE_WRONG" });
  else if (choices.date < today) problems.push({ field: "date", code: "SESSION_DATE_PAST" });
  if (problems.length > 0) return { problems };
  const outcome = await searchSessions(deps, {
    ...(choices.pincode ? { pincode: Number(choices.pincode) } : { districtId: district!.districtId }),
    from: choices.date,
    days: daysAhead,
    product: choices.product || undefined,
    feeType: choices.feeType === "Free" || choices.feeType === "Paid" ? choices.feeType : undefined,
    age: choices.age ? Number(choices.age) : undefined,
    skip: choices.skip,
    limit: pageSize,
  });
  return outcome.ok
    ? { found: outcome.value }
    : { problems: outcome.problems ?? [{ field: "pincode", code: outcome.code }] };
}

interface FormProps {
  t: Translate;
  choices: Choices;
  states: readonly StateView[];
  districts: readonly DistrictView[];
  problems: readonly Problem[] | undefined;
  today: string;
}

function SearchForm({ t, choices, states, districts, problems, today }: FormProps) {
  const field = { t, problems };
  const isNarrowed = Boolean(choices.product || choices.feeType || choices.age || choices.date !== today);
  return (
    <form method="get" action={`/${t.locale}/find`} noValidate class="sk-find">
      {choices.move ? <input type="hidden" name="move" value={choices.move} /> : null}
      <TextInput
        {...field}
        name="pincode"
        label={t("citizen.find.pincode")}
        hint={t("citizen.find.pincode.hint")}
        inputMode="numeric"
        autocomplete="postal-code"
        width={6}
        maxLength={7}
        value={choices.pincode}
      />
      <p class="sk-find__or">{t("citizen.find.or")}</p>
      <Select
        {...field}
        name="state"
        label={t("citizen.find.state")}
        options={[{ value: "", label: t("citizen.choose") }, ...placeChoices(t, states)]}
        value={choices.state}
      />
      {districts.length > 0 ? (
        <Select
          {...field}
          name="district"
          label={t("citizen.find.district")}
          options={[{ value: "", label: t("citizen.choose") }, ...placeChoices(t, districts)]}
          value={choices.district}
        />
      ) : null}
      <Details summary={t("citizen.find.more")} open={isNarrowed}>
        <TextInput
          {...field}
          name="date"
          type="date"
          label={t("citizen.find.from")}
          hint={t("citizen.find.from.hint")}
          width={10}
          value={choices.date}
        />
        <Select
          {...field}
          name="product"
          label={t("citizen.find.product")}
          options={[
            { value: "", label: t("citizen.find.any") },
            ...sessionProducts().map((product) => ({ value: product, label: productName(product) })),
          ]}
          value={choices.product}
        />
        <TextInput
          {...field}
          name="age"
          label={t("citizen.find.age")}
          inputMode="numeric"
          width={2}
          maxLength={3}
          value={choices.age}
        />
        <Radios
          {...field}
          name="feeType"
          legend={t("citizen.find.fee")}
          inline
          options={(["", "Free", "Paid"] as const).map((fee) => ({
            value: fee,
            label: t(fee ? `citizen.find.fee.${fee}` : "citizen.find.any"),
          }))}
          value={choices.feeType}
        />
      </Details>
      <Button>{t(districts.length === 0 && choices.pincode === "" ? "citizen.find.go" : "common.search")}</Button>
    </form>
  );
}
