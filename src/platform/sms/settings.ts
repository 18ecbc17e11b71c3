// Which way messages go: an HTTP gateway when one is set, else the demo's outbox, which production does not have.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { demoOutbox } from "./demo-outbox.js";
import { httpGateway } from "./http-gateway.js";
import type { Sms } from "./sms.js";

/** Names of the environment; bin/start hands them to the worker only. */
export const smsSettingNames = { url: "SAKSHI_SMS_URL", keyFile: "SAKSHI_SMS_KEY_FILE" } as const;

/** `demoFile` is undefined in production: without a gateway nothing starts. */
export function openSms(env: Readonly<Record<string, string | undefined>>, demoFile: string | undefined): Sms {
  const url = env[smsSettingNames.url];
  const keyFile = env[smsSettingNames.keyFile];
  if (url && keyFile) return httpGateway({ url, key: readFileSync(keyFile, "utf8").trim() });
  if (demoFile) return demoOutbox(demoFile);
  throw new Error(`${smsSettingNames.url} and ${smsSettingNames.keyFile} are not set: messages have no way to go`);
}
