// One contract for the three places a root key may lie in, and what each does when it fails, hangs or was changed.
// SoftHSM2 and the test's Transit server stand for an HSM and a key service.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { softHsm } from "../../../tests/support/soft-hsm.js";
import { type TransitServer, transitServer } from "../../../tests/support/transit-server.js";
import { BoxError, context } from "../box.js";
import { base64Of, bytesOfBase64 } from "./base64-bytes.js";
import { type Cryptoki, cryptoki, loadModule } from "./cryptoki.js";
import { fileRoot } from "./file-root.js";
import { pkcs11Root, returnValues } from "./pkcs11-root.js";
import { type RootKeys, RootUnavailable } from "./root-keys.js";
import { transitRoot } from "./transit-root.js";

const folder = mkdtempSync(join(tmpdir(), "sakshi-roots-"));
const servers: TransitServer[] = [];
after(async () => {
  for (const server of servers) await server.close();
  rmSync(folder, { recursive: true });
});
const hsm = softHsm(folder);
if (!hsm) process.stdout.write("0 of 5 tests on a PKCS#11 module ran: SoftHSM2 is not here\n");
const module = hsm && cryptoki(loadModule(hsm.module));
let tokenFiles = 0;

async function transit(): Promise<{ root: RootKeys; server: TransitServer; tokenFile: string }> {
  const server = await transitServer();
  servers.push(server);
  const tokenFile = join(folder, `token-${tokenFiles++}`);
  writeFileSync(tokenFile, `${server.token}\n`, { mode: 0o600 });
  return { root: transitRoot({ url: server.url, mount: "transit", tokenFile }), server, tokenFile };
}
const onHang = () => assert.fail("nothing hangs here");
const isUnavailable = (code: string) => (error: unknown) => error instanceof RootUnavailable && error.code === code;

const secret = (): Buffer => Buffer.from("0123456789abcdef0123456789abcdef");
const place = context("bucket-key", 7, 1);

async function keepsTheContract(root: RootKeys): Promise<void> {
  await assert.rejects(root.epochs("root"), isUnavailable("NO_ROOT_KEY"));
  await assert.rejects(root.wrap("root", secret(), place), RootUnavailable);
  await root.begin();
  await root.begin();
  assert.deepEqual(await root.epochs("root"), [1]);
  const old = await root.wrap("root", secret(), place);
  assert.ok(!old.includes(secret()));
  assert.deepEqual(await root.unwrap("root", old, place), secret());
  await assert.rejects(root.unwrap("root", old, context("bucket-key", 8, 1)), BoxError);
  await assert.rejects(root.unwrap("files", old, place), BoxError);
  for (const at of [5, 20, old.length - 1]) {
    const changed = Buffer.from(old);
    changed[at]! ^= 1;
    await assert.rejects(root.unwrap("root", changed, place), BoxError);
  }
  await assert.rejects(root.unwrap("root", old.subarray(0, 20), place), BoxError);
  assert.equal(await root.next("root"), 2);
  assert.deepEqual(await root.epochs("root"), [1, 2]);
  const fresh = await root.wrap("root", secret(), place);
  assert.deepEqual([old.readUInt16BE(1), fresh.readUInt16BE(1)], [1, 2]);
  assert.deepEqual(await root.unwrap("root", old, place), secret());
  await root.destroy("root", 1);
  assert.deepEqual(await root.epochs("root"), [2]);
  await assert.rejects(root.unwrap("root", old, place), BoxError);
  assert.deepEqual(await root.unwrap("root", fresh, place), secret());
  assert.deepEqual(await root.epochs("files"), [1]);
}

test("files keep the contract of root keys", () => keepsTheContract(fileRoot(mkdtempSync(join(folder, "files-")))));

test("Transit over HTTP keeps the contract of root keys", async () => keepsTheContract((await transit()).root));

if (hsm && module) {
  test("a PKCS#11 module keeps the contract of root keys, and its keys cannot be read out", async () => {
    const root = pkcs11Root(module, hsm, onHang);
    await keepsTheContract(root);
    const { slots } = await module.slots();
    const { session } = await module.openSession(slots[0]!);
    const { objects } = await module.find(session, []);
    assert.ok(objects.length > 0);
    for (const object of objects) {
      const value = { type: 0x11, value: Buffer.alloc(32) };
      assert.equal(await module.attribute(session, object, value), 0x11, "CKR_ATTRIBUTE_SENSITIVE");
      assert.deepEqual(value.value, Buffer.alloc(32));
    }
    await root.close();
  });

  test("a session that broke is opened anew, once; what stays broken is told by its name", async () => {
    let failures = 1;
    const flaky: Cryptoki = {
      ...module,
      async gcm(...work) {
        if (failures > 0) {
          failures--;
          return { rv: returnValues.CKR_DEVICE_ERROR, bytes: Buffer.alloc(0) };
        }
        return module.gcm(...work);
      },
    };
    const root = pkcs11Root(flaky, hsm, onHang);
    const box = await root.wrap("root", secret(), place);
    failures = 1;
    assert.deepEqual(await root.unwrap("root", box, place), secret());
    failures = 2;
    await assert.rejects(root.unwrap("root", box, place), isUnavailable("CKR_DEVICE_ERROR"));
    assert.deepEqual(await root.unwrap("root", box, place), secret());
    await root.close();
  });

  test("a slow module is waited for; one that hangs is given up, and the next caller is not served late", async () => {
    let delayMs = 5;
    let calls = 0;
    const slow: Cryptoki = {
      ...module,
      async gcm(...work) {
        calls++;
        await new Promise((resolve) => setTimeout(resolve, delayMs));
        return module.gcm(...work);
      },
    };
    const root = pkcs11Root(slow, hsm, onHang);
    const box = await root.wrap("root", secret(), place);
    assert.deepEqual(await root.unwrap("root", box, place), secret());
    delayMs = 1_500;
    calls = 0;
    const both = await Promise.allSettled([root.unwrap("root", box, place), root.unwrap("root", box, place)]);
    for (const one of both) assert.ok(one.status === "rejected" && isUnavailable("DEADLINE")(one.reason));
    delayMs = 0;
    await new Promise((resolve) => setTimeout(resolve, 700));
    assert.equal(calls, 1, "whoever gave up while waiting is not served");
    assert.deepEqual(await root.unwrap("root", box, place), secret());
    await root.close();
  });

  test("a wrong PIN is tried once, so that the token does not lock itself", async () => {
    const pinFile = join(folder, "wrong-pin");
    writeFileSync(pinFile, "00000000", { mode: 0o600 });
    let logins = 0;
    const counting: Cryptoki = {
      ...module,
      login() {
        logins++;
        return Promise.resolve(returnValues.CKR_PIN_INCORRECT);
      },
    };
    const root = pkcs11Root(counting, { ...hsm, pinFile }, onHang);
    for (let tries = 0; tries < 3; tries++)
      await assert.rejects(root.epochs("root"), isUnavailable("CKR_PIN_INCORRECT"));
    assert.equal(logins, 1);
  });

  test("a token that is not there is told by its name", async () => {
    const root = pkcs11Root(module, { ...hsm, token: "another" }, onHang);
    await assert.rejects(root.epochs("root"), isUnavailable("TOKEN_NOT_FOUND"));
  });
}

test("Transit: an overloaded service is asked once more, a wrong token and a silent service are told", async () => {
  const { root, server, tokenFile } = await transit();
  await root.begin();
  const box = await root.wrap("root", secret(), place);
  server.fail(503, 1);
  assert.deepEqual(await root.unwrap("root", box, place), secret());
  server.fail(503, 2);
  await assert.rejects(root.unwrap("root", box, place), isUnavailable("HTTP_503"));
  server.hang();
  await assert.rejects(root.unwrap("root", box, place), isUnavailable("DEADLINE"));
  server.release();
  writeFileSync(tokenFile, "s.wrong");
  await assert.rejects(root.unwrap("root", box, place), isUnavailable("HTTP_403"));
  writeFileSync(tokenFile, server.token);
  assert.deepEqual(await root.unwrap("root", box, place), secret());
  await server.close();
  await assert.rejects(root.unwrap("root", box, place), isUnavailable("ECONNREFUSED"));
  servers.splice(servers.indexOf(server), 1);
});

test("Transit trims from the oldest version only: nothing in use is destroyed by a wrong number", async () => {
  const { root } = await transit();
  await root.begin();
  await assert.rejects(root.destroy("root", 1), isUnavailable("NOT_THE_OLDEST"));
  await root.next("root");
  await root.next("root");
  await assert.rejects(root.destroy("root", 2), isUnavailable("NOT_THE_OLDEST"));
  assert.deepEqual(await root.epochs("root"), [1, 2, 3]);
});

test("base64 goes from bytes to bytes", () => {
  for (let length = 0; length < 70; length++) {
    const bytes = Buffer.from(Array.from({ length }, (_, at) => (at * 37 + length) & 255));
    assert.equal(base64Of(bytes).toString("latin1"), bytes.toString("base64"));
    assert.deepEqual(bytesOfBase64(base64Of(bytes)), bytes);
  }
  for (const wrong of ["A", "AAA", "A=AA", "AA*A", "AAAA=", "===="]) {
    assert.throws(() => bytesOfBase64(Buffer.from(wrong)), RangeError, wrong);
  }
});
