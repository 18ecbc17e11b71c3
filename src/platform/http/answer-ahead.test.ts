// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { answerAhead } from "./answer-ahead.js";
import { createServer } from "./server.js";

/** What the usual way and the way ahead say of who is calling. */
async function callersSeen(trustedProxies: string[], forwarded: string | undefined): Promise<string[]> {
  const app = await createServer({
    origin: "http://127.0.0.1",
    trustedProxies,
    onError: (_code, _request, reply) => reply.status(500).send("no"),
  });
  app.get("/usual", (request, reply) => reply.send(request.ip));
  answerAhead(app, trustedProxies, ({ raw, caller }, response) => {
    if (raw.url !== "/ahead") return false;
    response.end(caller());
    return true;
  });
  const origin = await app.listen({ host: "127.0.0.1", port: 0 });
  try {
    const headers = forwarded === undefined ? {} : { "x-forwarded-for": forwarded };
    const ask = async (path: string) => (await fetch(new URL(path, origin), { headers })).text();
    return [await ask("/usual"), await ask("/ahead")];
  } finally {
    await app.close();
  }
}

test("what is answered ahead sees the same caller as the usual way, which gets everything else", async () => {
  for (const [trusted, forwarded, caller] of [
    [[], undefined, "127.0.0.1"],
    [[], "192.0.2.7", "127.0.0.1"],
    [["127.0.0.1"], "192.0.2.7", "192.0.2.7"],
    [["127.0.0.1"], "198.51.100.9, 192.0.2.7", "192.0.2.7"],
    [["127.0.0.1", "192.0.2.0/24"], "198.51.100.9, 192.0.2.7", "198.51.100.9"],
    [["127.0.0.1"], undefined, "127.0.0.1"],
  ] as const)
    assert.deepEqual(await callersSeen([...trusted], forwarded), [caller, caller], `${trusted.join()} ${forwarded}`);
});
