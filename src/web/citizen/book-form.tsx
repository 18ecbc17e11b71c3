// The form of a booking: the session, who may come and why others may not, and the times that are left.
// SPDX-License-Identifier: Apache-2.0

import type { AppointmentView, BookingChoice } from "../../modules/appointments/index.js";
import type { SessionView } from "../../modules/sessions/index.js";
import { instantInIndia } from "../../platform/clock.js";
import type { Refused } from "../../platform/errors.js";
import type { Translate } from "../../platform/i18n/i18n.js";
import { type Choice, Details, Radios, SummaryList } from "../components/index.js";
import { refusalText } from "../page.js";
import { productName } from "../product-name.js";
import { doseName } from "./door.js";
import { ageWords, feeWords, placesWords } from "./find-results.js";

const slotsShown = 10;

export interface Typed {
  readonly people: readonly string[];
  readonly slot: string;
  readonly requestKey: string;
}
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly choice: BookingChoice;
  /** The appointment that the person has ahead; until it is moved or cancelled there is no other. */
  readonly appointment: AppointmentView | undefined;
}

export function mayCome({ choice, appointment }: Person): boolean {
  return choice.may && !appointment;
}

/** With one person who may come, that one is chosen already. */
export function chosenPeople(people: readonly Person[], typed: Typed): readonly string[] {
  const possible = people.filter(mayCome);
  return typed.people.length === 0 && possible.length === 1 && people.length === 1 ? [possible[0]!.id] : typed.people;
}

export function personOption(t: Translate, person: Person): Choice {
  const { id, name, choice } = person;
  const may = mayCome(person);
  const hint = choice.may && may ? doseName(t, choice.doseNumber, choice.kind === "precaution") : whyNot(t, person);
  return { value: id, label: name, hint, disabled: !may };
}

export function whyNot(t: Translate, { choice, appointment }: Person): string {
  if (appointment) return t("citizen.book.appointed", { date: t.date(appointment.heldOn), from: appointment.startsAt });
  if (choice.may) return "";
  const reason = refusalText(t, choice.code);
  return choice.earliestOn ? `${reason} ${t("citizen.book.earliest", { date: t.date(choice.earliestOn) })}` : reason;
}

export function SessionSummary({ t, session }: { t: Translate; session: SessionView }) {
  const { facility } = session;
  return (
    <SummaryList
      rows={[
        {
          key: t("citizen.appointment.place"),
          value: `${facility.name}, ${facility.address}, ${t.place(facility.districtName)}, ${facility.pincode}`,
        },
        { key: t("citizen.appointment.date"), value: t.date(session.heldOn) },
        { key: t("citizen.find.product"), value: productName(session.product) },
        { key: t("citizen.find.ages"), value: ageWords(t, session) },
        {
          key: t("citizen.find.fee"),
          value: feeWords(t, session.feeRupees),
        },
      ]}
    />
  );
}

/** People who are all due for the same kind of dose need not be told which places are theirs. */
function slotWords(t: Translate, left: SessionView["left"], kinds: number): string {
  const count = left.dose1 + left.dose2 + left.precaution;
  return kinds === 1 && count > 0 ? t("citizen.places.left", { count }) : placesWords(t, left);
}

/** A time that has passed is not offered. */
export function isOver(session: SessionView, endsAt: string, now: Date): boolean {
  return instantInIndia(session.heldOn, endsAt) <= now;
}

interface SlotProps {
  t: Translate;
  now: Date;
  session: SessionView;
  people: readonly Person[];
  typed: Typed;
  moving: AppointmentView | undefined;
  problems: Refused["problems"];
}

/** The first ten times, and the rest one click away; a time that is full stays in view and says so. */
export function SlotChoice({ t, now, session, people, typed, moving, problems }: SlotProps) {
  const pools = new Set(people.flatMap((one) => (one.choice.may && mayCome(one) ? [one.choice.pool] : [])));
  const options = session.slots
    .filter((slot) => !isOver(session, slot.endsAt, now))
    .map((slot) => {
      const left = { ...slot.left };
      for (const pool of ["dose1", "dose2", "precaution"] as const) if (!pools.has(pool)) left[pool] = 0;
      const isHere = moving?.sessionId === session.sessionId && moving.slotNumber === slot.slotNumber;
      const hint = isHere ? t("citizen.book.slot.here") : slotWords(t, left, pools.size);
      const isFull = left.dose1 + left.dose2 + left.precaution === 0;
      return {
        value: String(slot.slotNumber),
        label: t("citizen.book.slot", { from: slot.startsAt, to: slot.endsAt }),
        hint,
        disabled: isHere || isFull,
      };
    });
  const [shown, rest] = [options.slice(0, slotsShown), options.slice(slotsShown)];
  return (
    <>
      <Radios
        t={t}
        name="slot"
        legend={t("citizen.book.slot.legend")}
        problems={problems}
        options={shown}
        value={typed.slot}
      />
      {rest.length > 0 ? (
        <Details
          summary={t("citizen.book.slot.more", { count: rest.length })}
          open={rest.some((one) => one.value === typed.slot)}
        >
          <Radios t={t} name="slot" legend={t("citizen.book.slot.later")} options={rest} value={typed.slot} />
        </Details>
      ) : null}
    </>
  );
}
