// Searching for sessions: by PIN code, district or centre, for a day or a week; free for all, and the same with a token.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyReply } from "fastify";
import { isPincode } from "../../modules/facilities/index.js";
import { dateInIndia } from "../../platform/clock.js";
import { refused } from "../../platform/errors.js";
import { sendAnswer } from "../answer.js";
import type { ApiDoor, ApiRequest } from "../door.js";
import { dayOf, idOf, textOf } from "../read-input.js";
import { sendRefused, sendWireError, type WireErrorName } from "../refusals.js";
import type { SearchHandler } from "../search-limit.js";
import { productOf } from "../wire-names.js";
import type { AskedBefore } from "./asked-before.js";
import type { FreshShelf } from "./keep-fresh.js";
import type { Place, Search } from "./shelf.js";

/** Half a second until the shelf knows, one second in caches on the way. */
const publicCaching = "public, max-age=1";
const privateCaching = "private, no-cache";

type ReadPlace = (request: ApiRequest) => Place | WireErrorName;

const byPin: ReadPlace = ({ query }) => {
  const pincode = textOf(query, "pincode").replace(/\.0*$/, "");
  if (pincode === "") return "parameterMissing";
  return isPincode(pincode) ? { pincode: Number(pincode) } : "pincodeInvalid";
};
const byDistrict: ReadPlace = ({ query }) => {
  const districtId = idOf(textOf(query, "district_id"));
  return districtId === undefined ? "parameterMissing" : { districtId };
};
const byCenter: ReadPlace = ({ query }) => {
  const centerId = idOf(textOf(query, "center_id"));
  return centerId === undefined ? "parameterMissing" : { centerId };
};

const searches = [
  ["findByPin", byPin, "day"],
  ["findByDistrict", byDistrict, "day"],
  ["calendarByPin", byPin, "week"],
  ["calendarByDistrict", byDistrict, "week"],
  ["calendarByCenter", byCenter, "center"],
] as const;

export function availabilityRoutes(door: ApiDoor, fresh: FreshShelf, asked: AskedBefore): void {
  const { deps } = door;
  const { counted } = door.searches;

  async function send(request: ApiRequest, reply: FastifyReply, search: Search, caching: string) {
    const shelf = await fresh.shelf();
    if (!shelf) return sendRefused(reply, refused("UNAVAILABLE", { seconds: 5 }));
    const now = deps.clock();
    sendAnswer(request, reply, shelf.answer(search, now), caching);
    if (caching === publicCaching) asked.remember(request, reply, search, dateInIndia(now));
    return reply;
  }

  function searchHandler(readPlace: ReadPlace, form: Search["form"], caching: string): SearchHandler {
    return counted((request, reply) => {
      const typed = textOf(request.query, "date");
      const place = readPlace(request);
      if (typeof place === "string") return sendWireError(reply, place);
      if (typed === "") return sendWireError(reply, "parameterMissing");
      const today = dateInIndia(deps.clock());
      // Co-WIN gave a week of data for dates that nobody can read.
      const from = dayOf(typed, today) ?? (form === "day" ? undefined : today);
      if (from === undefined) return sendWireError(reply, "parameterMissing");
      const vaccine = textOf(request.query, "vaccine");
      return send(request, reply, { place, from, form, product: vaccine ? productOf(vaccine) : undefined }, caching);
    });
  }

  for (const [name, readPlace, form] of searches) {
    door.get(`/v2/appointment/sessions/public/${name}`, searchHandler(readPlace, form, publicCaching));
    door.getWithToken(`/v2/appointment/sessions/${name}`, searchHandler(readPlace, form, privateCaching));
  }
  const search: SearchHandler = (request, reply) => {
    const place = byDistrict(request);
    if (typeof place === "string") return sendWireError(reply, place);
    return send(request, reply, { place, from: dateInIndia(deps.clock()), form: "week" }, privateCaching);
  };
  door.getWithToken("/v2/appointment/sessions/search", counted(search));
}
