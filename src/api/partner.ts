// The X-Api-Key of partners. It need not be sent: Co-WIN let portal tokens pass without it. One that is sent must be in
// force for the family of the path, and each request counts against its partner's budget.
// SPDX-License-Identifier: Apache-2.0
import { type PartnerScope, usePartnerKey } from "../modules/partners/index.js";
import type { ApiDoor, ApiHandler } from "./door.js";
import { sendRefused } from "./refusals.js";

export function asPartner({ deps }: ApiDoor, scope: PartnerScope, handler: ApiHandler): ApiHandler {
  return async (request, reply) => {
    const key = request.headers["x-api-key"];
    if (typeof key === "string" && key !== "") {
      const partner = await usePartnerKey(deps, key, scope);
      if (!partner.ok) return sendRefused(reply, partner);
      reply.header("RateLimit-Limit", partner.value.budget).header("RateLimit-Remaining", partner.value.left);
    }
    return handler(request, reply);
  };
}
