// One bounded HTTP call to a witness. Node's own client: the recorder's process may compile no code at run time, and
// nothing here follows a redirect.
// SPDX-License-Identifier: Apache-2.0
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";

export class EndlessAnswer extends Error {}

const maxAnswerBytes = 64 * 1024;

/** Posts the body, or gets when there is none. Rejects when there is no whole answer before the signal. */
export async function callWitness(
  url: string,
  { signal, body }: { signal: AbortSignal; body?: string },
): Promise<{ status: number; body: string }> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const send = url.startsWith("https:") ? httpsRequest : httpRequest;
    const request = send(url, { signal, method: body === undefined ? "GET" : "POST" }, resolve);
    request.on("error", reject);
    request.end(body);
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) throw new EndlessAnswer("the witness does not come to an end");
    chunks.push(chunk);
  }
  return { status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString("utf8") };
}
