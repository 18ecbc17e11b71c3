// A witness: a process of its own, best run by somebody else, that cosigns a log's checkpoints as long as each is the
// one before, grown. It keeps hashes and sizes, no entries, and nothing of a person. Needs no database.
// SPDX-License-Identifier: Apache-2.0
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type Answer, cosign } from "./cosign.js";
import { openWitnessFolder, type WitnessFolder } from "./folder.js";

export { trustLog } from "./folder.js";

export interface WitnessOptions {
  readonly directory: string;
  readonly host: string;
  readonly port: number;
  /** For a new witness; without it one is made from the machine's name. */
  readonly name?: string | undefined;
  /** Told what went wrong inside: a disk that is full, a state that cannot be read. */
  readonly onTrouble: (error: unknown) => void;
  readonly clock?: () => Date;
}
export interface Witness {
  /** The public key, for policies. */
  readonly vkey: string;
  readonly address: string;
  close(): Promise<void>;
}

/** 63 hashes and a checkpoint with a hundred signatures fit several times. */
const maxBodyBytes = 64 * 1024;
const slowestRequestMs = 5_000;
const maxConnections = 256;

export async function startWitness(options: WitnessOptions): Promise<Witness> {
  const { directory, host, port, name, onTrouble, clock = () => new Date() } = options;
  const folder = openWitnessFolder(directory, name, clock);
  const server = createServer(
    {
      requestTimeout: slowestRequestMs,
      headersTimeout: slowestRequestMs,
      connectionsCheckingInterval: 1_000,
      keepAliveTimeout: 60_000,
      maxHeaderSize: 8 * 1024,
    },
    (request, response) => void serve(request, response, folder, onTrouble),
  );
  server.maxConnections = maxConnections;
  try {
    await listening(server, host, port);
  } catch (error) {
    folder.close();
    throw error;
  }
  return {
    vkey: folder.signer.vkey,
    address: `http://${host.includes(":") ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      folder.close();
    },
  };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve());
  });
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  folder: WitnessFolder,
  onTrouble: (error: unknown) => void,
): Promise<void> {
  try {
    const answer = await answerTo(request, folder);
    // What was not read to its end cannot be followed by another request.
    if (!request.complete) response.setHeader("Connection", "close");
    response.writeHead(answer.status, {
      "Content-Type": answer.type,
      "Content-Length": Buffer.byteLength(answer.body),
    });
    response.end(answer.body);
  } catch (error) {
    if (request.destroyed && !request.complete) return;
    onTrouble(error);
    response.writeHead(500, { "Content-Type": "text/plain; charset=utf-8", Connection: "close" });
    response.end("this witness cannot answer now\n");
  }
}

async function answerTo(request: IncomingMessage, folder: WitnessFolder): Promise<Answer> {
  const path = request.url ?? "";
  const say = (status: number, words: string) => ({ status, body: `${words}\n`, type: "text/plain; charset=utf-8" });
  if (path === "/add-checkpoint") {
    if (request.method !== "POST") return say(405, "POST only");
    const body = await bodyOf(request);
    return body === undefined ? say(413, "too long for an add-checkpoint request") : cosign(body, folder);
  }
  if (request.method !== "GET" && request.method !== "HEAD") return say(405, "GET only");
  const view = folder.view(path.slice(1));
  return view ? { status: 200, body: view.toString("utf8"), type: "text/plain; charset=utf-8" } : say(404, "not here");
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
