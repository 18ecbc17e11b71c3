// A web process of its own for the search benchmark: the real doors, without the log of the gate, which searches do not use.
// SPDX-License-Identifier: Apache-2.0
import { createSecretKey, randomBytes } from "node:crypto";
import { createApp } from "../src/app.js";
import { connectGate } from "../src/modules/disclosure/index.js";
import { systemClock } from "../src/platform/clock.js";
import { connect } from "../src/platform/db/db.js";
import { macsWith } from "../src/platform/macs.js";

const [databaseUrl, recorderSocket, openerSocket, folder] = process.argv.slice(2) as [string, string, string, string];
const origin = "http://127.0.0.1";
const app = await createApp(
  {
    db: connect(databaseUrl),
    gate: connectGate({ recorderSocket, openerSocket }),
    clock: systemClock,
    macs: macsWith(createSecretKey(randomBytes(32))),
    origin,
  },
  // One address asks for everything here.
  { profile: "production", origin, dataDir: folder, publishedDir: folder, searchLimit: 999_999_999 },
);
process.on("disconnect", () => process.exit(0));
process.send?.(new URL(await app.listen({ host: "127.0.0.1", port: 0 })).port);
