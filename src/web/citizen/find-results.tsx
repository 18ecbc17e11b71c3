// What a search found: one card a session, with places left in words. Also the words for ages, fees and places.
// SPDX-License-Identifier: Apache-2.0

import type { SessionsFound, SessionView } from "../../modules/sessions/index.js";
import { addDays, instantInIndia } from "../../platform/clock.js";
import type { Translate } from "../../platform/i18n/i18n.js";
import { ButtonLink, Card, Cards, Empty, Pages } from "../components/index.js";
import { productName } from "../product-name.js";

export const daysAhead = 7;
export const pageSize = 10;

export interface Choices {
  pincode: string;
  state: string;
  district: string;
  date: string;
  product: string;
  feeType: string;
  age: string;
  skip: number;
  /** An appointment that is to be moved. */
  move: string;
}

export function Results({
  t,
  now,
  choices,
  found,
}: {
  t: Translate;
  now: Date;
  choices: Choices;
  found: SessionsFound;
}) {
  const { sessions, more } = found;
  const pageAt = (skip: number) =>
    `/${t.locale}/find?${new URLSearchParams({ ...kept(choices), ...(skip > 0 ? { skip: String(skip) } : {}) })}`;
  if (sessions.length === 0) {
    return (
      <Empty>
        {t(choices.skip > 0 ? "citizen.find.noMore" : "citizen.find.nothing")}{" "}
        <a
          href={`/${t.locale}/find?${new URLSearchParams({ ...kept(choices), date: addDays(choices.date, daysAhead) })}`}
        >
          {t("citizen.find.nextWeek")}
        </a>
      </Empty>
    );
  }
  const move = choices.move ? `?move=${encodeURIComponent(choices.move)}` : "";
  return (
    <section aria-labelledby="results">
      <h2 id="results">
        {t("citizen.find.results", { from: t.date(choices.date), to: t.date(addDays(choices.date, daysAhead - 1)) })}
      </h2>
      <Cards>
        {sessions.map((session) => {
          const left = leftAt(session, now);
          const isFull = left.dose1 + left.dose2 + left.precaution === 0;
          return (
            <Card key={session.sessionId} title={session.facility.name} meta={t.date(session.heldOn)}>
              <p>{`${session.facility.address}, ${t.place(session.facility.districtName)}, ${session.facility.pincode}`}</p>
              <p>
                <strong>{productName(session.product)}</strong>
                {` · ${ageWords(t, session)} · ${feeWords(t, session.feeRupees)}`}
              </p>
              <p>
                {t("citizen.find.left")}: {isOver(session, now) ? t("citizen.find.over") : placesWords(t, left)}
              </p>
              {isFull ? null : (
                <ButtonLink href={`/${t.locale}/book/${session.sessionId}${move}`}>
                  {t("citizen.find.book")}{" "}
                  <span class="sk-hidden">{`${session.facility.name}, ${t.date(session.heldOn)}, ${productName(session.product)}`}</span>
                </ButtonLink>
              )}
            </Card>
          );
        })}
      </Cards>
      <Pages
        label={t("citizen.find.pages")}
        previous={
          choices.skip > 0
            ? { href: pageAt(Math.max(0, choices.skip - pageSize)), text: t("common.previous") }
            : undefined
        }
        next={more ? { href: pageAt(choices.skip + pageSize), text: t("citizen.find.showMore") } : undefined}
      />
    </section>
  );
}

/** What the search keeps when a page is turned. */
function kept({ skip: _skip, ...choices }: Choices): Record<string, string> {
  return Object.fromEntries(Object.entries(choices).filter(([, value]) => value !== ""));
}

/** Places in times that have not passed. */
function leftAt({ slots, heldOn }: SessionView, now: Date): SessionView["left"] {
  const left = { "walk-in": 0, dose1: 0, dose2: 0, precaution: 0 };
  for (const slot of slots) {
    if (instantInIndia(heldOn, slot.endsAt) <= now) continue;
    for (const pool of ["dose1", "dose2", "precaution"] as const) left[pool] += slot.left[pool];
  }
  return left;
}

/** Its last time has passed. */
function isOver({ slots, heldOn }: SessionView, now: Date): boolean {
  return slots.every((slot) => instantInIndia(heldOn, slot.endsAt) <= now);
}

export function feeWords(t: Translate, feeRupees: number): string {
  return feeRupees === 0 ? t("citizen.find.fee.Free") : t("citizen.find.fee.rupees", { rupees: feeRupees });
}

/** Places left for each dose, in words. */
export function placesWords(t: Translate, left: SessionView["left"]): string {
  const parts = (["dose1", "dose2", "precaution"] as const).filter((pool) => left[pool] > 0);
  if (parts.length === 0) return t("citizen.places.full");
  return parts.map((pool) => t(`citizen.places.${pool}`, { count: left[pool] })).join("; ");
}

export function ageWords(t: Translate, { minAge, maxAge }: Pick<SessionView, "minAge" | "maxAge">): string {
  return maxAge === null
    ? t("citizen.find.ages.from", { from: minAge })
    : t("citizen.find.ages.range", { from: minAge, to: maxAge });
}
