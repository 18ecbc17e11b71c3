// The contract with an HTTP gateway, against a real server on loopback, and the demo's outbox.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, statSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { demoOutbox, demoOutboxFile, httpGateway, openSms, readDemoOutbox, SmsRefused } from "./index.js";

const message = { mobile: "9000000001", text: "नमस्ते: your code is 459831" };
let answer = 200;
const seen: { method: string | undefined; key: string | undefined; body: unknown }[] = [];
async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}
const gateway = createServer((request, response) => {
  void take(request, response);
});
async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  seen.push({ method: request.method, key: request.headers.authorization, body: await bodyOf(request) });
  if (answer === 0) return void request.socket.destroy();
  response.writeHead(answer, answer === 302 ? { location: "/elsewhere" } : {}).end("{}");
}
let url = "";
before(async () => {
  await new Promise<void>((resolve) => gateway.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}/send`;
});
after(() => gateway.close());

test("posts number and text as JSON with the key", async () => {
  answer = 202;
  await httpGateway({ url, key: "demo-key" }).send(message);
  assert.deepEqual(seen.at(-1), {
    method: "POST",
    key: "Bearer demo-key",
    body: { to: message.mobile, text: message.text },
  });
});

test("a refusal for good and a failure to try again are told apart, and neither repeats the message", async () => {
  const sms = httpGateway({ url, key: "demo-key" });
  for (const [status, forGood] of [
    [400, true],
    [401, true],
    [404, true],
    [422, true],
    [408, false],
    [429, false],
    [500, false],
    [503, false],
    [0, false],
    [302, false],
  ] as const) {
    answer = status;
    const error: Error = await sms.send(message).then(
      () => assert.fail(`status ${status} was taken`),
      (reason) => reason as Error,
    );
    assert.equal(error instanceof SmsRefused, forGood, `status ${status}`);
    assert.ok(!`${error.stack}${String(error.cause)}`.includes(message.mobile));
  }
});

test("the outbox is for its owner only, newest first, and survives a line cut short", async () => {
  const file = demoOutboxFile(mkdtempSync(join(tmpdir(), "sakshi-outbox-")));
  assert.deepEqual(await readDemoOutbox(file), []);
  let minute = 0;
  const sms = demoOutbox(file, () => new Date(Date.UTC(2026, 10, 23, 6, minute++)));
  await sms.send({ ...message, text: "one" });
  appendFileSync(file, '{"at":"2026-11-23T06:00:3\n');
  await sms.send({ ...message, text: "two" });
  await sms.send({ mobile: "9000000002", text: "other" });
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(await readDemoOutbox(file, message.mobile), [
    { at: "2026-11-23T06:01:00.000Z", to: message.mobile, text: "two" },
    { at: "2026-11-23T06:00:00.000Z", to: message.mobile, text: "one" },
  ]);
  assert.equal((await readDemoOutbox(file)).length, 3);
});

test("without a gateway, production has no way for messages and says so", () => {
  assert.throws(() => openSms({}, undefined), /SAKSHI_SMS_URL/);
  const keyFile = join(mkdtempSync(join(tmpdir(), "sakshi-sms-")), "key");
  writeFileSync(keyFile, "demo-key\n");
  assert.ok(openSms({ SAKSHI_SMS_URL: url, SAKSHI_SMS_KEY_FILE: keyFile }, undefined));
});
