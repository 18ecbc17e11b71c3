// Co-WIN's API, so that its clients run unchanged: a door of its own beside the pages, with its own reading of bodies,
// its own errors and open to browsers of every origin. Tokens come in the Authorization header; cookies mean nothing.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance } from "fastify";
import type { Deps } from "../modules/disclosure/index.js";
import { answerAhead } from "../platform/http/answer-ahead.js";
import { appointmentRoutes } from "./appointments.js";
import { AskedBefore } from "./availability/asked-before.js";
import { FreshShelf } from "./availability/keep-fresh.js";
import { availabilityRoutes } from "./availability/routes.js";
import { crossOrigin } from "./cross-origin.js";
import { departureRoutes } from "./departures.js";
import { type ApiOptions, apiDoor } from "./door.js";
import { readJsonBody } from "./json-body.js";
import { metadataRoutes } from "./metadata.js";
import { peopleRoutes } from "./people.js";
import { reportRoutes } from "./reports.js";
import { signInRoutes } from "./sign-in.js";
import { statusRoutes } from "./status.js";
import { vaccinatorRoutes } from "./vaccinator.js";

const largestBody = 16 * 1024;
export async function cowinApi(app: FastifyInstance, deps: Deps, options: ApiOptions): Promise<void> {
  await app.register(
    async (api) => {
      readBodies(api);
      api.addHook("onRequest", async (_request, reply) => {
        reply.headers(crossOrigin);
      });
      api.options("/*", (_request, reply) => reply.status(204).send());
      api.setNotFoundHandler((_request, reply) =>
        reply.status(404).send({ errorCode: "NOT_FOUND", error: "There is no such path." }),
      );
      const door = apiDoor(api, deps, options);
      const fresh = new FreshShelf(deps);
      const asked = new AskedBefore(deps, fresh, door.searches);
      answerAhead(app, options.trustedProxies ?? [], (request, response) => asked.answer(request, response));
      api.addHook("onListen", async () => {
        fresh.start();
        door.searches.start();
      });
      api.addHook("onClose", async () => {
        await Promise.all([fresh.stop(), door.searches.stop()]);
      });
      metadataRoutes(door);
      availabilityRoutes(door, fresh, asked);
      signInRoutes(door);
      peopleRoutes(door);
      appointmentRoutes(door);
      statusRoutes(door);
      vaccinatorRoutes(door);
      departureRoutes(door);
      reportRoutes(door);
    },
    { prefix: "/api" },
  );
}

/** JSON is read strictly; any other body counts as none, as it did at Co-WIN. */
function readBodies(api: FastifyInstance): void {
  api.removeAllContentTypeParsers();
  const limits = { bodyLimit: largestBody };
  api.addContentTypeParser("application/json", { ...limits, parseAs: "string" }, (_request, body, ready) => {
    ready(null, readJsonBody(body as string));
  });
  api.addContentTypeParser("*", { ...limits, parseAs: "buffer" }, (_request, _body, ready) => {
    ready(null, undefined);
  });
}
