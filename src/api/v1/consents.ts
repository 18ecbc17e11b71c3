// For partners: asking for a person's consent, following it, and the smallest answer under it, 0, 1 or 2. The record
// itself is read as FHIR (src/api/fhir).
// SPDX-License-Identifier: Apache-2.0
import * as T from "typebox";
import {
  accessModes,
  type Consent,
  confirmErasure,
  findConsent,
  frequencyUnits,
  hiTypes,
  purposeCodes,
  requestConsent,
  sharedStatus,
  signedArtefact,
} from "../../modules/consents/index.js";
import type { Deps } from "../../modules/disclosure/index.js";
import { type Api, Day, describe, Id, Instant, json, onceHeaders, partner, partnerIn, strict } from "./door.js";
import { sendProblem } from "./problems.js";

const Permission = {
  accessMode: T.Enum([...accessModes], { type: "string" }),
  dateRange: strict({ from: Day, to: Day }, { description: "Doses given from the first to the last of these days." }),
  dataEraseAt: T.String({
    format: "date-time",
    description: "The end of the consent, at most 366 days ahead; by then everything is erased.",
  }),
  frequency: strict(
    {
      unit: T.Enum([...frequencyUnits], { type: "string" }),
      value: T.Integer({ minimum: 1, maximum: 1_000 }),
      repeats: T.Integer({ minimum: 0, maximum: 10_000 }),
    },
    { description: "At most 1 + repeats looks in each stretch of value units." },
  ),
};
const Purpose = T.Enum([...purposeCodes], { type: "string", description: "ABDM's codes; BTG is no consent." });
const HiTypes = T.Array(T.Enum([...hiTypes], { type: "string" }), { minItems: 1, maxItems: 2, uniqueItems: true });

const Reference = T.Object({ id: T.String(), name: T.Optional(T.String()) });
const Artefact = T.Object(
  {
    schemaVersion: T.String(),
    consentId: Id,
    createdAt: Instant,
    ["patient"]: T.Object({
      id: T.String({ description: "The person's id towards this partner under this consent." }),
    }),
    careContexts: T.Array(T.Object({ ["patientReference"]: T.String(), careContextReference: T.String() })),
    purpose: T.Object({ text: T.String(), code: T.String(), refUri: T.String() }),
    hip: Reference,
    hiu: Reference,
    consentManager: Reference,
    requester: T.Object({
      name: T.String(),
      identifier: T.Object({ type: T.String(), value: T.String(), system: T.String() }),
    }),
    hiTypes: T.Array(T.String()),
    permission: T.Object({ ...Permission, dataEraseAt: Instant }),
    signature: T.String({ description: "A JWS whose payload is the artefact; its key is in /.well-known/jwks.json." }),
  },
  { description: "ABDM's consent artefact." },
);
const ConsentAnswer = T.Object({
  consentId: Id,
  state: T.Enum(["REQUESTED", "GRANTED", "DENIED", "EXPIRED", "REVOKED"], { type: "string" }),
  answerBy: Instant,
  erasedAt: T.Optional(Instant),
  artefact: T.Optional(Artefact),
});
const Requested = T.Object({
  consentId: Id,
  state: T.String(),
  answerBy: Instant,
  code: T.String({ description: "To be shown to the person, who types it on the page of requests." }),
  approvalUrl: T.String({ format: "uri", description: "The page of this request." }),
});

export function consentRoutes(api: Api, deps: Deps): void {
  const consents = { tag: "Consents", caller: "partner" } as const;
  const preValidation = partner(deps, "records");
  const one = strict({ consentId: Id });

  api.post(
    "/consents",
    {
      preValidation,
      schema: describe(
        {
          ...consents,
          summary: "Ask for consent",
          description: "Names nobody. Show the code, or the link, to the person; it holds for a day.",
        },
        {
          headers: onceHeaders,
          body: strict({ purpose: strict({ code: Purpose }), hiTypes: HiTypes, permission: strict(Permission) }),
        },
        { 201: json(Requested) },
      ),
    },
    async (request, reply) => {
      const { purpose, hiTypes: types, permission } = request.body;
      const { accessMode, dateRange, dataEraseAt, frequency } = permission;
      const outcome = await requestConsent(deps, partnerIn(request), {
        requestKey: request.headers["idempotency-key"],
        terms: {
          purpose: purpose.code,
          hiTypes: types,
          accessMode,
          dosesFrom: dateRange.from,
          dosesTo: dateRange.to,
          eraseAt: new Date(dataEraseAt),
          frequency,
        },
      });
      if (!outcome.ok) return sendProblem(request, reply, outcome);
      const { code, consent } = outcome.value;
      return reply.status(201).send({ ...answerOf(consent), code, approvalUrl: `${deps.origin}/en/consent/${code}` });
    },
  );

  api.get(
    "/consents/:consentId",
    {
      preValidation,
      schema: describe(
        { ...consents, summary: "The state of a consent, and the artefact" },
        { params: one },
        { 200: json(ConsentAnswer) },
      ),
    },
    async (request, reply) => {
      const outcome = await findConsent(deps, partnerIn(request), request.params.consentId);
      return outcome.ok ? reply.send(answerOf(outcome.value)) : sendProblem(request, reply, outcome);
    },
  );

  api.post(
    "/consents/:consentId/erasure",
    {
      preValidation,
      schema: describe(
        {
          ...consents,
          summary: "Say that everything is erased",
          description: "When a consent is over. The person sees it.",
        },
        { params: one },
        { 200: json(ConsentAnswer) },
      ),
    },
    async (request, reply) => {
      const outcome = await confirmErasure(deps, partnerIn(request), request.params.consentId);
      return outcome.ok ? reply.send(answerOf(outcome.value)) : sendProblem(request, reply, outcome);
    },
  );

  api.get(
    "/shared/:pairwiseId/vaccination-status",
    {
      preValidation,
      schema: describe(
        {
          ...consents,
          summary: "Whether somebody is vaccinated",
          description: "0 not, 1 partly, 2 fully, by the doses within the consent's dates.",
        },
        { params: strict({ pairwiseId: Id }) },
        { 200: json(T.Object({ status: T.Enum([0, 1, 2], { type: "integer" }) })) },
      ),
    },
    async (request, reply) => {
      const outcome = await sharedStatus(deps, partnerIn(request), request.params.pairwiseId);
      return outcome.ok ? reply.send({ status: outcome.value }) : sendProblem(request, reply, outcome);
    },
  );
}

/** What a partner hears of a consent: nothing of ours that is not in the artefact. */
function answerOf(consent: Consent) {
  const { consentId, state, answerBy, erasedAt } = consent;
  const artefact = signedArtefact(consent);
  return { consentId, state, answerBy, ...(erasedAt ? { erasedAt } : {}), ...(artefact ? { artefact } : {}) };
}
