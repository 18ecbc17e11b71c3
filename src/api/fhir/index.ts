// FHIR R4, to read, for partners: each path looks at one person, under one consent, and opens no more than it answers.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyReply } from "fastify";
import * as T from "typebox";
import { sharedDoses, sharedForecast, sharedIdentity, sharedRecord } from "../../modules/consents/index.js";
import type { Deps } from "../../modules/disclosure/index.js";
import { type Refused, refused } from "../../platform/errors.js";
import { type Api, describe, Id, partner, partnerIn, strict, uuid } from "../v1/door.js";
import { capabilityStatement } from "./capability.js";
import { fhirJson, sendOutcome } from "./outcome.js";
import {
  doseResource,
  forecastResource,
  identityResource,
  recordDocument,
  type Source,
  searchBundle,
} from "./resources.js";

const format = {
  _format: T.Optional(T.Enum(["json", "application/json", "application/fhir+json"], { type: "string" })),
};
const resource = (name: string) => ({
  description: name,
  content: {
    "application/fhir+json": { schema: T.Object({ resourceType: T.Literal(name) }, { additionalProperties: true }) },
  },
});
const byId = { params: strict({ id: Id }), querystring: strict(format) };
const byPerson = {
  querystring: strict({ ["patient"]: T.String({ pattern: `^(Patient/)?${uuid}$` }), ...format }),
};

export function fhirRoutes(api: Api, deps: Deps): void {
  const fhir = { tag: "FHIR", caller: "partner" } as const;
  const preValidation = partner(deps, "records", sendOutcome);
  const sourceOf = (id: string): Source => ({ origin: deps.origin, id, at: deps.clock() });
  const send = (reply: FastifyReply, body: object) => reply.type(fhirJson).send(JSON.stringify(body));

  api.get(
    "/metadata",
    {
      schema: describe(
        { tag: "FHIR", summary: "What this server can do" },
        { querystring: strict(format) },
        { 200: resource("CapabilityStatement") },
      ),
    },
    (_request, reply) => send(reply, capabilityStatement(deps.origin)),
  );

  api.get(
    "/Patient/:id",
    {
      preValidation,
      schema: describe({ ...fhir, summary: "The person of a consent" }, byId, { 200: resource("Patient") }),
    },
    async (request, reply) => {
      const { id } = request.params;
      const shared = await sharedIdentity(deps, partnerIn(request), id);
      return shared.ok
        ? send(reply, identityResource(sourceOf(id), shared.value))
        : sendOutcome(request, reply, shared);
    },
  );

  api.get(
    "/Immunization",
    {
      preValidation,
      schema: describe({ ...fhir, summary: "Doses within the consent's dates" }, byPerson, { 200: resource("Bundle") }),
    },
    async (request, reply) => {
      const source = sourceOf(idIn(request.query["patient"]));
      const shared = await sharedDoses(deps, partnerIn(request), source.id);
      if (!shared.ok) return sendOutcome(request, reply, shared);
      return send(
        reply,
        searchBundle(
          source,
          request.url,
          shared.value.map((dose) => doseResource(source, dose)),
        ),
      );
    },
  );

  api.get(
    "/ImmunizationRecommendation",
    {
      preValidation,
      schema: describe(
        {
          ...fhir,
          summary: "What is due next",
          description: "Empty when the consent leaves out dates: then nobody can tell.",
        },
        byPerson,
        { 200: resource("Bundle") },
      ),
    },
    async (request, reply) => {
      const source = sourceOf(idIn(request.query["patient"]));
      const shared = await sharedForecast(deps, partnerIn(request), source.id);
      if (!shared.ok) return sendOutcome(request, reply, shared);
      const forecast = forecastResource(source, shared.value.nextDue);
      return send(reply, searchBundle(source, request.url, forecast ? [forecast] : []));
    },
  );

  api.get(
    "/Composition/:id/$document",
    {
      preValidation,
      schema: describe({ ...fhir, summary: "ABDM's ImmunizationRecord" }, byId, { 200: resource("Bundle") }),
    },
    async (request, reply) => {
      const source = sourceOf(request.params.id);
      const shared = await sharedRecord(deps, partnerIn(request), source.id);
      if (!shared.ok) return sendOutcome(request, reply, shared);
      const document = recordDocument(source, shared.value);
      return document ? send(reply, document) : sendOutcome(request, reply, nothingToShow);
    },
  );
}

/** A document must show something. */
const nothingToShow: Refused = refused("NOT_FOUND");

function idIn(reference: string): string {
  return reference.replace(/^Patient\//, "");
}
