// What a ticket asks, from what was typed and what the record holds: checked kind by kind, so that an officer is asked
// only what could be done.
// SPDX-License-Identifier: Apache-2.0
import { dateInIndia } from "../../platform/clock.js";
import { done, invalid, type Outcome, refused } from "../../platform/errors.js";
import { isUuid } from "../../platform/random.js";
import { type CodeRefusal, checkNumberProof, type ProvedNumber } from "../accounts/index.js";
import {
  type BeneficiaryCode,
  followReference,
  hasAppointmentAhead,
  type Identity,
  listBeneficiaries,
  photoIdTypes,
  readIdentity,
} from "../beneficiaries/index.js";
import type { Actor, Deps, DoseDetails, PersonRecord, Wish } from "../disclosure/index.js";
import { findFacility } from "../facilities/index.js";
import { inOrder } from "../vaccinations/index.js";
import { currentProgramme } from "../vaccines/index.js";
import type { TicketCode } from "./errors.js";
import { identityWish, isDoseDay, passportWish, type WishRead } from "./rules.js";
import * as store from "./store.js";
import type { TicketInput, TicketKind } from "./types.js";

export type Held = Pick<PersonRecord, "name" | "birthYear" | "gender" | "photoIdType" | "photoIdLast4" | "doses">;
export interface Asked {
  readonly asked: Wish;
  readonly stateId: number;
  readonly districtId: number;
  /** Merge: the other registration, and the code that showed that its number is the person's too. */
  readonly otherId?: string;
  readonly proof?: ProvedNumber;
}
export type AskedOutcome = Outcome<Asked, TicketCode | BeneficiaryCode | CodeRefusal | "INPUT_INVALID">;

export async function readAsked(
  deps: Deps,
  actor: Extract<Actor, { kind: "citizen" }>,
  kind: TicketKind,
  input: TicketInput,
  held: Held,
): Promise<AskedOutcome> {
  const doses = inOrder(held.doses).filter((dose) => !dose.enteredInError);
  const last = doses.at(-1);
  if (kind === "no-certificate") return last ? done({ asked: {}, ...placeOf(last) }) : lateDose(deps, input);
  if (!last) return refused("TICKET_NO_DOSE");
  switch (kind) {
    case "identity":
      return withPlace(askedIdentity(deps, input, held), last);
    case "passport":
      return withPlace(passportWish(input.fields, held.birthYear), last);
    case "dose":
      return askedDose(deps, input, doses);
    case "not-mine": {
      const dose = doses.find((one) => one.vaccinationId === input.fields["vaccinationId"]);
      if (!dose) return invalid([{ field: "vaccinationId", code: "TICKET_DOSE_UNKNOWN" }]);
      return done({ asked: { vaccinationId: dose.vaccinationId }, ...placeOf(dose) });
    }
    case "merge":
      return askedMerge(deps, actor, input, last);
    case "unknown-member":
      return done({ asked: {}, ...placeOf(last) });
  }
}

const placeOf = ({ stateId, districtId }: DoseDetails) => ({ stateId, districtId });

function withPlace(
  read: WishRead | { problems: readonly { field: string; code: BeneficiaryCode }[] },
  dose: DoseDetails,
) {
  return "problems" in read ? invalid(read.problems) : done({ asked: read.asked, ...placeOf(dose) });
}

/** What is left empty stays as it is. */
function askedIdentity(deps: Deps, { fields }: TicketInput, held: Held) {
  const heldType = photoIdTypes.find(({ type }) => type === held.photoIdType);
  const read = readIdentity(
    {
      name: fields["name"] || held.name,
      birthYear: fields["birthYear"] || String(held.birthYear),
      gender: fields["gender"] || held.gender,
      photoIdType: fields["photoIdType"] || String(heldType?.id ?? ""),
      photoIdLast4: fields["photoIdLast4"] || held.photoIdLast4,
      consent: "yes",
    },
    Number(dateInIndia(deps.clock()).slice(0, 4)),
  );
  const { name, birthYear, gender, photoIdType, photoIdLast4 } = held;
  const before: Identity = { name, birthYear, gender, photoIdType, photoIdLast4 };
  return "problems" in read ? read : identityWish(before, read.identity);
}

async function askedDose(deps: Deps, { fields }: TicketInput, doses: readonly DoseDetails[]): Promise<AskedOutcome> {
  const dose = doses.find((one) => one.vaccinationId === fields["vaccinationId"]);
  if (!dose) return invalid([{ field: "vaccinationId", code: "TICKET_DOSE_UNKNOWN" }]);
  const { vaccinationId, facilityId } = dose;
  const givenOn = fields["givenOn"] || dose.givenOn;
  const product = fields["product"] || dose.product;
  const typedLot = fields["lotNumber"] || dose.lotNumber;
  if (!isDoseDay(givenOn, dateInIndia(deps.clock()))) return invalid([{ field: "givenOn", code: "TICKET_DATE_WRONG" }]);
  const isSameBatch = product === dose.product && typedLot.toUpperCase() === dose.lotNumber.toUpperCase();
  if (isSameBatch && givenOn === dose.givenOn) return invalid([{ field: "givenOn", code: "TICKET_NOTHING_CHANGES" }]);
  const lotNumber = isSameBatch
    ? dose.lotNumber
    : await store.findLot(deps.db, { facilityId, product, lotNumber: typedLot });
  if (!lotNumber) return invalid([{ field: "lotNumber", code: "TICKET_BATCH_UNKNOWN" }]);
  return done({ asked: { vaccinationId, givenOn, product, lotNumber }, ...placeOf(dose) });
}

/** A dose that nobody recorded: the place, its session of that day and its batch must be there. */
async function lateDose(deps: Deps, { fields }: TicketInput): Promise<AskedOutcome> {
  const { facilityId = "", givenOn = "", product = "" } = fields;
  const facility = isUuid(facilityId) ? await findFacility(deps, facilityId) : undefined;
  if (!facility) return invalid([{ field: "facilityId", code: "TICKET_FACILITY_UNKNOWN" }]);
  if (!isDoseDay(givenOn, dateInIndia(deps.clock()))) return invalid([{ field: "givenOn", code: "TICKET_DATE_WRONG" }]);
  if (
    !currentProgramme().products.has(product) ||
    !(await store.findSession(deps.db, { facilityId, product, givenOn }))
  )
    return invalid([{ field: "givenOn", code: "TICKET_SESSION_UNKNOWN" }]);
  const lotNumber = await store.findLot(deps.db, { facilityId, product, lotNumber: fields["lotNumber"] ?? "" });
  if (!lotNumber) return invalid([{ field: "lotNumber", code: "TICKET_BATCH_UNKNOWN" }]);
  const { stateId, districtId } = facility;
  return done({ asked: { facilityId, givenOn, product, lotNumber }, stateId, districtId });
}

/** The other registration is the person's too: its number answered a code, or it is in the same account. */
async function askedMerge(
  deps: Deps,
  actor: Extract<Actor, { kind: "citizen" }>,
  { beneficiaryId, fields, address }: TicketInput,
  last: DoseDetails,
): Promise<AskedOutcome> {
  const { challengeId = "", code = "", referenceId = "" } = fields;
  const proof = await checkNumberProof(deps, actor, { challengeId, code: { digits: code }, address });
  if (!proof.ok) return invalid([{ field: "code", code: proof.code, ...(proof.facts ? { facts: proof.facts } : {}) }]);
  const { accountId } = proof.value;
  const otherId = await followReference(deps, referenceId);
  const people = accountId ? await listBeneficiaries(deps, accountId) : [];
  if (otherId === beneficiaryId || !people.some((one) => one.beneficiaryId === otherId))
    return invalid([{ field: "referenceId", code: "TICKET_OTHER_UNKNOWN" }]);
  if (await hasAppointmentAhead(deps, otherId)) return refused("BENEFICIARY_HAS_APPOINTMENT");
  return done({ asked: {}, otherId, proof: proof.value, ...placeOf(last) });
}
