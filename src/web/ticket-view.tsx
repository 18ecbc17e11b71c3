// How a ticket looks, to the person and to officers alike: what is asked against what stands, and the steps so far.
// SPDX-License-Identifier: Apache-2.0
import type { TicketText, Wish } from "../modules/disclosure/index.js";
import { isIsoDate } from "../platform/clock.js";
import type { MessageKey, Translate } from "../platform/i18n/i18n.js";
import { SummaryList, Tag } from "./components/index.js";
import { productName } from "./product-name.js";

type State = "open" | "proposed" | "accepted" | "refused" | "withdrawn";
const tagKinds = { open: "blue", proposed: "amber", accepted: "green", refused: "red", withdrawn: "grey" } as const;

export function TicketTag({ t, state }: { t: Translate; state: State }) {
  return <Tag kind={tagKinds[state]}>{t(`common.ticket.state.${state}`)}</Tag>;
}

export const ticketName = (t: Translate, kind: string): string => t(`common.ticket.kind.${kind}` as MessageKey);

/** Which dose or facility it is about is shown by whoever knows its name. */
const shown = ["name", "birthYear", "gender", "photoIdType", "photoIdLast4", "passportNumber", "birthDate"] as const;
const shownOfDoses = ["givenOn", "product", "lotNumber"] as const;

/** `held` is what the record says now, for whoever may see it; once accepted, what it said before. */
export function AskedList({ t, text, held }: { t: Translate; text: TicketText; held?: Wish | undefined }) {
  const before = text.before ?? held;
  const rows = [...shown, ...shownOfDoses].flatMap((field) => {
    const wanted = text.asked[field];
    if (wanted === undefined) return [];
    const stood = before?.[field];
    const value =
      stood === undefined || stood === null
        ? words(t, field, wanted)
        : t("common.ticket.change", { from: words(t, field, stood), to: words(t, field, wanted) });
    return [{ key: t(`common.ticket.field.${field}`), value }];
  });
  return rows.length > 0 ? <SummaryList rows={rows} /> : null;
}

function words(t: Translate, field: keyof Wish, value: string | number): string {
  const text = String(value);
  if (field === "product") return productName(text);
  if (field === "gender") return t(`citizen.gender.${text}` as MessageKey);
  return isIsoDate(text) ? t.date(text) : text;
}

function officeName(t: Translate, { role, place }: { role: string; place: string | null }): string {
  const name = t(`common.role.${role}` as MessageKey);
  return place ? `${name}, ${place}` : name;
}

export function TicketSteps({ t, text }: { t: Translate; text: TicketText }) {
  return (
    <ol class="sk-steps">
      {text.steps.map((step) => (
        <li key={`${step.at}-${step.what}`}>
          <strong>{t(`common.ticket.step.${step.what}`)}</strong>
          {` · ${t.instant(new Date(step.at))}`}
          {step.by === "rule" ? ` · ${t("common.ticket.byRule")}` : null}
          {step.office ? ` · ${officeName(t, step.office)}` : null}
          {step.note ? <p translate={false}>{step.note}</p> : null}
        </li>
      ))}
    </ol>
  );
}
