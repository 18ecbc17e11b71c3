// A text message goes out through one of the adapters here, chosen where the process is put together.
// A number or a text never stands in an error or a log line.
// SPDX-License-Identifier: Apache-2.0

export interface Sms {
  /** Resolves when the gateway has taken the message. Throws SmsRefused for good, anything else to try again. */
  send(message: { mobile: string; text: string }): Promise<void>;
}

/** The gateway will not take this message, now or later. */
export class SmsRefused extends Error {
  override name = "SmsRefused";
}
