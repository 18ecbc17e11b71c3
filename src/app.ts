// The web server with all its doors. Nothing else knows every door; a door knows none of the others.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance } from "fastify";
import { cowinApi } from "./api/index.js";
import { modernApi, refusalForm } from "./api/v1/index.js";
import { sendWalletRefusal } from "./api/wallet/refusals.js";
import { walletApi } from "./api/wallet/routes.js";
import type { Profile } from "./config.js";
import { demoPages } from "./demo/pages.js";
import { cancelSessionAppointments } from "./modules/appointments/index.js";
import { statusListsOf } from "./modules/certificates/index.js";
import type { Deps } from "./modules/disclosure/index.js";
import type { InquiryDeps } from "./modules/inquiries/index.js";
import { refused } from "./platform/errors.js";
import { createServer, type ServerOptions } from "./platform/http/server.js";
import { isLocale } from "./platform/i18n/i18n.js";
import { demoOutboxFile } from "./platform/sms/index.js";
import { assetFiles } from "./web/assets.js";
import { citizenPages } from "./web/citizen/index.js";
import { noticeCitizen } from "./web/citizen/sign-in-guard.js";
import { whoSawPages } from "./web/citizen/who-saw-my-record.js";
import { officerPages } from "./web/officer/index.js";
import { sendRefusal } from "./web/page.js";
import { privacyPages } from "./web/privacy/index.js";
import { apiReferencePages } from "./web/public/api-reference.js";
import { coveragePages } from "./web/public/coverage.js";
import { helpPages } from "./web/public/help.js";
import { homePages } from "./web/public/home.js";
import { issuerFiles } from "./web/public/issuer.js";
import { logPages } from "./web/public/log.js";
import { logFiles } from "./web/public/log-files.js";
import { verifyPages } from "./web/public/verify.js";
import { whatWeHoldPages } from "./web/public/what-we-hold.js";
import { staffPages } from "./web/staff/index.js";

export interface AppOptions extends Pick<ServerOptions, "log" | "traffic" | "tracer"> {
  readonly profile: Profile;
  /** What browsers call this server; cookies and passkeys are bound to it. */
  readonly origin: string;
  readonly dataDir: string;
  /** Where the publisher writes the disclosure log. */
  readonly publishedDir: string;
  /** False as soon as the process is told to stop; always true when absent. */
  readonly isServing?: () => boolean;
  readonly trustedProxies?: readonly string[];
  /** Searches of the API that an address or an account may make in five minutes. */
  readonly searchLimit?: number;
  /** Whether bookings over the API need the letters of a captcha. */
  readonly captcha?: boolean;
}

/**
 * Pages that need no sign-in and notice one, so that signing out is in view there too; such a page is nobody else's.
 * Not the page that verifies: browsers keep it for use without a network.
 */
function pagesForAll(open: FastifyInstance, deps: Deps, { origin, publishedDir }: AppOptions): void {
  open.addHook("preHandler", noticeCitizen(deps, { origin }));
  open.addHook("onSend", async (request, reply) => {
    if (!reply.hasHeader("Vary")) reply.header("Vary", "Cookie");
    if (request.signedIn) reply.header("Cache-Control", "no-store");
  });
  homePages(open);
  helpPages(open);
  logPages(open, { directory: publishedDir, origin });
  coveragePages(open, deps);
  whatWeHoldPages(open);
}

export async function createApp(deps: InquiryDeps, options: AppOptions): Promise<FastifyInstance> {
  const { origin, publishedDir } = options;
  const app = await createServer({
    origin,
    ...(options.log && { log: options.log }),
    ...(options.traffic && { traffic: options.traffic }),
    ...(options.tracer && { tracer: options.tracer }),
    ...(options.trustedProxies === undefined ? {} : { trustedProxies: options.trustedProxies }),
    onError: (code, request, reply) => {
      const isWallet = request.url.startsWith("/api/wallet/");
      const send = isWallet ? sendWalletRefusal : (refusalForm(request.url) ?? sendRefusal);
      return send(request, reply, refused(code));
    },
  });
  app.addHook("preValidation", async (request, reply) => {
    const { lang } = request.params as { lang?: string };
    if (lang !== undefined && !isLocale(lang)) return sendRefusal(request, reply, refused("NOT_FOUND"));
  });
  app.get("/health", async (_request, reply) => {
    await deps.db.rows("SELECT 1 AS up");
    return reply.send({ status: "up" });
  });
  app.get("/healthz", (_request, reply) => reply.send({ status: "alive" }));
  app.get("/readyz", async (_request, reply) => {
    const isReady =
      (options.isServing?.() ?? true) && (await deps.db.rows("SELECT 1 AS up").then(Boolean, () => false));
    return reply.status(isReady ? 200 : 503).send({ status: isReady ? "ready" : "not ready" });
  });
  assetFiles(app);
  logFiles(app, { directory: publishedDir });
  await app.register(async (open) => pagesForAll(open, deps, options));
  citizenPages(app, deps, { origin });
  whoSawPages(app, deps, { origin, logDirectory: publishedDir });
  staffPages(app, deps, { origin });
  officerPages(app, deps, { origin, endAppointments: cancelSessionAppointments });
  privacyPages(app, deps, publishedDir);
  const verifier = { ...deps, statusLists: statusListsOf(deps) };
  issuerFiles(app, verifier);
  await verifyPages(app, verifier);
  const { searchLimit, captcha, trustedProxies } = options;
  await cowinApi(app, deps, { origin, searchLimit, captcha, trustedProxies });
  await walletApi(app, deps);
  apiReferencePages(app, await modernApi(app, deps, { searchLimit }));
  const { dataDir } = options;
  if (options.profile === "demo") demoPages(app, deps, { origin, outboxFile: demoOutboxFile(dataDir), dataDir });
  return app;
}
