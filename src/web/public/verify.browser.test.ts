// The verify page in a real browser: everything happens on the device, nothing is posted, and it works without a network.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import axe from "axe-core";
import type { FastifyInstance } from "fastify";
import jpeg from "jpeg-js";
import type { Browser, Page } from "playwright-core";
import { PNG } from "pngjs";
import encodeQR from "qr";
import { openBrowser } from "../../../tests/support/browser.js";
import { issuedAt, statusListOf, type TestIssuer, testIssuer } from "../../../tests/support/certificate.js";
import { refused } from "../../platform/errors.js";
import { createServer } from "../../platform/http/server.js";
import { assetFiles } from "../assets.js";
import { sendRefusal } from "../page.js";
import { issuerFiles } from "./issuer.js";
import { verifyPages } from "./verify.js";

let app: FastifyInstance;
let browser: Browser;
let issuer: TestIssuer;
let origin: string;
const posted: string[] = [];

async function server(revoked: readonly number[] = []): Promise<FastifyInstance> {
  const made = await createServer({
    origin: "http://127.0.0.1",
    onError: (code, request, reply) => sendRefusal(request, reply, refused(code)),
  });
  made.addHook("onRequest", async (request) => {
    if (request.method !== "GET") posted.push(request.url);
  });
  assetFiles(made);
  const token = await statusListOf(issuer, revoked);
  const published = { list: 1, token, credential: "", revoked };
  const statusLists = { one: async () => published, all: async () => [published], revoked: async () => [] };
  const verifier = { ...issuer.verifier, statusLists };
  issuerFiles(made, verifier);
  await verifyPages(made, verifier);
  return made;
}

before(async () => {
  issuer = testIssuer();
  app = await server();
  origin = await app.listen({ host: "127.0.0.1", port: 0 });
  browser = await openBrowser();
});
after(async () => {
  await browser.close();
  await app.close();
});

async function open(lang = "en", at = origin): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 360, height: 780 } });
  const page = await context.newPage();
  // The browser's own clock decides in this mode; it stands where the certificates were made.
  await page.clock.setFixedTime(issuedAt);
  page.on("pageerror", (error) => assert.fail(error.message));
  await page.goto(`${at}/${lang}/verify`);
  return page;
}

function photo(text: string): Buffer {
  const matrix = encodeQR(text, "raw", { ecc: "quartile", border: 4, scale: 4 });
  const png = new PNG({ width: matrix.length, height: matrix.length });
  matrix.flat().forEach((isDark, at) => png.data.set(isDark ? [0, 0, 0, 255] : [255, 255, 255, 255], at * 4));
  return PNG.sync.write(png);
}

/** A JPEG of 1280 by 720 with the code in the middle. */
function cameraFrame(text: string): Buffer {
  const matrix = encodeQR(text, "raw", { ecc: "quartile", border: 4, scale: 6 });
  const [width, height] = [1280, 720];
  const data = Buffer.alloc(width * height * 4, 0xe0);
  const [left, top] = [(width - matrix.length) >> 1, (height - matrix.length) >> 1];
  matrix.forEach((row, y) =>
    row.forEach((isDark, x) =>
      data.fill(isDark ? 0x20 : 0xf0, ((top + y) * width + left + x) * 4, ((top + y) * width + left + x) * 4 + 3),
    ),
  );
  return jpeg.encode({ data, width, height }, 90).data;
}

test("a text and a photo are verified on the device; nothing is posted", async () => {
  const page = await open();
  const text = await issuer.issue();
  await page.fill("#text", text);
  await page.click("#verify-form button");
  await page.waitForSelector(".sk-verdict--valid");
  assert.match(await page.innerText("#verify-result"), /Valid[\s\S]*Asha Demo[\s\S]*2 of 2[\s\S]*Covishield/);
  await page.setInputFiles("#photo", {
    name: "code.png",
    mimeType: "image/png",
    buffer: photo(await issuer.issue("Second Demo")),
  });
  await page.waitForSelector("text=Second Demo");
  const pdf = Buffer.from(`%PDF-1.7\n<pdf:Keywords>${await issuer.issue("Third Demo")}</pdf:Keywords>`);
  await page.setInputFiles("#photo", { name: "certificate.pdf", mimeType: "application/pdf", buffer: pdf });
  await page.waitForSelector("text=Third Demo");
  await page.click("#verify-form button");
  assert.match(await page.innerText("#verify-result"), /Third Demo/, "the answer to a chosen file stays");
  // In the middle: a changed last character may turn padding only, and the certificate stays what it says.
  const middle = Math.floor(text.length / 2);
  await page.fill("#text", `${text.slice(0, middle)}${text[middle] === "A" ? "B" : "A"}${text.slice(middle + 1)}`);
  await page.click("#verify-form button");
  await page.waitForSelector(".sk-verdict--unknown, .sk-verdict--invalid");
  assert.deepEqual(posted, []);
  await page.context().close();
});

test("the camera reads a code held before it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sakshi-camera-"));
  const film = join(folder, "film.mjpeg");
  writeFileSync(film, cameraFrame(await issuer.issue("Camera Demo")));
  // A camera that shows this one frame for ever.
  const withCamera = await openBrowser([
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    `--use-file-for-fake-video-capture=${film}`,
  ]);
  try {
    const page = await (await withCamera.newContext()).newPage();
    await page.goto(`${origin}/en/verify`);
    await page.click("#verify-camera-button");
    await page.waitForSelector("text=Camera Demo");
    assert.equal(await page.isVisible("#verify-video"), false);
    assert.deepEqual(posted, []);
  } finally {
    await withCamera.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

test("a revoked certificate is told from the kept list, without a network", async () => {
  const gone = await server([77_777]);
  const page = await open("en", await gone.listen({ host: "127.0.0.1", port: 0 }));
  await page.waitForSelector("#verify-note:has-text('without a network')");
  await gone.close();
  await page.fill("#text", await issuer.issue());
  await page.click("#verify-form button");
  await page.waitForSelector(".sk-verdict--invalid");
  await page.click("#verify-result summary");
  assert.match(await page.innerText("#verify-result"), /CERTIFICATE_REVOKED/);
  await page.context().close();
});

test("once loaded, the page opens and verifies without a network", async () => {
  const gone = await server();
  const page = await open("hi", await gone.listen({ host: "127.0.0.1", port: 0 }));
  await page.waitForSelector("#verify-note:has-text('बिना नेटवर्क')");
  await gone.close();
  await page.reload();
  await page.fill("#text", await issuer.issue("आशा डेमो"));
  await page.click("#verify-form button");
  await page.waitForSelector(".sk-verdict--valid");
  assert.match(await page.innerText("#verify-result"), /आशा डेमो/);
  assert.deepEqual(posted, []);
  await page.context().close();
});

test("the page has no accessibility fault that axe can find, before and after an answer", async () => {
  const page = await open();
  await page.evaluate(axe.source);
  const faults = () => page.evaluate("axe.run().then((found) => found.violations.map((one) => one.id))");
  assert.deepEqual(await faults(), []);
  await page.fill("#text", await issuer.issue());
  await page.click("#verify-form button");
  await page.waitForSelector(".sk-verdict--valid");
  await page.click(".sk-verdict summary");
  assert.deepEqual(await faults(), []);
  await page.context().close();
});

test("a picture without a code says so, and the page goes on working", async () => {
  const page = await open();
  const blank = PNG.sync.write(new PNG({ width: 40, height: 40 }));
  await page.setInputFiles("#photo", { name: "blank.png", mimeType: "image/png", buffer: blank });
  await page.waitForSelector("text=No QR code could be read");
  await page.fill("#text", await issuer.issue());
  await page.click("#verify-form button");
  await page.waitForSelector(".sk-verdict--valid");
  await page.context().close();
});
