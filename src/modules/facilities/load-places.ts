// States and districts with Co-WIN's ids, from data/places, into the database. Runs again without effect.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Queryable } from "../../platform/db/db.js";
import { projectRoot } from "../../platform/root.js";
import { type PlaceRows, upsertPlaces } from "./store.js";

interface PlacesFile {
  readonly states: readonly {
    readonly state_id: number;
    readonly state_name: string;
    readonly districts: readonly { readonly district_id: number; readonly district_name: string }[];
  }[];
}

/** Source: neelpy/cowin (MIT), as named in the file. Two names end in a blank there; nobody is shown it. */
export function readPlaces(): PlaceRows {
  const file = JSON.parse(readFileSync(join(projectRoot, "data/places/cowin-locations.json"), "utf8")) as PlacesFile;
  return {
    states: file.states.map((s) => ({ stateId: s.state_id, name: s.state_name.trim() })),
    districts: file.states.flatMap((s) =>
      s.districts.map((d) => ({ districtId: d.district_id, stateId: s.state_id, name: d.district_name.trim() })),
    ),
  };
}

/** `db` connects as sakshi_app. */
export async function loadPlaces(db: Queryable): Promise<void> {
  await upsertPlaces(db, readPlaces());
}
