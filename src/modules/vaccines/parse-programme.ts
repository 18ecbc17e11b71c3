// Rule files come in: text of either shape is checked, word by word, and brought into the one form that the engine
// reads. A file with a slip in it (a date that is none, a dose that nobody defines) is refused with the place named.
// SPDX-License-Identifier: Apache-2.0
import Format from "typebox/format";
import { Value } from "typebox/value";
import { isIsoDate } from "../../platform/clock.js";
import { CalendarFile, normaliseCalendar } from "./calendar-file.js";
import { normaliseCampaign } from "./campaign-file.js";
import { CampaignFile } from "./campaign-schema.js";
import { parseOffset } from "./offsets.js";
import type { Programme } from "./types.js";

Format.Set("date", isIsoDate);
Format.Set("offset", (text) => parseOffset(text) !== undefined);

export class RuleFileError extends Error {}

/** Throws RuleFileError with the first fault; never returns half a programme. */
export function parseProgramme(text: string): Programme {
  const file: unknown = readJson(text);
  const programme = hasShape(file, "calendar")
    ? normaliseCalendar(checked(CalendarFile, file))
    : normaliseCampaign(checked(CampaignFile, file));
  const fault = firstFault(programme);
  if (fault) throw new RuleFileError(fault);
  return programme;
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RuleFileError("the rule file is not JSON");
  }
}

function hasShape(file: unknown, shape: string): boolean {
  return typeof file === "object" && file !== null && (file as { shape?: unknown }).shape === shape;
}

function checked<Schema extends typeof CampaignFile | typeof CalendarFile>(schema: Schema, file: unknown) {
  const error = Value.Errors(schema, file)[0];
  if (error) throw new RuleFileError(`${error.instancePath || "/"} ${error.message}`);
  return Value.Decode(schema, file);
}

/** Slips that a schema cannot see. */
function firstFault(programme: Programme): string | undefined {
  const rules = [
    ...programme.eligibility,
    ...programme.intervals.filter((interval) => interval.from === "latest"),
    ...programme.productRules,
    ...programme.deferrals,
    ...programme.contraindications,
  ];
  const ids = rules.map((rule) => rule.ref.id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice) return `rule ${twice} is there twice`;
  const backwards = rules.find(({ inForce }) => inForce.from && inForce.to && inForce.from > inForce.to);
  if (backwards) return `rule ${backwards.ref.id} ends before it begins`;
  const empty = programme.intervals.find((interval) => interval.to.size === 0);
  if (empty) return `rule ${empty.ref.id} leads to no dose`;
  return unknownProduct(programme) ?? unknownDose(programme);
}

function unknownProduct(programme: Programme): string | undefined {
  const named = [
    ...programme.eligibility.flatMap((window) => window.products ?? []),
    ...programme.productRules.flatMap((rule) => [...rule.primary, ...rule.booster]),
  ];
  const missing = named.find((id) => !programme.products.has(id));
  return missing && `product ${missing} is named and not defined`;
}

function unknownDose(programme: Programme): string | undefined {
  const known = new Set(programme.doses.map((dose) => dose.id));
  if (known.size !== programme.doses.length) return "a dose is there twice";
  const named = programme.doses.flatMap((dose) => dose.needs.map((need) => need.dose));
  const missing = named.find((id) => !known.has(id));
  return missing && `dose ${missing} is needed and not defined`;
}
