// What anybody may ask: places, facilities, vaccines, sessions. Nothing here is about a person. Answers hold the members
// of their schemas and no others.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyReply, FastifyRequest } from "fastify";
import * as T from "typebox";
import type { Deps } from "../../modules/disclosure/index.js";
import { findFacilities, listDistricts, listStates } from "../../modules/facilities/index.js";
import { findSession, searchSessions } from "../../modules/sessions/index.js";
import { currentProgramme } from "../../modules/vaccines/index.js";
import { refused } from "../../platform/errors.js";
import { CountedLimit, subscriberOf } from "../../platform/limits/index.js";
import { searchesInFiveMinutes } from "../search-limit.js";
import { type Api, Day, describe, Id, json, Number32, strict } from "./door.js";
import { sendProblem } from "./problems.js";

const State = T.Object({ stateId: T.Integer(), name: T.String() });
const District = T.Object({ districtId: T.Integer(), stateId: T.Integer(), name: T.String() });
const Facility = T.Object({
  facilityId: Id,
  centerId: T.Integer({ description: "Co-WIN's number of the centre." }),
  name: T.String(),
  address: T.String(),
  stateId: T.Integer(),
  stateName: T.String(),
  districtId: T.Integer(),
  districtName: T.String(),
  pincode: T.Integer(),
  opensAt: T.String({ description: "HH:MM in Asia/Kolkata." }),
  closesAt: T.String(),
  feeType: T.String(),
  latitude: T.Union([T.Number(), T.Null()]),
  longitude: T.Union([T.Number(), T.Null()]),
});
const Places = T.Object(
  { dose1: T.Integer(), dose2: T.Integer(), precaution: T.Integer() },
  { description: "Places left online, by dose." },
);
const Session = T.Object({
  sessionId: Id,
  status: T.Enum(["published", "cancelled", "draft"]),
  heldOn: Day,
  product: T.String(),
  minAge: T.Integer(),
  maxAge: T.Union([T.Integer(), T.Null()]),
  feeRupees: T.Integer(),
  facility: Facility,
  left: Places,
  slots: T.Array(T.Object({ slotNumber: T.Integer(), startsAt: T.String(), endsAt: T.String(), left: Places })),
});
const Vaccine = T.Object({
  product: T.String(),
  primaryDoses: T.Union([T.Integer(), T.Null()]),
  codes: T.Record(T.String(), T.Union([T.String(), T.Array(T.String())]), { description: "By code system." }),
});
const paging = {
  skip: T.Optional(T.Integer({ minimum: 0, maximum: 1_000 })),
  limit: T.Optional(T.Integer({ minimum: 1, maximum: 50 })),
};
const seldomChanges = "public, max-age=3600";

/** `mostSearches`: how often an address may search in five minutes. */
export function publicRoutes(api: Api, deps: Deps, mostSearches = searchesInFiveMinutes): void {
  const searches = new CountedLimit(deps, { name: "v1-searches", windowSeconds: 300, most: mostSearches });
  api.addHook("onListen", async () => searches.start());
  api.addHook("onClose", () => searches.stop());
  const counted = async (request: FastifyRequest, reply: FastifyReply) => {
    const { seconds, left } = searches.take(subscriberOf(request.ip));
    reply.header("RateLimit-Limit", mostSearches).header("RateLimit-Remaining", left);
    return seconds > 0 ? sendProblem(request, reply, refused("TOO_MANY_REQUESTS", { seconds })) : undefined;
  };
  const places = { tag: "Places and vaccines" } as const;

  api.get(
    "/places/states",
    { schema: describe({ ...places, summary: "States" }, {}, { 200: json(T.Object({ states: T.Array(State) })) }) },
    async (_request, reply) => reply.header("Cache-Control", seldomChanges).send({ states: await listStates(deps) }),
  );

  api.get(
    "/places/states/:stateId/districts",
    {
      schema: describe(
        { ...places, summary: "Districts of a state" },
        { params: strict({ stateId: Number32 }) },
        { 200: json(T.Object({ districts: T.Array(District) })) },
      ),
    },
    async (request, reply) =>
      reply
        .header("Cache-Control", seldomChanges)
        .send({ districts: await listDistricts(deps, request.params.stateId) }),
  );

  api.get(
    "/facilities",
    {
      preHandler: counted,
      schema: describe(
        { ...places, summary: "Facilities of a district or PIN code" },
        {
          querystring: strict({
            districtId: T.Optional(Number32),
            pincode: T.Optional(T.Integer({ minimum: 100_000, maximum: 999_999 })),
            ...paging,
          }),
        },
        { 200: json(T.Object({ facilities: T.Array(Facility), more: T.Boolean() })) },
      ),
    },
    async (request, reply) => {
      const { pincode, ...rest } = request.query;
      const found = await findFacilities(deps, {
        ...rest,
        pincode: pincode === undefined ? undefined : String(pincode),
      });
      return reply.send(found);
    },
  );

  api.get(
    "/vaccines",
    {
      schema: describe(
        { ...places, summary: "Vaccines of the programme" },
        {},
        { 200: json(T.Object({ vaccines: T.Array(Vaccine) })) },
      ),
    },
    (_request, reply) =>
      reply.header("Cache-Control", seldomChanges).send({
        vaccines: [...currentProgramme().products.values()].map(({ id, primaryDoses, codes }) => ({
          product: id,
          primaryDoses,
          codes,
        })),
      }),
  );

  const sessions = { tag: "Sessions" } as const;
  api.get(
    "/sessions",
    {
      preHandler: counted,
      schema: describe(
        { ...sessions, summary: "Sessions with places", description: "By PIN code or district, for up to seven days." },
        {
          querystring: strict({
            pincode: T.Optional(Number32),
            districtId: T.Optional(Number32),
            from: Day,
            days: T.Optional(T.Integer({ minimum: 1, maximum: 7 })),
            product: T.Optional(T.String({ pattern: "^[A-Z0-9_]{1,40}$" })),
            feeType: T.Optional(T.Enum(["Free", "Paid"], { type: "string" })),
            age: T.Optional(T.Integer({ minimum: 0, maximum: 150 })),
            ...paging,
          }),
        },
        { 200: json(T.Object({ sessions: T.Array(Session), more: T.Boolean() })) },
      ),
    },
    async (request, reply) => {
      const { days = 7, ...search } = request.query;
      const found = await searchSessions(deps, { ...search, days });
      if (!found.ok) return sendProblem(request, reply, found);
      return reply.send(found.value);
    },
  );

  api.get(
    "/sessions/:sessionId",
    {
      preHandler: counted,
      schema: describe(
        { ...sessions, summary: "One session" },
        { params: strict({ sessionId: Id }) },
        { 200: json(Session) },
      ),
    },
    async (request, reply) => {
      const session = await findSession(deps, request.params.sessionId);
      if (!session || session.status === "draft") return sendProblem(request, reply, refused("SESSION_NOT_FOUND"));
      return reply.send(session);
    },
  );
}
