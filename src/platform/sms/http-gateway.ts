// A gateway that takes messages by HTTP: POST {"to","text"} as JSON, with the key as a bearer token.
// 2xx: taken. 408, 425, 429 and 5xx, or no answer: try again. Any other status: refused for good.
// SPDX-License-Identifier: Apache-2.0
import { type Sms, SmsRefused } from "./sms.js";

export interface HttpGateway {
  readonly url: string;
  readonly key: string;
  readonly timeoutMs?: number;
}
const retryable = new Set([408, 425, 429]);

export function httpGateway({ url, key, timeoutMs = 10_000 }: HttpGateway): Sms {
  return {
    async send({ mobile, text }) {
      const response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
        body: JSON.stringify({ to: mobile, text }),
        redirect: "error",
        signal: AbortSignal.timeout(timeoutMs),
      });
      await response.body?.cancel();
      if (response.ok) return;
      const words = `the gateway answered ${response.status}`;
      throw retryable.has(response.status) || response.status >= 500 ? new Error(words) : new SmsRefused(words);
    },
  };
}
