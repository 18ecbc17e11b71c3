// The appointments of a signed-in account: booked, moved, cancelled, and their slips.
// SPDX-License-Identifier: Apache-2.0
import * as T from "typebox";
import {
  type AppointmentView,
  bookAppointment,
  cancelAppointment,
  downloadSlip,
  findAppointments,
  moveAppointment,
} from "../../modules/appointments/index.js";
import type { Deps } from "../../modules/disclosure/index.js";
import { sendPdf } from "../door.js";
import { type Api, bearerIn, Day, describe, Id, json, nothing, onceHeaders, pdf, person, strict } from "./door.js";
import { sendProblem } from "./problems.js";

const Appointment = T.Object({
  appointmentId: Id,
  sessionId: Id,
  slotNumber: T.Integer(),
  heldOn: Day,
  startsAt: T.String(),
  endsAt: T.String(),
  product: T.String(),
  doseNumber: T.Integer(),
  facilityName: T.String(),
  facilityAddress: T.String(),
  pincode: T.Integer(),
  sessionCancelled: T.Boolean(),
  people: T.Array(T.Object({ personId: Id, status: T.String() })),
});
const Made = T.Object({ appointmentId: Id });
const slot = { sessionId: Id, slotNumber: T.Integer({ minimum: 1, maximum: 1_000 }) };
const own = strict({ appointmentId: Id });

export function appointmentRoutes(api: Api, deps: Deps): void {
  const appointments = { tag: "Appointments", caller: "person" } as const;
  const preValidation = person(deps);

  api.get(
    "/appointments",
    {
      preValidation,
      schema: describe(
        { ...appointments, summary: "All appointments, newest first" },
        {},
        { 200: json(T.Object({ appointments: T.Array(Appointment) })) },
      ),
    },
    async (request, reply) =>
      reply.send({ appointments: (await findAppointments(deps, bearerIn(request).accountId)).map(appointmentOf) }),
  );

  api.post(
    "/appointments",
    {
      preValidation,
      schema: describe(
        { ...appointments, summary: "Book a slot", description: "For all of the people or for nobody." },
        {
          headers: onceHeaders,
          body: strict({ ...slot, people: T.Array(Id, { minItems: 1, maxItems: 6, uniqueItems: true }) }),
        },
        { 201: json(Made) },
      ),
    },
    async (request, reply) => {
      const { people, ...wish } = request.body;
      const requestKey = request.headers["idempotency-key"];
      const outcome = await bookAppointment(deps, bearerIn(request).actor, {
        ...wish,
        beneficiaryIds: people,
        requestKey,
      });
      return outcome.ok ? reply.status(201).send(outcome.value) : sendProblem(request, reply, outcome);
    },
  );

  api.post(
    "/appointments/:appointmentId/move",
    {
      preValidation,
      schema: describe(
        { ...appointments, summary: "Move to another slot" },
        { params: own, headers: onceHeaders, body: strict(slot) },
        { 200: json(Made) },
      ),
    },
    async (request, reply) => {
      const wish = { ...request.body, ...request.params, requestKey: request.headers["idempotency-key"] };
      const outcome = await moveAppointment(deps, bearerIn(request).actor, wish);
      return outcome.ok ? reply.send(outcome.value) : sendProblem(request, reply, outcome);
    },
  );

  api.delete(
    "/appointments/:appointmentId",
    {
      preValidation,
      schema: describe({ ...appointments, summary: "Cancel for everybody" }, { params: own }, { 204: nothing }),
    },
    async (request, reply) => {
      const outcome = await cancelAppointment(deps, bearerIn(request).actor, request.params);
      return outcome.ok ? reply.status(204).send() : sendProblem(request, reply, outcome);
    },
  );

  api.get(
    "/appointments/:appointmentId/slip.pdf",
    {
      preValidation,
      schema: describe({ ...appointments, summary: "The slip as a paper" }, { params: own }, { 200: pdf }),
    },
    async (request, reply) => {
      const outcome = await downloadSlip(deps, bearerIn(request).actor, request.params);
      return outcome.ok ? sendPdf(reply, outcome.value, "appointment-slip.pdf") : sendProblem(request, reply, outcome);
    },
  );
}

function appointmentOf({ people, ...rest }: AppointmentView) {
  return { ...rest, people: people.map(({ beneficiaryId: personId, status }) => ({ personId, status })) };
}
