// The API for new programs: JSON over the same commands as the pages, described by the schemas that check it. Beside
// Co-WIN's paths, which stay as they are; FHIR for partners is a part of it.
// SPDX-License-Identifier: Apache-2.0
import swagger from "@fastify/swagger";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Deps } from "../../modules/disclosure/index.js";
import { type Refused, refused } from "../../platform/errors.js";
import { type Answer, answerOf, sendAnswer } from "../answer.js";
import { crossOrigin } from "../cross-origin.js";
import { fhirRoutes } from "../fhir/index.js";
import { sendOutcome } from "../fhir/outcome.js";
import { appointmentRoutes } from "./appointments.js";
import { consentRoutes } from "./consents.js";
import { type Api, type Refuse, readStrictly } from "./door.js";
import { peopleRoutes } from "./people.js";
import { sendProblem } from "./problems.js";
import { publicRoutes } from "./public.js";
import { signInRoutes } from "./sign-in.js";

export interface OpenApi {
  readonly paths?: Readonly<Record<string, object | undefined>>;
}

/** Registers the routes; gives the OpenAPI document, which is whole once the server is ready. */
export async function modernApi(
  app: FastifyInstance,
  deps: Deps,
  options: { readonly searchLimit?: number | undefined } = {},
): Promise<() => OpenApi> {
  let document: (() => OpenApi) | undefined;
  await app.register(async (modern) => {
    await modern.register(swagger, { openapi: openApiBasis });
    document = () => modern.swagger();
    modern.addHook("onRequest", async (_request, reply) => {
      reply.headers(crossOrigin);
    });
    await modern.register(
      portal(sendProblem, (api) => {
        publicRoutes(api, deps, options.searchLimit);
        signInRoutes(api, deps);
        peopleRoutes(api, deps);
        appointmentRoutes(api, deps);
        consentRoutes(api, deps);
        let answer: Answer | undefined;
        api.get("/openapi.json", { schema: { hide: true } }, (request, reply) => {
          answer ??= answerOf(modern.swagger());
          return sendAnswer(request, reply, answer, "public, max-age=300");
        });
      }),
      { prefix: "/api/v1" },
    );
    await modern.register(
      portal(sendOutcome, (api) => fhirRoutes(api, deps)),
      { prefix: "/api/fhir" },
    );
  });
  return () => document!();
}

/** A part with one way of refusing: what does not fit, and what is not there, is answered in its own form. */
function portal(refuse: Refuse, routes: (api: Api) => void) {
  return async (api: FastifyInstance): Promise<void> => {
    readStrictly(api, refuse);
    api.setNotFoundHandler((request, reply) => refuse(request, reply, refused("NOT_FOUND")));
    routes(api.withTypeProvider());
  };
}

/** The form in which a path of this API refuses; undefined for all other paths. For errors met before any route. */
export function refusalForm(
  url: string,
): ((request: FastifyRequest, reply: FastifyReply, refusal: Refused) => FastifyReply) | undefined {
  if (/^\/api\/fhir(?:[/?]|$)/.test(url)) return sendOutcome;
  // Two of Co-WIN's own paths begin alike.
  return /^\/api\/v1(?:[/?]|$)/.test(url) && !/^\/api\/v1\/(?:auth|reports)\//.test(url) ? sendProblem : undefined;
}

const openApiBasis = {
  openapi: "3.1.0" as const,
  info: {
    title: "Sakshi",
    version: "1",
    description:
      "A vaccination registry that writes down each look at a person's data. Programs of people sign in with a code to the phone; partners have a key and ask people for their consent. Existing clients of Co-WIN use its own paths, which are described elsewhere.",
    license: { name: "Apache-2.0", identifier: "Apache-2.0" },
  },
  components: {
    securitySchemes: {
      person: { type: "http" as const, scheme: "bearer", description: "A token from /sign-in." },
      partner: { type: "apiKey" as const, in: "header" as const, name: "X-Api-Key" },
    },
  },
};
