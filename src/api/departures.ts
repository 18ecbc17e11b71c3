// Paths that answered a phone number or a reference id with a person, for no more than a key. They are here so that a
// client hears why it gets nothing: 403, always, whoever is registered (docs/api/departures.md).
// SPDX-License-Identifier: Apache-2.0
import { refuseLookup } from "../modules/beneficiaries/index.js";
import type { ApiDoor, ApiHandler } from "./door.js";
import { sendRefused } from "./refusals.js";

export function departureRoutes(door: ApiDoor): void {
  const refuse: ApiHandler = async (request, reply) =>
    sendRefused(reply, await refuseLookup(door.deps, { address: request.ip }));
  door.get("/v2/vaccinator/certificate/download", refuse);
  door.get("/v3/vaccination/status/:reference/:number", refuse);
  door.post("/pdf/certificate", refuse);
}
