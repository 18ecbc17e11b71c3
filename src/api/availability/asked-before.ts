// Public searches that were asked before, letter by letter: what they mean is known, and the answer lies on the shelf, so
// they are answered ahead of the framework with the headers that the usual way gave. ETags asked back, callers beyond their
// limit, and a shelf that is not fresh go the usual way.
// SPDX-License-Identifier: Apache-2.0
import type { ServerResponse } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Deps } from "../../modules/disclosure/index.js";
import { dateInIndia, type IsoDate } from "../../platform/clock.js";
import type { AheadRequest } from "../../platform/http/answer-ahead.js";
import { type Answer, takesGzip } from "../answer.js";
import type { SearchLimit } from "../search-limit.js";
import type { FreshShelf } from "./keep-fresh.js";
import type { Search } from "./shelf.js";

const mostKnown = 10_000;
/** Longer ones carry parameters of which nothing is known; they go the usual way. */
const longestUrl = 200;
/** Of an answer itself, or counted anew each time; all other headers are the same for every search. */
const ownHeaders = new Set(["etag", "content-type", "content-length", "content-encoding", "ratelimit-remaining"]);

export class AskedBefore {
  readonly #deps: Deps;
  readonly #fresh: FreshShelf;
  readonly #limit: SearchLimit;
  /** By path and query. Emptied at midnight: dates without a year, or none that can be read, mean another day then. */
  readonly #known = new Map<string, Search>();
  #day: IsoDate = "";
  #headers: string[] | undefined;

  constructor(deps: Deps, fresh: FreshShelf, limit: SearchLimit) {
    this.#deps = deps;
    this.#fresh = fresh;
    this.#limit = limit;
  }

  /** Notes a search that was answered the usual way. */
  remember(request: FastifyRequest, reply: FastifyReply, search: Search, day: IsoDate): void {
    if (day !== this.#day || this.#known.size >= mostKnown) this.#known.clear();
    this.#day = day;
    const url = request.raw.url ?? "";
    if (request.method === "GET" && reply.statusCode === 200 && url.length <= longestUrl) this.#known.set(url, search);
    this.#headers ??= Object.entries(reply.getHeaders())
      .filter(([name]) => !ownHeaders.has(name))
      .flatMap(([name, value]) => [name, String(value)]);
  }

  /** Answers a request that was asked before; false when it must go the usual way. */
  answer({ raw, caller }: AheadRequest, response: ServerResponse): boolean {
    const search = raw.method === "GET" ? this.#known.get(raw.url ?? "") : undefined;
    const shelf = search && this.#fresh.current();
    if (!search || !shelf || !this.#headers || raw.headers["if-none-match"] !== undefined) return false;
    const now = this.#deps.clock();
    if (dateInIndia(now) !== this.#day) return false;
    const left = this.#limit.takeFor(caller());
    if (left === undefined) return false;
    const answer = shelf.answer(search, now);
    const gzip = answer.gzip && takesGzip(raw.headers["accept-encoding"]) ? answer.gzip : undefined;
    const body = gzip ?? answer.body;
    const headers = [...this.#headers, ...headersOf(answer, gzip), "RateLimit-Remaining", String(left)];
    response.writeHead(200, headers);
    response.end(body);
    return true;
  }
}

function headersOf({ etag, body }: Answer, gzip: Buffer | undefined): string[] {
  const coding = gzip ? ["Content-Encoding", "gzip"] : [];
  const length = String((gzip ?? body).length);
  return ["ETag", etag, "Content-Type", "application/json; charset=utf-8", "Content-Length", length, ...coding];
}
