// A web process of its own for the search benchmark: the server with Co-WIN's API. Searches use neither vault nor pages.
// SPDX-License-Identifier: Apache-2.0
import { createSecretKey, randomBytes } from "node:crypto";
import { cowinApi } from "../src/api/index.js";
import { connectGate } from "../src/modules/disclosure/index.js";
import { systemClock } from "../src/platform/clock.js";
import { connect } from "../src/platform/db/db.js";
import { createServer } from "../src/platform/http/server.js";
import { macsWith } from "../src/platform/macs.js";

const [databaseUrl, recorderSocket, openerSocket] = process.argv.slice(2) as [string, string, string];
const origin = "http://127.0.0.1";
const deps = {
  db: connect(databaseUrl),
  gate: connectGate({ recorderSocket, openerSocket }),
  clock: systemClock,
  macs: macsWith(createSecretKey(randomBytes(32))),
  origin,
};
const app = await createServer({ origin, onError: (code, _request, reply) => reply.status(500).send(code) });
// One address asks for everything here.
await cowinApi(app, deps, { origin, searchLimit: 999_999_999 });
process.on("disconnect", () => process.exit(0));
process.send?.(new URL(await app.listen({ host: "127.0.0.1", port: 0 })).port);
