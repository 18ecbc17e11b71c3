// The route of June 2023, planted on purpose: a number is answered with a person. It stands in an app of the attack's own,
// beside the real routes, and in no installation; the attack has to find it.
// SPDX-License-Identifier: Apache-2.0
import { createApp } from "../../app.js";
import { OperatorError } from "../../platform/operator-error.js";
import { dataFolder } from "../../start/data-folder.js";
import type { Context } from "../command.js";
import { phoneBot } from "./sweeps.js";
import type { Attack, Target } from "./target.js";

/** The bot, against an app that has the planted route. */
export function plantedAttacks(
  context: Pick<Context, "config" | "openHouse">,
  known: Pick<Target, "victim" | "nobodysMobile">,
): Attack[] {
  const { profile, origin, dataDir } = context.config;
  if (profile !== "demo") throw new OperatorError("A weakness is planted on a demo only.");
  return [
    {
      path: "P1",
      what: "a bot that knows a phone number, and a planted route",
      async run() {
        const house = context.openHouse();
        const published = dataFolder(dataDir).published;
        const app = await createApp(house.deps, { profile, origin, dataDir, publishedDir: published });
        const { mobile, name } = known.victim;
        app.get("/api/planted/:mobile", async ({ params }) =>
          (params as { mobile: string }).mobile === mobile ? { name } : {},
        );
        try {
          const listening = await app.listen({ host: "127.0.0.1", port: 0 });
          return await phoneBot({ ...known, origin: listening, routes: app.routeTable }).run();
        } finally {
          app.server.closeAllConnections();
          await app.close();
          await house.close();
        }
      },
    },
  ];
}
