// "Who saw my record": every entry of the disclosure log about one person, for the account that holds the person,
// each with a proof to take away. Reading the list is itself an entry, and the page shows it.
// The URL holds the person's random id and a counter, nothing else.
// SPDX-License-Identifier: Apache-2.0
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { EntryProof } from "../../lib/tlog/index.js";
import type { Deps, DisclosureLine } from "../../modules/disclosure/index.js";
import { refused } from "../../platform/errors.js";
import { isUuid } from "../../platform/random.js";
import { checkpointOver, type PublishedLog, publishedLog } from "../../publisher/index.js";
import { sendPage, sendRefusal, wordsOf } from "../page.js";
import { type CitizenOptions, citizenOf, requireCitizen } from "./sign-in-guard.js";
import { ProofNotYet, WhoSaw } from "./who-saw-list.js";
import { linesAPage } from "./who-saw-rules.js";

export interface WhoSawOptions extends CitizenOptions {
  /** Where the publisher writes the log's files. */
  readonly logDirectory: string;
}

/** The log's byte for each kind of entry, as the vault writes it. */
const kindBytes = { disclosure: 1, change: 2 } as const;

type Route = { Params: { beneficiaryId: string; counter: string }; Querystring: { before?: string | string[] } };

export function whoSawPages(app: FastifyInstance, deps: Deps, options: WhoSawOptions): void {
  const log = publishedLog(options.logDirectory);
  const preHandler = requireCitizen(deps, options);
  app.get<Route>("/:lang/record/:beneficiaryId/seen", { preHandler }, (request, reply) =>
    showLines(deps, log, request, reply),
  );
  app.get<Route>("/:lang/record/:beneficiaryId/seen/proofs", { preHandler }, (request, reply) =>
    sendProofs(deps, log, request, reply),
  );
  app.get<Route>("/:lang/record/:beneficiaryId/seen/:counter/proof", { preHandler }, (request, reply) =>
    sendProof(deps, log, request, reply),
  );
}

type Request = FastifyRequest<Route>;

async function showLines(deps: Deps, log: PublishedLog, request: Request, reply: FastifyReply): Promise<FastifyReply> {
  const t = wordsOf(request);
  const { beneficiaryId } = request.params;
  const before = counterOf(request.query.before);
  if (!isUuid(beneficiaryId) || before === "unreadable") return sendRefusal(request, reply, refused("NOT_FOUND"));
  const { actor } = citizenOf(request);
  const found = await deps.gate.linesOf({
    actor,
    subject: beneficiaryId,
    limit: linesAPage,
    ...(before === undefined ? {} : { before }),
  });
  if (!found.ok) return sendRefusal(request, reply, found);
  const { lines, total } = found.value;
  const page = before !== undefined && before < total ? before : undefined;
  const checkpoint = await log.checkpoint();
  return sendPage(request, reply, {
    title: t("citizen.seen.title"),
    back: `/${t.locale}/people`,
    scripts: ["verify-lines.js"],
    children: (
      <WhoSaw
        t={t}
        path={`/${t.locale}/record/${beneficiaryId}/seen`}
        lines={lines}
        before={page}
        publishedSize={checkpoint ? checkpoint.firstIndex + checkpoint.size : 0}
      />
    ),
  });
}

/** The proof of one line. */
async function sendProof(deps: Deps, log: PublishedLog, request: Request, reply: FastifyReply): Promise<FastifyReply> {
  const { beneficiaryId } = request.params;
  const counter = counterOf(request.params.counter);
  if (!isUuid(beneficiaryId) || typeof counter !== "number") return sendRefusal(request, reply, refused("NOT_FOUND"));
  const found = await deps.gate.linesOf({
    actor: citizenOf(request).actor,
    subject: beneficiaryId,
    before: counter + 1,
    limit: 1,
  });
  if (!found.ok) return sendRefusal(request, reply, found);
  const line = found.value.lines.find((each) => each.counter === counter);
  if (!line) return sendRefusal(request, reply, refused("NOT_FOUND"));
  const [proof] = await proofsOf(log, [line]);
  if (!proof) return sendNotYet(request, reply, `${counter}/proof`);
  return sendFile(reply, `disclosure-${counter}.json`, { format: "sakshi-entry-proof-v1", ...proof });
}

/** The proofs of a page of lines in one file; lines that are not published yet are left out. */
async function sendProofs(deps: Deps, log: PublishedLog, request: Request, reply: FastifyReply): Promise<FastifyReply> {
  const { beneficiaryId } = request.params;
  const before = counterOf(request.query.before);
  if (!isUuid(beneficiaryId) || typeof before !== "number") return sendRefusal(request, reply, refused("NOT_FOUND"));
  const found = await deps.gate.linesOf({
    actor: citizenOf(request).actor,
    subject: beneficiaryId,
    before,
    limit: linesAPage,
  });
  if (!found.ok) return sendRefusal(request, reply, found);
  const entries = await proofsOf(log, found.value.lines);
  if (entries.length === 0) return sendNotYet(request, reply, `proofs?before=${before}`);
  return sendFile(reply, "disclosures.json", { format: "sakshi-entry-proofs-v1", entries });
}

async function proofsOf(log: PublishedLog, lines: readonly DisclosureLine[]): Promise<EntryProof[]> {
  const checkpoint = await checkpointOver(log, Math.max(...lines.map((line) => line.index)));
  if (!checkpoint) return [];
  const published = lines.filter((line) => line.index < checkpoint.firstIndex + checkpoint.size);
  return Promise.all(
    published.map(async ({ entry, salt, tag, kind, index }) => {
      const disclosed = { entry, salt, tag, kind: kindBytes[kind] };
      return { ...disclosed, ...(await log.proofOf({ ...disclosed, index }, checkpoint)) };
    }),
  );
}

function sendFile(reply: FastifyReply, name: string, content: object): FastifyReply {
  return reply
    .type("application/json; charset=utf-8")
    .header("Content-Disposition", `attachment; filename="${name}"`)
    .send(`${JSON.stringify(content, null, 2)}\n`);
}

function sendNotYet(request: Request, reply: FastifyReply, what: string): FastifyReply {
  const t = wordsOf(request);
  const path = `/${t.locale}/record/${request.params.beneficiaryId}/seen`;
  reply.header("Retry-After", "2");
  return sendPage(request, reply, {
    title: t("citizen.seen.notYet.title"),
    status: 503,
    back: path,
    children: <ProofNotYet t={t} again={`${path}/${what}`} />,
  });
}

function counterOf(text: string | string[] | undefined): number | undefined | "unreadable" {
  if (text === undefined) return undefined;
  return typeof text === "string" && /^\d{1,15}$/.test(text) ? Number(text) : "unreadable";
}
