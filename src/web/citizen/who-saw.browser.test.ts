// The check in the browser: says yes to honest proofs, and names the line when one was tampered with on the way.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { FastifyInstance } from "fastify";
import type { Browser, Page } from "playwright-core";
import { openBrowser } from "../../../tests/support/browser.js";
import { letQuarterEnd } from "../../../tests/support/shards.js";
import { logOrigin, readLogKey } from "../../../tests/support/vault.js";
import { ownSignIn, registeredPerson, signedInAccount } from "../../../tests/support/vault-people.js";
import { testWorld, type World } from "../../../tests/support/world.js";
import { ed25519Signer } from "../../lib/tlog/index.js";
import { createServer } from "../../platform/http/server.js";
import { randomToken, tokenHash } from "../../platform/random.js";
import { type Publisher, startPublisher } from "../../publisher/index.js";
import { assetFiles } from "../assets.js";
import { sendRefusal } from "../page.js";
import { logFiles } from "../public/log-files.js";
import { whoSawPages } from "./who-saw-my-record.js";

const folder = mkdtempSync(join(tmpdir(), "sakshi-who-saw-browser-"));
let world: World;
let app: FastifyInstance;
let publisher: Publisher;
let browser: Browser;
let address: string;
let token: string;
let asha: string;

before(async () => {
  world = await testWorld();
  publisher = startPublisher({
    db: world.connectAs("sakshi_publisher"),
    directory: folder,
    lockDirectory: join(folder, "lock"),
    key: readLogKey(world.vault),
    origin: logOrigin,
    intervalMs: 50,
  });
  app = await createServer({
    origin: "http://127.0.0.1",
    onError: (code, request, reply) => sendRefusal(request, reply, { ok: false, code }),
  });
  assetFiles(app);
  logFiles(app, { directory: folder });
  whoSawPages(app, world.deps, { origin: "http://127.0.0.1", logDirectory: folder });
  address = await app.listen({ host: "127.0.0.1", port: 0 });
  const account = await signedInAccount(world);
  asha = await registeredPerson(world, account);
  for (let look = 0; look < 5; look++) {
    // The last looks stand in another shard than the first.
    if (look === 3) await letQuarterEnd(world);
    await world.deps.gate.disclose({
      actor: account.actor,
      purpose: "own-view",
      explanation: ownSignIn,
      subjects: [asha],
      fields: ["name"],
    });
  }
  token = randomToken();
  await world.deps.db.rows("UPDATE registry.sign_ins SET token_hash = $2 WHERE sign_in_id = $1", [
    account.signInId,
    tokenHash(token),
  ]);
  await publisher.publishNow();
  browser = await openBrowser();
});
after(async () => {
  await browser.close();
  await app.close();
  await publisher.close();
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

interface ProofFile {
  entries: { entry: string; salt: string; proof: string; shards?: string }[];
}

/** The verdict on the page when the proofs are changed on their way to the browser. */
async function verdict(change?: (file: ProofFile) => void, key?: () => string): Promise<string> {
  const context = await browser.newContext();
  try {
    await context.addCookies([{ name: "sakshi_sign_in", value: token, url: address }]);
    const page: Page = await context.newPage();
    await page.route("**/proofs?*", async (route) => {
      const answer = await route.fetch();
      const file = (await answer.json()) as ProofFile;
      change?.(file);
      await route.fulfill({ response: answer, body: JSON.stringify(file) });
    });
    if (key) await page.route("**/log/key", (route) => route.fulfill({ body: key() }));
    await page.goto(`${address}/en/record/${asha}/seen`);
    await page.getByRole("button", { name: "Check all proofs on this device" }).click();
    const status = page.locator("[data-verify-lines] [role=status]");
    await status.filter({ hasText: /./ }).waitFor();
    return (await status.textContent()) ?? "";
  } finally {
    await context.close();
  }
}

const swapLetter = (text: string, at: number) =>
  text.slice(0, at) + (text[at] === "A" ? "B" : "A") + text.slice(at + 1);

test("says that every published line is in the log", async () => {
  assert.match(await verdict(), /^Checked on this device: every published line/);
});

test("names the line whose entry, salt or proof was changed, or that was left out", async () => {
  const changes: ((file: ProofFile) => void)[] = [
    (file) => {
      file.entries.at(-1)!.entry = file.entries.at(-1)!.entry.replace("citizen", "vaccinator");
    },
    (file) => {
      file.entries.at(-1)!.salt = swapLetter(file.entries.at(-1)!.salt, 3);
    },
    (file) => {
      file.entries.at(-1)!.proof = file.entries.at(-1)!.proof.replace("index 0", "index 1");
    },
    (file) => {
      file.entries.at(-1)!.proof = swapLetter(file.entries.at(-1)!.proof, file.entries.at(-1)!.proof.length - 30);
    },
    (file) => {
      file.entries.pop();
    },
  ];
  for (const change of changes) assert.match(await verdict(change), /^The check failed\. .*: 0$/, String(change));
});

test("believes no list of shards that was changed, and names the lines of that shard", async () => {
  const changed = await verdict((file) => {
    for (const each of file.entries) if (each.shards) each.shards = each.shards.replace(/^(\. \S+ 20\d)\d/m, "$19");
  });
  assert.match(changed, /^The check failed\. .*: \d+, \d+/);
  assert.doesNotMatch(changed, /: 0$/);
});

test("believes no signature by another key", async () => {
  const { vkey } = ed25519Signer(logOrigin, generateKeyPairSync("ed25519").privateKey);
  assert.match(await verdict(undefined, () => vkey), /^The check failed/);
});

test("says so when the key cannot be read", async () => {
  assert.match(await verdict(undefined, () => "no key"), /^This browser could not check/);
});
