// Whether each route that the router has is kept from whoever is not signed in, but for those that are public on purpose.
// A route that is new and open turns this red until somebody lists it here.
// SPDX-License-Identifier: Apache-2.0
import type { Route } from "../../platform/http/server.js";
import { readState } from "../../start/state.js";
import { type Check, failedAsDemo, type Installation, without } from "./check.js";

/** Answers anybody: words, places, figures, keys, the log. Never a person. */
const openToAll = new Set(
  `/ /:lang /:lang/api /:lang/coverage /:lang/coverage/:stateId /:lang/find /:lang/help /:lang/log /:lang/sign-in
   /:lang/signed-out /:lang/verify /:lang/what-we-hold /:lang/staff/enrolled /:lang/staff/sign-in /:lang/staff/signed-out
   /coverage /coverage.csv /verify /verify-sw.js /what-we-hold /what-we-hold.json /health /healthz /readyz /log/shards
   /trust-list.json
   /assets/:name /log/checkpoint /log/key /log/policy /log/tile/* /credentials/course/v1 /credentials/vaccination/v3
   /.well-known/openid-credential-issuer /.well-known/oauth-authorization-server /.well-known/jwt-vc-issuer /api/wallet/nonce
   /status-lists.json /status/:file /.well-known/did.json /.well-known/jwks.json /.well-known/crl/:file
   /api/fhir/metadata /api/v1/facilities /api/v1/openapi.json /api/v1/places/states /api/v1/places/states/:stateId/districts
   /api/v1/sessions /api/v1/sessions/:sessionId /api/v1/vaccines /api/v1/reports/v2/getPublicReports
   /api/v2/admin/location/states /api/v2/admin/location/districts/:state /api/v2/registration/beneficiary/genders
   /api/v2/registration/beneficiary/idTypes /api/v3/vaccination/keys`.split(/\s+/),
);
const stranger = "01890000-0000-7000-8000-000000000000";

export const routeCheck: Check = {
  id: "routes",
  promise: 1,
  what: "every route but the public ones refuses whoever is not signed in",
  maps: { dpdp: "Rule 6(1)(b)", certIn: "–", iso: "A.5.15, A.8.3, A.8.26" },
  async run(installation) {
    const routes = (await installation.routes()).filter(({ path }) => !openToAll.has(path.replace(/\([^)]*\)/g, "")));
    const open: string[] = [];
    for (const route of routes) {
      const status = await asNobody(route, installation);
      if (status < 300 || status >= 500) open.push(`${route.method} ${route.path} answers ${status}`);
    }
    const isDemo = (line: string) => / \/demo[/ ]/.test(line);
    // The demo's own pages show codes and sign-ins on purpose; production has none of them.
    if (open.length > 0 && open.every(isDemo)) return failedAsDemo(open.join("; "), installation);
    return without(
      open.filter((line) => !isDemo(line)),
      `${routes.length} routes asked as nobody`,
    );
  },
};

async function asNobody({ method, path }: Route, { config }: Installation): Promise<number> {
  const address = readState(config.dataDir)?.address ?? config.origin;
  const filled = path.replace(/:lang(\([^)]*\))?/, "en").replaceAll(/:[A-Za-z]+(\([^)]*\))?/g, stranger);
  const isForm = !path.startsWith("/api/");
  const type = isForm ? "application/x-www-form-urlencoded" : "application/json";
  const response = await fetch(new URL(filled.replace("*", "x"), address), {
    method,
    redirect: "manual",
    headers: { "sec-fetch-site": "same-origin", ...(method === "POST" ? { "content-type": type } : {}) },
    ...(method === "POST" ? { body: isForm ? "" : "{}" } : {}),
  });
  await response.arrayBuffer();
  return response.status;
}
