// The verify page without JavaScript: text, photo, and everything that strangers may send instead.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import jpeg from "jpeg-js";
import { PNG } from "pngjs";
import encodeQR from "qr";
import { issuedAt, type TestIssuer, testIssuer } from "../../../tests/support/certificate.js";
import { type CertificatePaper, closePdf, renderCertificatePdf } from "../../pdf/index.js";
import { refused } from "../../platform/errors.js";
import { createServer } from "../../platform/http/server.js";
import { sendRefusal } from "../page.js";
import { issuerFiles } from "./issuer.js";
import { verifyPages } from "./verify.js";

let app: FastifyInstance;
let issuer: TestIssuer;

before(async () => {
  issuer = testIssuer();
  app = await createServer({
    origin: "http://127.0.0.1:18300",
    onError: (code, request, reply) => sendRefusal(request, reply, refused(code)),
  });
  issuerFiles(app, issuer.verifier);
  await verifyPages(app, issuer.verifier, 60_000);
});

after(() => app.close());

interface Field {
  readonly name: string;
  readonly fileName?: string;
  readonly content: string | Buffer;
}

async function post(fields: readonly Field[], lang = "en") {
  const boundary = "----sakshi";
  const parts = fields.flatMap(({ name, fileName, content }) => [
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${fileName ? `; filename="${fileName}"\r\nContent-Type: application/octet-stream` : ""}\r\n\r\n`,
    ),
    Buffer.from(content),
    Buffer.from("\r\n"),
  ]);
  return app.inject({
    method: "POST",
    url: `/${lang}/verify`,
    headers: { "sec-fetch-site": "same-origin", "content-type": `multipart/form-data; boundary=${boundary}` },
    payload: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]),
  });
}

/** A QR code as a phone would photograph it: grey paper, larger frame. */
function picture(text: string, scale = 6): PNG {
  const matrix = encodeQR(text, "raw", { ecc: "quartile", border: 4 });
  const png = new PNG({ width: matrix.length * scale + 80, height: matrix.length * scale + 120 });
  png.data.fill(0xe8);
  for (let i = 3; i < png.data.length; i += 4) png.data[i] = 0xff;
  matrix.forEach((row, y) =>
    row.forEach((isDark, x) => {
      for (let dy = 0; dy < scale; dy++) {
        const from = ((y * scale + dy + 60) * png.width + x * scale + 40) * 4;
        if (isDark) for (let dx = 0; dx < scale; dx++) png.data.fill(0x22, from + dx * 4, from + dx * 4 + 3);
      }
    }),
  );
  return png;
}

function paper(qrText: string): CertificatePaper {
  return {
    stage: "provisional",
    name: "Printed Demo",
    latinName: "PRINTED DEMO",
    birthYear: 1980,
    gender: "Others",
    photoIdType: "Passport",
    photoIdLast4: "0001",
    referenceId: "12345678901234",
    doses: [],
    certificateId: "0123456789ABCDEFGHJK",
    issuedAt,
    issuer: "Test issuer",
    qrText,
  };
}

test("a pasted text is verified, and the page says so in words", async () => {
  const answer = await post([{ name: "text", content: `  ${await issuer.issue()}\n` }]);
  assert.equal(answer.statusCode, 200);
  assert.match(answer.body, /sk-verdict--valid.*Valid.*Asha Demo.*1980.*2 of 2.*Covishield/s);
  assert.equal(answer.headers["cache-control"], "no-store");
});

test("the same in Hindi", async () => {
  const answer = await post([{ name: "text", content: await issuer.issue("आशा डेमो") }], "hi");
  assert.match(answer.body, /सही है.*आशा डेमो.*ASHA DEMO.*2 में से 2/s);
});

test("photos are read: PNG and JPEG, small and large", async () => {
  const text = await issuer.issue();
  const [small, large] = [picture(text), picture(text, 24)];
  const photos = [
    PNG.sync.write(small),
    jpeg.encode(small, 70).data,
    PNG.sync.write(large),
    jpeg.encode(large, 70).data,
  ];
  for (const [index, content] of photos.entries()) {
    const answer = await post([
      { name: "photo", fileName: "photo", content },
      { name: "text", content: "" },
    ]);
    assert.match(answer.body, /sk-verdict--valid.*Asha Demo/s, `photo ${index}`);
  }
});

test("a certificate's own PDF is verified; another PDF is not a certificate", async () => {
  const pdf = await renderCertificatePdf(paper(await issuer.issue("Printed Demo")));
  const answer = await post([{ name: "photo", fileName: "certificate.pdf", content: Buffer.from(pdf) }]);
  assert.match(answer.body, /sk-verdict--valid.*Printed Demo/s);
  const other = await post([{ name: "photo", fileName: "other.pdf", content: "%PDF-1.7 HC1: nothing HC1:ABC" }]);
  assert.equal(other.statusCode, 422);
  await closePdf();
});

test("a changed certificate is not valid, and its name is not shown", async () => {
  const [good, other] = [await issuer.issue(), await testIssuer().issue("Forged Demo")];
  const changed = `${good.slice(0, 60)}${good[60] === "A" ? "B" : "A"}${good.slice(61)}`;
  for (const content of [changed, other]) {
    const answer = await post([{ name: "text", content }]);
    assert.doesNotMatch(answer.body, /sk-verdict--valid|Forged Demo|Asha Demo/);
    assert.match(answer.body, /sk-verdict--(invalid|unknown)/);
  }
});

test("nothing given, no picture, no code in the picture: each is said at the field", async () => {
  const blank = new PNG({ width: 300, height: 300 });
  const cases: [Field[], RegExp][] = [
    [[{ name: "text", content: "" }], /Choose a photo/],
    [[{ name: "photo", fileName: "a.png", content: Buffer.from("not a picture") }], /No QR code could be read/],
    [[{ name: "photo", fileName: "a.png", content: PNG.sync.write(blank) }], /No QR code could be read/],
    [
      [{ name: "photo", fileName: "a.jpg", content: Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 1]) }],
      /No QR code could be read/,
    ],
  ];
  for (const [fields, expected] of cases) {
    const answer = await post(fields);
    assert.equal(answer.statusCode, 422);
    assert.match(answer.body, expected);
    assert.match(answer.body, /Error:/);
  }
});

test("a picture that claims a billion pixels is refused before it is opened", async () => {
  const png = PNG.sync.write(new PNG({ width: 8, height: 8 }));
  png.writeUInt32BE(60_000, 16);
  png.writeUInt32BE(60_000, 20);
  const answer = await post([{ name: "photo", fileName: "bomb.png", content: png }]);
  assert.equal(answer.statusCode, 422);
  assert.match(answer.body, /too large/);
});

test("a file of more than eight megabytes and a text of ten are refused", async () => {
  const file = await post([{ name: "photo", fileName: "big.png", content: Buffer.alloc(8 * 1024 * 1024 + 10) }]);
  assert.equal(file.statusCode, 422);
  assert.match(file.body, /too large/);
  const text = await post([{ name: "text", content: `HC1:${"A".repeat(10_000_000)}` }]);
  assert.match(text.body, /sk-verdict--unknown.*longer than any certificate/s);
});

test("parts that cannot be read are the sender's mistake", async () => {
  for (const [type, payload] of [
    ["multipart/form-data", "x"],
    ["multipart/form-data; boundary=a", "--a\r\nContent-Disposition: form-data; name=text\r\n\r\ncut off"],
  ] as const) {
    const headers = { "sec-fetch-site": "same-origin", "content-type": type };
    const answer = await app.inject({ method: "POST", url: "/en/verify", headers, payload });
    assert.deepEqual([answer.statusCode, answer.body.includes("REQUEST_UNREADABLE")], [400, true]);
  }
});

test("markup in a name stays text", async () => {
  const answer = await post([{ name: "text", content: await issuer.issue("<script>alert(1)</script>") }]);
  assert.match(answer.body, /&lt;script>alert\(1\)/);
  assert.doesNotMatch(answer.body, /<script>alert/);
});

test("the trusted keys are public, and the worker that keeps the page is not under /assets/", async () => {
  const answer = await app.inject({ url: "/trust-list.json" });
  assert.deepEqual(
    answer.json().keys.map((key: { keyId: string }) => key.keyId),
    [issuer.keyId.toString("hex")],
  );
  assert.equal(answer.headers["access-control-allow-origin"], "*");
  assert.equal((await app.inject({ url: "/verify" })).headers.location, "/en/verify");
  assert.equal((await app.inject({ url: "/xx/verify" })).statusCode, 404);
});

test("more photos than there is room for are turned away before they are taken in", async () => {
  const { port } = new URL(await app.listen({ host: "127.0.0.1", port: 0 }));
  const head = `POST /en/verify HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000000\r\n\r\n--b\r\n`;
  const held = await Promise.all(
    Array.from({ length: 32 }, async () => {
      const socket = connect(Number(port), "127.0.0.1");
      await once(socket, "connect");
      socket.on("error", () => undefined).write(head);
      return socket;
    }),
  );
  try {
    for (let tries = 0; ; tries++) {
      const { body } = await post([{ name: "text", content: await issuer.issue() }]);
      if (/sk-error/.test(body) && !/sk-verdict--valid/.test(body)) break;
      assert.ok(tries < 200, "all forms were taken in");
      await sleep(50);
    }
  } finally {
    for (const socket of held) socket.destroy();
  }
  for (let tries = 0; ; tries++) {
    const { body } = await post([{ name: "text", content: await issuer.issue() }]);
    if (/sk-verdict--valid/.test(body)) break;
    assert.ok(tries < 200, "no form is taken in any more");
    await sleep(50);
  }
});
