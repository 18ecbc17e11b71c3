// What a registration must look like. Pure: typed text in, an identity or the fields at fault out.
// SPDX-License-Identifier: Apache-2.0
import type { Problem } from "../../platform/errors.js";
import type { BeneficiaryCode } from "./errors.js";
import { type Gender, genders, type Identity, type PersonInput, photoIdTypes } from "./types.js";

const longestName = 200;
const oldestAge = 120;
// Letters and marks of any script, space, full stop, apostrophe, hyphen. The joiners U+200C and U+200D are part of
// how Malayalam, Bengali or Persian names are written, and stand only between letters.
const nameShape = /^\p{L}[\p{L}\p{M}]*(?:[ .'’\-\u200c\u200d]+[\p{L}\p{M}]+)*[.'’\u200c\u200d]?$/u;

export function nameFault(name: string): BeneficiaryCode | undefined {
  if (name === "") return "BENEFICIARY_NAME_MISSING";
  if ([...name].length > longestName) return "BENEFICIARY_NAME_LONG";
  return nameShape.test(name) ? undefined : "BENEFICIARY_NAME_CHARACTERS";
}

function birthYearFault(text: string, thisYear: number): BeneficiaryCode | undefined {
  if (!/^\d{4}$/.test(text)) return "BENEFICIARY_BIRTH_YEAR_WRONG";
  const year = Number(text);
  return year > thisYear || year < thisYear - oldestAge ? "BENEFICIARY_BIRTH_YEAR_IMPOSSIBLE" : undefined;
}

export type IdentityRead = { readonly identity: Identity } | { readonly problems: readonly Problem<BeneficiaryCode>[] };

export function readIdentity(input: PersonInput, thisYear: number): IdentityRead {
  const problems: Problem<BeneficiaryCode>[] = [];
  const say = (field: keyof PersonInput, code: BeneficiaryCode | undefined) => {
    if (code) problems.push({ field, code });
  };
  const name = input.name.normalize("NFC").trim();
  say("name", nameFault(name));
  say("birthYear", birthYearFault(input.birthYear, thisYear));
  const gender = genders.find((one): one is Gender => one === input.gender);
  if (!gender) say("gender", "BENEFICIARY_GENDER_MISSING");
  const photoId = photoIdTypes.find(({ id }) => String(id) === input.photoIdType);
  if (!photoId) say("photoIdType", "BENEFICIARY_PHOTO_ID_MISSING");
  // Four characters and no more: the whole number of an id card is never held.
  if (!/^[0-9A-Za-z]{4}$/.test(input.photoIdLast4)) say("photoIdLast4", "BENEFICIARY_PHOTO_ID_LAST4_WRONG");
  if (input.consent !== "yes") say("consent", "BENEFICIARY_CONSENT_MISSING");
  if (problems.length > 0 || !gender || !photoId) return { problems };
  return {
    identity: {
      name,
      birthYear: Number(input.birthYear),
      gender,
      photoIdType: photoId.type,
      photoIdLast4: input.photoIdLast4.toUpperCase(),
    },
  };
}
