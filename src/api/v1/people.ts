// The people of a signed-in account: registered, listed with doses and what is due, taken off; their certificates, and
// who saw their records. The same commands as the pages; each look is an entry in the person's list.
// SPDX-License-Identifier: Apache-2.0
import * as T from "typebox";
import {
  genders,
  listBeneficiaries,
  photoIdTypes,
  registerBeneficiary,
  removeBeneficiary,
} from "../../modules/beneficiaries/index.js";
import { certificateForms, downloadCertificate } from "../../modules/certificates/index.js";
import type { Deps } from "../../modules/disclosure/index.js";
import { type DoseHistory, doseHistory } from "../../modules/vaccinations/index.js";
import { sendPdf } from "../door.js";
import {
  type Api,
  bearerIn,
  Day,
  describe,
  Id,
  Instant,
  json,
  nothing,
  onceHeaders,
  pdf,
  person,
  strict,
} from "./door.js";
import { sendProblem } from "./problems.js";

const Dose = T.Object({
  vaccinationId: Id,
  doseNumber: T.Integer(),
  kind: T.Enum(["primary", "precaution"], { type: "string" }),
  product: T.String(),
  lotNumber: T.String(),
  givenOn: Day,
  facilityName: T.String(),
  enteredInError: T.Boolean(),
});
const NextDue = T.Object({
  state: T.Enum(["due", "complete", "none-now"], { type: "string" }),
  from: T.Optional(Day),
  recommendedFrom: T.Optional(Day),
  recommendedTo: T.Optional(Day),
  products: T.Optional(T.Array(T.String())),
  doseNumber: T.Optional(T.Integer()),
});
const Person = T.Object({
  personId: Id,
  referenceId: T.String({ description: "Fourteen digits, as Co-WIN's beneficiary_reference_id." }),
  name: T.String(),
  birthYear: T.Integer(),
  doses: T.Array(Dose),
  nextDue: NextDue,
});
const Look = T.Object({
  counter: T.Integer({ description: "The person's own, from 0 without gaps." }),
  index: T.Integer({ description: "Place in the published log." }),
  kind: T.String(),
  at: Instant,
  role: T.String(),
  organisation: T.String(),
  purpose: T.String(),
  explanation: T.String(),
  fields: T.Array(T.String()),
  entry: T.String({ description: "What the published leaf commits to, with salt and tag." }),
  salt: T.String(),
  tag: T.String(),
});
const own = strict({ personId: Id });

export function peopleRoutes(api: Api, deps: Deps): void {
  const people = { tag: "People", caller: "person" } as const;
  const preValidation = person(deps);

  api.get(
    "/people",
    {
      preValidation,
      schema: describe(
        { ...people, summary: "The people of the account" },
        {},
        { 200: json(T.Object({ people: T.Array(Person) })) },
      ),
    },
    async (request, reply) => {
      const { accountId, actor } = bearerIn(request);
      const held = await listBeneficiaries(deps, accountId);
      const histories = await doseHistory(
        deps,
        actor,
        held.map((one) => one.beneficiaryId),
      );
      if (!histories.ok) return sendProblem(request, reply, histories);
      const referenceOf = new Map(held.map((one) => [one.beneficiaryId, String(one.referenceId)]));
      return reply.send({
        people: histories.value.map((one) => personOf(one, referenceOf.get(one.beneficiaryId)!)),
      });
    },
  );

  api.post(
    "/people",
    {
      preValidation,
      schema: describe(
        { ...people, summary: "Register a person" },
        {
          headers: onceHeaders,
          body: strict({
            name: T.String({ minLength: 1, maxLength: 400 }),
            birthYear: T.Integer({ minimum: 1900, maximum: 2100 }),
            gender: T.Enum([...genders], { type: "string" }),
            photoIdType: T.Enum(
              photoIdTypes.map(({ id }) => id),
              { type: "integer", description: "Co-WIN's numbers." },
            ),
            photoIdLast4: T.String({ pattern: "^[0-9A-Za-z]{4}$" }),
            consent: T.Literal(true, { description: "The notice was shown to the person, who agreed." }),
          }),
        },
        { 201: json(T.Object({ personId: Id, referenceId: T.String() })) },
      ),
    },
    async (request, reply) => {
      const { birthYear, photoIdType, consent: _, ...identity } = request.body;
      const outcome = await registerBeneficiary(deps, bearerIn(request).actor, {
        ...identity,
        birthYear: String(birthYear),
        photoIdType: String(photoIdType),
        consent: "yes",
        requestKey: request.headers["idempotency-key"],
        locale: "en",
      });
      if (!outcome.ok) return sendProblem(request, reply, outcome);
      const { beneficiaryId: personId, referenceId } = outcome.value;
      return reply.status(201).send({ personId, referenceId: String(referenceId) });
    },
  );

  api.delete(
    "/people/:personId",
    {
      preValidation,
      schema: describe({ ...people, summary: "Take a person off the account" }, { params: own }, { 204: nothing }),
    },
    async (request, reply) => {
      const outcome = await removeBeneficiary(deps, bearerIn(request).actor, request.params.personId);
      return outcome.ok ? reply.status(204).send() : sendProblem(request, reply, outcome);
    },
  );

  api.get(
    "/people/:personId/certificate.pdf",
    {
      preValidation,
      schema: describe({ ...people, summary: "The certificate as a paper" }, { params: own }, { 200: pdf }),
    },
    async (request, reply) => {
      const outcome = await downloadCertificate(deps, bearerIn(request).actor, request.params.personId, {
        verifyAddress: `${deps.origin}/en/verify`,
      });
      if (!outcome.ok) return sendProblem(request, reply, outcome);
      return sendPdf(reply, outcome.value.pdf, outcome.value.fileName);
    },
  );

  api.get(
    "/people/:personId/certificate",
    {
      preValidation,
      schema: describe(
        { ...people, summary: "The text of the certificate's QR code" },
        { params: own },
        { 200: json(T.Object({ hcert: T.String() })) },
      ),
    },
    async (request, reply) => {
      const outcome = await certificateForms(deps, bearerIn(request).actor, request.params.personId);
      return outcome.ok ? reply.send({ hcert: outcome.value["hcert"] }) : sendProblem(request, reply, outcome);
    },
  );

  api.get(
    "/people/:personId/disclosures",
    {
      preValidation,
      schema: describe(
        {
          ...people,
          summary: "Who saw the record",
          description: "Newest first; at most a hundred. Asking is itself an entry.",
        },
        { params: own, querystring: strict({ before: T.Optional(T.Integer({ minimum: 0, maximum: 2_147_483_647 })) }) },
        { 200: json(T.Object({ total: T.Integer(), disclosures: T.Array(Look) })) },
      ),
    },
    async (request, reply) => {
      const { before } = request.query;
      const lines = await deps.gate.linesOf({
        actor: bearerIn(request).actor,
        subject: request.params.personId,
        ...(before === undefined ? {} : { before }),
      });
      if (!lines.ok) return sendProblem(request, reply, lines);
      return reply.send({ total: lines.value.total, disclosures: lines.value.lines });
    },
  );
}

function personOf({ beneficiaryId: personId, name, birthYear, doses, nextDue }: DoseHistory, referenceId: string) {
  return { personId, referenceId, name, birthYear, doses, nextDue };
}
