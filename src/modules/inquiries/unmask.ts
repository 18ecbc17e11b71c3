// Names behind the masked sources: both officers have to want them, each in an event of their own.
// SPDX-License-Identifier: Apache-2.0
import { done, type Outcome } from "../../platform/errors.js";
import { isUuid } from "../../platform/random.js";
import type { StaffActor } from "../staff/index.js";
import { addEvent } from "./custody.js";
import { officerOfOpenCase } from "./officer.js";
import * as store from "./store.js";
import type { InquiryDeps } from "./types.js";

/** Gives this officer's word. With both words the names come, by mask: who it is, of staff and partners; else the account. */
export async function unmaskSources(
  deps: InquiryDeps,
  actor: StaffActor,
  inquiryId: string,
): Promise<Outcome<{ names: Readonly<Record<string, string>> }>> {
  const found = await officerOfOpenCase(deps, actor, inquiryId);
  if (!found.ok) return found;
  const { officer } = found.value;
  const given = (await store.events(deps.db, inquiryId)).filter(({ what }) => what === "unmasking");
  if (!given.some(({ staffId }) => staffId === officer.staffId)) {
    const written = await addEvent(deps, officer, inquiryId, "unmasking");
    if (!written.ok) return written;
  }
  const permit = await deps.gate.recordInquiry({ actor, inquiryId, act: "read", field: "actors" });
  if (!permit.ok) return permit;
  const opened = await deps.inquirer.unmask(permit.value);
  if (!opened.ok) return opened;
  const masks = Object.entries(opened.value.masks);
  const idOf = (account: string) => /^(?:staff|partner):(.*)/.exec(account)?.[1] ?? "";
  const ids = masks.map(([, account]) => idOf(account)).filter(isUuid);
  const names = await store.namesOf(deps.db, ids);
  return done({
    names: Object.fromEntries(masks.map(([mask, account]) => [mask, names.get(idOf(account)) ?? account])),
  });
}
