// Which way messages go, as the process that sends them is told. One place for both sides.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { demoOutbox } from "./demo-outbox.js";
import { httpGateway } from "./http-gateway.js";
import type { Sms } from "./sms.js";

export type SmsSettings =
  | { readonly way: "demo-outbox"; readonly file: string }
  | { readonly way: "http"; readonly url: string; readonly keyFile: string };

const names = { outbox: "SAKSHI_SMS_OUTBOX", url: "SAKSHI_SMS_URL", keyFile: "SAKSHI_SMS_KEY_FILE" } as const;

export function smsToEnv(settings: SmsSettings): Record<string, string> {
  return settings.way === "demo-outbox"
    ? { [names.outbox]: settings.file }
    : { [names.url]: settings.url, [names.keyFile]: settings.keyFile };
}

export function smsFromEnv(env: Readonly<Record<string, string | undefined>>): SmsSettings {
  const url = env[names.url];
  const keyFile = env[names.keyFile];
  if (url && keyFile) return { way: "http", url, keyFile };
  const file = env[names.outbox];
  if (file && env.SAKSHI_PROFILE !== "production") return { way: "demo-outbox", file };
  throw new Error(`${names.url} and ${names.keyFile} are not set: messages have no way to go`);
}

export function openSms(settings: SmsSettings): Sms {
  if (settings.way === "demo-outbox") return demoOutbox(settings.file);
  return httpGateway({ url: settings.url, key: readFileSync(settings.keyFile, "utf8").trim() });
}
