// Lists that clients choose from: states, districts, photo ids, genders, and centres near a point. They change rarely;
// clients may keep them for `ttl` hours.
// SPDX-License-Identifier: Apache-2.0
import { genders, photoIdTypes } from "../modules/beneficiaries/index.js";
import { findFacilitiesNear, listDistricts, listStates } from "../modules/facilities/index.js";
import { answerOf, sendAnswer } from "./answer.js";
import { centerFields } from "./availability/wire-offers.js";
import type { ApiDoor, ApiHandler } from "./door.js";
import { keptAnswers } from "./kept-answers.js";
import { idOf, textOf } from "./read-input.js";
import { sendWireError } from "./refusals.js";

const ttl = 24;
const caching = "public, max-age=3600";

export function metadataRoutes(door: ApiDoor): void {
  const { deps } = door;
  const remembered = keptAnswers();

  door.get("/v2/admin/location/states", async (request, reply) => {
    const answer = await remembered("states", async () => ({
      states: (await listStates(deps)).map(({ stateId, name }) => ({ state_id: stateId, state_name: name })),
      ttl,
    }));
    return sendAnswer(request, reply, answer, caching);
  });

  const withoutState: ApiHandler = (_request, reply) =>
    reply.status(403).send({ errorCode: "STATE_MISSING", error: "Ask for the districts of one state." });
  door.get("/v2/admin/location/districts", withoutState);
  door.get("/v2/admin/location/districts/:state", async (request, reply) => {
    const stateId = idOf(request.params["state"] ?? "");
    if (stateId === undefined) return sendWireError(reply, "parameterMissing");
    const answer = await remembered(`state ${stateId}`, async () => ({
      districts: (await listDistricts(deps, stateId)).map((one) => ({
        state_id: one.stateId,
        district_id: one.districtId,
        district_name: one.name,
      })),
      ttl,
    }));
    return sendAnswer(request, reply, answer, caching);
  });

  const idTypes = answerOf({ types: photoIdTypes.map(({ id, type }) => ({ id, type, type_l: "" })), ttl });
  door.get("/v2/registration/beneficiary/idTypes", (request, reply) => sendAnswer(request, reply, idTypes, caching));
  const genderList = answerOf({ genders: genders.map((gender, at) => ({ id: at + 1, gender, gender_l: "" })), ttl });
  door.get("/v2/registration/beneficiary/genders", (request, reply) => sendAnswer(request, reply, genderList, caching));

  const nearby = door.searches.counted(async (request, reply) => {
    const [latitude, longitude] = [degrees(textOf(request.query, "lat")), degrees(textOf(request.query, "long"))];
    if (latitude === undefined || longitude === undefined) return sendWireError(reply, "parameterMissing");
    // About a kilometre: neighbours get the same answer.
    const [lat, long] = [Math.round(latitude * 100) / 100, Math.round(longitude * 100) / 100];
    const answer = await remembered(`near ${lat} ${long}`, async () => ({
      centers: (await findFacilitiesNear(deps, { latitude: lat, longitude: long })).map((facility) => {
        const { center_id, name, address, ...rest } = centerFields(facility);
        return { center_id, name, name_l: "", address, address_l: "", ...rest };
      }),
    }));
    return sendAnswer(request, reply, answer, "public, max-age=60");
  });
  door.get("/v2/appointment/centers/public/findByLatLong", nearby);
  door.getWithToken("/v2/appointment/centers/findByLatLong", nearby);
}

function degrees(text: string): number | undefined {
  return /^-?\d{1,3}(?:\.\d{1,15})?$/.test(text) ? Number(text) : undefined;
}
