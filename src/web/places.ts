// States and districts to choose from, in the page's language and that language's order.
// SPDX-License-Identifier: Apache-2.0
import type { Translate } from "../platform/i18n/i18n.js";
import type { Choice } from "./components/forms.js";

type Place = { readonly name: string } & ({ readonly stateId: number } | { readonly districtId: number });

export function placeChoices(t: Translate, places: readonly Place[]): Choice[] {
  const order = new Intl.Collator(t.locale);
  return places
    .map((place) => ({
      value: String("districtId" in place ? place.districtId : place.stateId),
      label: t.place(place.name),
    }))
    .sort((a, b) => order.compare(a.label, b.label));
}
