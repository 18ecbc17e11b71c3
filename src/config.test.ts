// Settings: the defaults, and one plain sentence for each wrong value.
// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";
import { configToEnv, demoParts, readConfig, refuseDemoParts } from "./config.js";

test("the demo needs no settings", () => {
  const config = readConfig({});
  assert.equal(config.origin, "http://127.0.0.1:8080");
  assert.equal(config.profile, "demo");
  assert.equal(config.databaseUrl, undefined);
  assert.match(config.dataDir, /^\/.*\/var$/);
});

for (const [name, env, sentence] of [
  ["a word for a port", { PORT: "http" }, 'PORT must be a number from 1 to 65535, not "http".'],
  ["a port out of range", { PORT: "65536" }, 'PORT must be a number from 1 to 65535, not "65536".'],
  ["an unknown profile", { SAKSHI_PROFILE: "prod" }, 'SAKSHI_PROFILE must be demo or production, not "prod".'],
  ["an origin with a path", { SAKSHI_ORIGIN: "https://a.example/x" }, /^SAKSHI_ORIGIN must be an address such as/],
  ["a proxy by name", { SAKSHI_TRUSTED_PROXIES: "proxy.example" }, /^SAKSHI_TRUSTED_PROXIES must be addresses/],
  ["everybody as a proxy", { SAKSHI_TRUSTED_PROXIES: "0.0.0.0/0" }, /^SAKSHI_TRUSTED_PROXIES must be addresses/],
  ["a network that is none", { SAKSHI_TRUSTED_PROXIES: "10.0.0.0/33" }, /^SAKSHI_TRUSTED_PROXIES must be addresses/],
  ["a limit that is no number", { SAKSHI_SEARCH_LIMIT: "none" }, /^SAKSHI_SEARCH_LIMIT must be a whole number/],
  ["a switch that is neither", { SAKSHI_CAPTCHA: "yes" }, 'SAKSHI_CAPTCHA must be on or off, not "yes".'],
  ["a production without https", { SAKSHI_PROFILE: "production" }, /^SAKSHI_ORIGIN must be the https address/],
] as const) {
  test(`refuses ${name}`, () => {
    assert.throws(() => readConfig(env), { name: "OperatorError", message: sentence });
  });
}

test("proxies are listed with commas, and there are none by default", () => {
  const env = { SAKSHI_TRUSTED_PROXIES: "127.0.0.1, 10.1.0.0/16,::1" };
  const { trustedProxies } = readConfig(env);
  assert.deepEqual(trustedProxies, ["127.0.0.1", "10.1.0.0/16", "::1"]);
  assert.deepEqual(readConfig(configToEnv(readConfig(env))).trustedProxies, trustedProxies);
  assert.deepEqual(readConfig({}).trustedProxies, []);
});

test("tells each wrong value, and never the password of the database", () => {
  assert.throws(
    () => readConfig({ PORT: "0", DATABASE_URL: "mysql://root:hunter2@host/x" }),
    (error: Error) => error.message.split("\n").length === 2 && !error.message.includes("hunter2"),
  );
});

test("production refuses to start with a demo part", () => {
  const config = readConfig({ SAKSHI_PROFILE: "production", SAKSHI_ORIGIN: "https://vaccination.example" });
  assert.throws(() => refuseDemoParts(config, demoParts({})), /lie open in files.*demo outbox/);
  assert.doesNotThrow(() => refuseDemoParts(config, []));
  assert.doesNotThrow(() => refuseDemoParts(readConfig({}), demoParts({})));
});

test("with an SMS gateway the outbox is no part any more; with a root key elsewhere the key files are none", () => {
  const gateway = { SAKSHI_SMS_URL: "https://sms.example", SAKSHI_SMS_KEY_FILE: "/etc/sakshi/sms.key" };
  const parts = demoParts(gateway);
  assert.equal(parts.length, 1);
  assert.match(parts[0]!, /lie open in files/);
  assert.deepEqual(demoParts({ ...gateway, SAKSHI_TRANSIT_URL: "https://bao.example:8200" }), []);
});

test("what a process is told of the settings reads back the same", () => {
  const config = readConfig({ PORT: "9000", SAKSHI_ORIGIN: "https://vaccination.example", HOST: "::1" });
  assert.deepEqual(readConfig(configToEnv(config)), config);
});
